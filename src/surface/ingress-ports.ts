import { type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { SwarmServiceFacts } from '../snapshot/facts/swarm.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/**
 * What the swarm publishes for a task: ports that every node opens on every address, and that lead to
 * any task of the service. The container shows none of them; only a manager knows, and only tasks
 * of services that publish so are in the network `ingress`.
 */
export function ingressPorts(
  { swarmService, networks: own }: Pick<ContainerFacts, 'swarmService' | 'networks'>,
  { networks, swarm }: Pick<Snapshot, 'networks' | 'swarm'>,
): Reading<PortFact[]> {
  // Of networks that were not read any may be the one, whatever its name is.
  const isIngress = (name: string) =>
    networks.state === 'unread' || networks.value.some((one) => one.isIngress && one.name === name);
  if (swarmService === null || !own.some(isIngress)) return read([]);
  const publish = networks.state === 'unread' ? 'may publish' : 'publishes';
  const what = `its swarm service ${swarmService} ${publish} ports`;
  if (swarm.state === 'unread') return unread(`${what}, which were not read: ${swarm.reason}`);
  const service = swarm.value.services.find(({ name }) => name === swarmService);
  if (service === undefined) return unread(`${what}, which a manager of the swarm alone tells`);
  return read(portFacts(service));
}

/** The ports of all services; none where they are not known. */
export const allIngressPorts = ({ swarm }: Pick<Snapshot, 'swarm'>): PortFact[] =>
  swarm.state === 'read' ? swarm.value.services.flatMap(portFacts) : [];

const portFacts = ({ ingressPorts: ports }: SwarmServiceFacts): PortFact[] =>
  ports.map((port) => ({ ...port, hostIp: '', family: 'ipv4', isOpen: true }));
