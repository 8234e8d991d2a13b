import { type Reading, read } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { isNoNetwork, networksCalled } from '../snapshot/own-networks.ts';
import { hidesPublished, keepsApart } from '../surface/kept-apart.ts';
import type { Firewall } from '../surface/publishing.ts';
import type { Condition } from './graph.ts';
import { missing } from './power.ts';

type Linked = Pick<ContainerFacts, 'name' | 'linkedTo' | 'exposedPorts'>;

/** Whether a link (`--link`) lets a container to ports of another although their network keeps its members apart. */
export const isLet = (
  one: Linked,
  other: Linked,
  network: Pick<NetworkFacts, 'isDefaultBridge'> | null | undefined,
): boolean => network?.isDefaultBridge === true && one.linkedTo?.includes(other.name) === true;

/** The same in either direction: what is sent from such a port is let back, whoever began (moby, `ChainInfo.Link`). */
export const areLinked = (...[one, other, network]: Parameters<typeof isLet>): boolean =>
  isLet(one, other, network) || isLet(other, one, network);

/** Whether a link to a container leads to this port: it does to all that are exposed. */
export const exposes = ({ exposedPorts }: Linked, protocol: string, port: number | null): boolean =>
  exposedPorts.some((one) => one.containerPort === port && one.protocol === protocol);

/** A network that a container may be in, with whether its members are kept from each other. */
export interface Passage {
  /** The same for whoever is in this network. */
  key: string;
  name: string;
  /** Null for one that the engine did not list. */
  facts: NetworkFacts | null;
  isApart: Reading<boolean>;
  /** See `hidesPublished`. */
  isHiding: Reading<boolean>;
}

/** The networks that a container may mean by this name. */
export type PassagesOf = (
  name: string,
  container: Pick<ContainerFacts, 'networkIds'>,
) => readonly Passage[];

/** What rootless Podman has for a network, each container its own. */
const ALONE: readonly string[] = ['pasta', 'slirp4netns'];

/** Looks up networks, each by its id where several have one name; none by what an engine has in place of one. */
export function passages(networks: readonly NetworkFacts[], firewall: Firewall): PassagesOf {
  const byName = Map.groupBy(networks, ({ name }) => name);
  const known = new Map(
    networks.map((facts): [NetworkFacts, Passage] => [
      facts,
      {
        ...{ key: facts.id, name: facts.name, facts },
        isApart: keepsApart(facts, firewall),
        isHiding: hidesPublished(facts, firewall),
      },
    ]),
  );
  return (name, container) => {
    const called = networksCalled(name, container, byName.get(name) ?? []);
    if (isNoNetwork({ name }) || (called.length === 0 && ALONE.includes(name))) return [];
    return called.length === 0
      ? [{ key: name, name, facts: null, isApart: read(false), isHiding: read(false) }]
      : called.flatMap((facts) => (isNoNetwork(facts) ? [] : (known.get(facts) ?? [])));
  };
}

/** True where nothing keeps its members from each other as far as is known; also of a network that nobody listed. */
export const isPassable = ({ isApart }: Passage): boolean =>
  isApart.state === 'unread' || !isApart.value;

/** What a step through a network hangs on beside what it leads to. */
export const conditionsOf = ({ name, isApart }: Passage): Condition[] =>
  isApart.state === 'unread'
    ? [missing(`the network ${name} does not keep its members apart (unknown)`)]
    : [];
