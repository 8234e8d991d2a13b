import { engineInfo } from '../snapshot/evidence.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { isNoNetwork } from '../snapshot/normalise/networks.ts';
import { bridgeAddresses } from '../snapshot/seen-mounts.ts';
import { openApis, placeOf } from './engine-api.ts';
import type { Edge } from './graph.ts';
import { addressAt, gatewayOf } from './host-address.ts';
import { stepTo } from './host-step.ts';
import { ifOfHost, missing, type Power, runtimeLimit } from './power.ts';

/**
 * The engine's API without a certificate is open to whoever shares the host's network, and where it listens
 * on an address that a bridge leads to, to each container there. `owner` is whose network it has.
 */
export function apiSteps(power: Power, owner: Power, networks: readonly NetworkFacts[]): Edge[] {
  const { engine, namespaces, networkDoubt } = power;
  if (!engine) return [];
  const step = ({ address, warning }: { address: string; warning: string }) => ({
    kind: 'engine-api' as const,
    name: address,
    conditions: [...power.always, ...runtimeLimit(power)],
    evidence: () => [engineInfo('Warnings', [warning])],
  });
  return openApis(engine).flatMap((api): Edge[] => {
    const common = step(api);
    const { isHost } = namespaces.network;
    const says = `${isHost ? 'is' : 'may be'} on the host's network, where the engine's API answers at ${api.address}`;
    const evidence = () => [...power.inNetwork(), ...common.evidence()];
    // On another address whoever is outside reaches it too, and leaving the network mends nothing.
    const byEngine = { rules: ['no-tcp-without-mtls'], subjectId: engine.id };
    const rules = api.isLocal ? { rules: ['no-host-network'] } : byEngine;
    const ifThere =
      isHost === null
        ? ifOfHost('network')
        : missing("a process of it is on the host's network (unknown)");
    const conditions = [...common.conditions, ...(isHost ? [] : [ifThere])];
    const onHost =
      isHost === false && networkDoubt === null
        ? []
        : [stepTo(power, { ...common, says, conditions, evidence, ...rules })];
    if (isHost) return onHost;
    const unlisted = power.networkUnlisted;
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
    const reached = owner.container.networks.flatMap((name) => {
      const facts = networks.find((one) => one.name === name);
      const isDoor = facts?.driver === 'bridge' && !facts.isWithoutHost;
      const door = isDoor ? gatewayOf(owner.container, name, facts) : null;
      const address = door ? addressAt(placeOf(api.address).host, door) : undefined;
      return door && address !== undefined ? [{ name, address, door }] : [];
    });
    const [first] = reached;
    if (!first || isNoNetwork(owner.container.networks)) return onHost;
    const { name, address, door } = first;
    const at = address === null ? 'at its gateway' : `at ${address}`;
    // What it reaches for sure stands before what it may.
    return [
      stepTo(power, {
        ...common,
        says: `reaches the engine's API ${at} through the network ${name}`,
        evidence: () => [...door.evidence, ...common.evidence()],
        rules: ['no-tcp-without-mtls'],
        subjectId: engine.id,
      }),
      ...onHost,
    ];
  });
}

/** True for an API that listens on the address of the host in a network of containers alone. */
export const isOnGateway = (address: string, networks: readonly NetworkFacts[]): boolean =>
  bridgeAddresses(networks).includes(placeOf(address).host);
