import { once } from '../shared/once.ts';
import { type Reading, read } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { isNoNetwork, networksCalled } from '../snapshot/own-networks.ts';
import { hidesPublished, keepsApart } from '../surface/kept-apart.ts';
import type { Firewall } from '../surface/publishing.ts';
import { type Condition, type GraphNode, networkNode } from './graph.ts';
import { missing } from './power.ts';

type Linked = Pick<ContainerFacts, 'name' | 'linkedTo' | 'exposedPorts'>;

/**
 * Whether a link (`--link`) lets a container to ports of another although their network keeps its members apart: there is
 * a rule for each port that the other exposes, and none where it exposes nothing (moby, `ChainInfo.Link`).
 */
export const isLet = (
  one: Linked,
  other: Linked,
  network: Pick<NetworkFacts, 'isDefaultBridge'> | null | undefined,
): boolean =>
  network?.isDefaultBridge === true &&
  other.exposedPorts.length > 0 &&
  one.linkedTo?.includes(other.name) === true;

/** The same in either direction: what is sent from such a port is let back, whoever began. */
export const areLinked = (...[one, other, network]: Parameters<typeof isLet>): boolean =>
  isLet(one, other, network) || isLet(other, one, network);

/** A port of a container; nulls stand for any where nobody knows which. */
interface Port {
  protocol: string | null;
  port: number | null;
}

/**
 * Whether a link lets a container to this port of another: it does to those that are exposed, and back to any from one
 * of these, which is null, for nobody knows whether who is there can send from it.
 */
export function isLetTo(
  [one, other, network]: Parameters<typeof isLet>,
  { protocol, port }: Port,
): boolean | null {
  if (isLet(one, other, network) && exposes(other, protocol, port)) return true;
  return isLet(other, one, network) && exposes(one, protocol, null) ? null : false;
}

const exposes = ({ exposedPorts }: Linked, protocol: string | null, port: number | null): boolean =>
  exposedPorts.some(
    (one) =>
      (port === null || one.containerPort === port) &&
      (protocol === null || one.protocol === protocol),
  );

/** A network that a container may be in, with whether its members are kept from each other. */
export interface Passage {
  /** The same for whoever is in this network. */
  key: string;
  name: string;
  /** Where it stands in the graph, so that a thousand neighbours cost a thousand steps. */
  node: GraphNode;
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
        ...{ key: facts.id, name: facts.name, node: networkNode(facts.id, facts.name), facts },
        isApart: keepsApart(facts, firewall),
        isHiding: hidesPublished(facts, firewall),
      },
    ]),
  );
  const find = (name: string, called: readonly NetworkFacts[]): readonly Passage[] => {
    if (isNoNetwork({ name }) || (called.length === 0 && ALONE.includes(name))) return [];
    return called.length === 0
      ? [unlisted(name)]
      : called.flatMap((facts) => (isNoNetwork(facts) ? [] : (known.get(facts) ?? [])));
  };
  const findAlone = once((name: string) => find(name, byName.get(name) ?? []));
  return (name, container) => {
    const named = byName.get(name) ?? [];
    if (named.length > 1) return find(name, networksCalled(name, container, named));
    // Whoever says this name means the same.
    return findAlone(name);
  };
}

const unlisted = (name: string): Passage => ({
  ...{ key: name, name, node: networkNode(name, name), facts: null },
  isApart: read(false),
  isHiding: read(false),
});

/** True where nothing keeps its members from each other as far as is known; also of a network that nobody listed. */
export const isPassable = ({ isApart }: Passage): boolean =>
  isApart.state === 'unread' || !isApart.value;

/** What a step through a network hangs on beside what it leads to. */
export const conditionsOf = ({ name, isApart }: Passage): Condition[] =>
  isApart.state === 'unread'
    ? [missing(`the network ${name} does not keep its members apart (unknown)`)]
    : [];
