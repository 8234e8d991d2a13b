import { listenersBeside, openListeners } from '../rules/open-listeners.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { areNoNetworks, isNoNetwork, networksCalled } from '../snapshot/own-networks.ts';
import { bridgeAddresses } from '../snapshot/seen-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Condition, Edge } from './graph.ts';
import { addressAt, gatewayOf, leadsToHost, routeConditions } from './host-address.ts';
import type { NetworkOwner } from './network-owner.ts';
import { ifOfHost, missing, type Power, pluginLimit, runtimeLimit, stepTo } from './power.ts';

interface Around {
  apis: readonly OpenApi[];
  networks: readonly NetworkFacts[];
  /** See `RouteLimitOf`. */
  byRoute: Condition[] | null;
}

/**
 * The engine's API without a certificate is open to whoever shares the host's network, and where it listens
 * on an address that a bridge leads to, to each container there. `owner` is whose network it has.
 */
export function apiSteps(
  power: Power,
  owner: NetworkOwner,
  { apis, networks, byRoute }: Around,
): Edge[] {
  const { engine, namespaces, controls } = power;
  if (!engine) return [];
  const step = ({ address, evidence, isOther }: OpenApi) => ({
    kind: 'engine-api' as const,
    name: address,
    conditions: [
      ...power.always,
      ...runtimeLimit(power),
      ...(isOther ? [missing('it asks for no certificate there (unknown)')] : pluginLimit(engine)),
    ],
    evidence: () => [evidence],
  });
  return apis.flatMap((api): Edge[] => {
    const common = step(api);
    const { isHost } = namespaces.network;
    const says = `${isHost ? 'is' : 'may be'} on the host's network, where the engine's API answers at ${api.address}`;
    const evidence = () => [...power.inNetwork(), ...common.evidence()];
    // On another address whoever is outside reaches it too, and leaving the network mends nothing.
    const byEngine = { rules: api.isOther ? [] : ['no-tcp-without-mtls'], subjectId: engine.id };
    const rules = api.isLocal ? { rules: ['no-host-network'] } : byEngine;
    const ifThere =
      isHost === null
        ? ifOfHost('network')
        : missing("a process of it is on the host's network (unknown)");
    const conditions = [...common.conditions, ...(isHost ? [] : [ifThere])];
    const onHost =
      isHost === false && controls.networkDoubt === null
        ? []
        : [stepTo(power, { ...common, says, conditions, evidence, ...rules })];
    if (isHost) return onHost;
    const unlisted = controls.networkUnlisted;
    if (unlisted !== null && !api.isLocal) {
      const through = {
        ...common,
        says: `may reach the engine's API at ${api.address} through an interface that the engine did not give it`,
        conditions: [...common.conditions, missing('such an interface leads there (unknown)')],
        evidence: () => [...unlisted.evidence, ...common.evidence()],
        ...byEngine,
      };
      return [stepTo(power, through), ...onHost];
    }
    const isAlone = typeof owner === 'string' || areNoNetworks(owner.container.networks);
    const [first] = isAlone ? [] : doorsTo(api.address, byRoute, owner, networks);
    if (!first) return onHost;
    const { name, address, conditions: unsure, evidence: told } = first;
    const reaches = unsure.some(({ isMissingFact }) => isMissingFact) ? 'may reach' : 'reaches';
    const at = address === null ? 'at an address of the host' : `at ${address}`;
    // What it reaches for sure stands before what it may.
    return [
      stepTo(power, {
        ...common,
        conditions: [...common.conditions, ...unsure],
        says: `${reaches} the engine's API ${at} through the network ${name}`,
        evidence: () => [...told, ...common.evidence()],
        rules: ['no-tcp-without-mtls'],
        subjectId: engine.id,
      }),
      ...onHost,
    ];
  });
}

interface Door {
  name: string;
  address: string | null;
  conditions: readonly Condition[];
  evidence: readonly Evidence[];
}

/** Networks of a container through which it reaches that address of the host, those that do so for sure first. */
function doorsTo(
  api: string,
  byRoute: Condition[] | null,
  { container }: Power,
  networks: readonly NetworkFacts[],
): Door[] {
  const doors = container.networks.flatMap((name): Door[] => {
    if (isNoNetwork({ name })) return [];
    const called = networksCalled(name, container, networks);
    return (called.length === 0 ? [undefined] : called).flatMap((facts) => {
      const leads = leadsToHost(facts);
      if (leads === false) return [];
      const { evidence, ...door } = gatewayOf(container, name, facts, byRoute !== null);
      const { host } = placeOf(api);
      const address = addressAt(host, door);
      if (address === undefined) return [];
      const conditions = [
        ...(leads ? [] : [missing(`the network ${name} leads to the host (unknown)`)]),
        ...(routeConditions(host, door).length > 0 ? (byRoute ?? []) : []),
      ];
      return { name, address, conditions, evidence };
    });
  });
  return doors.toSorted((a, b) => a.conditions.length - b.conditions.length);
}

/** True for an API that listens on the address of the host in a network of containers alone: others may be on a bridge that may lack it, or that somebody made. */
export const isOnGateway = (address: string, networks: readonly NetworkFacts[]): boolean =>
  bridgeAddresses(
    networks.filter(({ mayLackHost, mayHoldOthers }) => !(mayLackHost || mayHoldOthers)),
  ).includes(placeOf(address).host);

/** A listener of an engine's API that asks for no certificate, or may. */
export interface OpenApi {
  /** With its scheme, e.g. `http://0.0.0.0:2375`. */
  address: string;
  /** On a loopback address: only who is on the host, or on its network, reaches it. */
  isLocal: boolean;
  /** What tells of it. */
  evidence: Evidence;
  /** Why it is not known whether it asks for none. */
  unproven?: string;
  /** Of an engine beside the one that answers, of which no rule speaks. */
  isOther?: true;
}

/** The listeners of the engines of a host that are known, none where the one that answers was not read. */
export function openApis(
  snapshot: Pick<Snapshot, 'engine' | 'hostFiles' | 'hostProcesses'>,
): OpenApi[] {
  if (snapshot.engine.state === 'unread') return [];
  const own = openListeners(snapshot.engine.value, snapshot);
  const others = listenersBeside(snapshot.engine.value, snapshot).filter((other) =>
    own.every(({ address }) => address !== other.address),
  );
  return [...own, ...others].map((listener) => ({
    ...listener,
    isLocal: /\/\/(127\.|\[::1\]|localhost\b)/.test(listener.address),
  }));
}

/** The host and port of such an address; an empty host and null where it names none. */
export function placeOf(address: string): { host: string; port: number | null } {
  const [, bracketed, plain = '', digits] =
    /^https?:\/\/(?:\[([0-9a-f:.]{2,45})\]|([^/:\s]{1,255})):(\d{1,5})/i.exec(address) ?? [];
  const host = bracketed ?? (plain === 'localhost' ? '127.0.0.1' : plain);
  return { host, port: digits === undefined ? null : Number(digits) };
}
