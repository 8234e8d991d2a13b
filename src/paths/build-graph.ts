import type { Assessment } from '../assessment/assess.ts';
import { engineHost } from '../rules/engine-host.ts';
import { unreadPorts } from '../rules/open-listeners.ts';
import { type Reading, read } from '../shared/reading.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import { withWayOut } from '../snapshot/own-networks.ts';
import { ownOfEngines } from '../snapshot/seen-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { leftNetwork } from '../surface/left-network.ts';
import { publishedSockets } from '../surface/published-ports.ts';
import { firewallOf } from '../surface/publishing.ts';
import { apiSteps, isOnGateway, type OpenApi, openApis } from './api-edges.ts';
import { entranceEdges } from './entrance-edges.ts';
import {
  type AttackGraph,
  type Certainty,
  type Condition,
  certaintyOf,
  containerIdOf,
  type Edge,
  edgeOf,
  type GraphNode,
  graphOf,
  NONE,
  outside,
} from './graph.ts';
import { innerEngines } from './inner-engines.ts';
import { passages } from './kept-apart.ts';
import { memoryEdges } from './memory-edges.ts';
import { mountEdges } from './mount-edges.ts';
import { neighbourEdges } from './neighbour-edges.ts';
import {
  type NetworkOwner,
  networkOwners,
  type RouteLimitOf,
  routeLimits,
} from './network-owner.ts';
import { missing, type Power, pluginLimit, powerOf, weakness } from './power.ts';
import { privilegeEdges } from './privilege-edges.ts';
import { type InSight, stepsInSight } from './process-mounts.ts';
import { sessionSteps } from './session-steps.ts';
import { sharedSockets } from './shared-engines.ts';
import type { Holders } from './sight.ts';
import { socketsOf } from './socket-access.ts';
import { volumeEdges } from './volume-edges.ts';

/** What of a snapshot the graph is made of. */
type GraphSections = Pick<
  Snapshot,
  | 'host'
  | 'engine'
  | 'containers'
  | 'networks'
  | 'kernel'
  | 'mountSources'
  | 'processes'
  | 'hostProcesses'
  | 'hostFiles'
  | 'execs'
>;

interface HoldingParts extends Pick<Assessment, 'controls' | 'mounts'> {
  snapshot: GraphSections;
}

interface GraphParts extends HoldingParts, Pick<Assessment, 'surfaces'> {
  snapshot: GraphSections & Pick<Snapshot, 'listeners' | 'swarm'>;
}

/**
 * Every step that the facts of a snapshot allow, from outside to root on the host. What could not be
 * read adds no step; `unknownReasons` tells what that is.
 */
export function buildGraph(parts: GraphParts): AttackGraph {
  const { snapshot, surfaces } = parts;
  const engine = snapshot.engine.state === 'read' ? snapshot.engine.value : null;
  const networks = networksOf(snapshot);
  const host: GraphNode = { kind: 'host', id: 'host', name: snapshot.host };
  const { powers, ownerOf, limitOf, apis, held } = whatIsHeld(parts);
  const holders = holdersOf(held);
  const passable = passages(networks, firewallOf(snapshot));
  const edges = engine ? engineEdges(engine, apis, { networks, host }) : [];
  const { listeners } = snapshot;
  const isPublished = publishedSockets(
    powers.map(({ container }) => container),
    snapshot,
  );
  const near = { networks: passable, ownerOf, limitOf, listeners, holders, isPublished, apis };
  const inner = innerEngines(powers, near);
  return graphOf(
    host,
    edges.concat(
      entranceEdges(powers, ownerOf, { surfaces, snapshot }),
      neighbourEdges(powers, ownerOf, { networks: passable, holders }),
      inner.edges,
      sharedSockets(powers, holders),
      volumeEdges(powers),
      memoryEdges(powers),
      held.flatMap((edge) => [edge, hostEdge(edge, host)]),
    ),
    inner.unread,
  );
}

function holdersOf(held: readonly Edge[]): Holders {
  const holders = new Map<string, Certainty>();
  for (const { from, conditions } of held) {
    const certainty = certaintyOf(conditions);
    const known = holders.get(from.id) ?? 'conditional';
    const isSurer = certainty === 'direct' || known === 'conditional';
    holders.set(from.id, isSurer ? certainty : known);
  }
  return holders;
}

/** The steps alone by which containers hold something that is as good as root on the host. */
export const stepsOfHolders = (parts: HoldingParts): Edge[] => whatIsHeld(parts).held;

/** The steps alone into containers by the processes of the host, whether or not these hold anything. */
export const stepsIntoProcesses = (parts: HoldingParts): InSight => stepsInSight(powersIn(parts));

/** The containers, whose network each has, where the engine lets anybody in, and what they hold that is as good as root on the host. */
interface Holding {
  powers: Power[];
  ownerOf: (power: Power) => NetworkOwner;
  limitOf: RouteLimitOf;
  apis: OpenApi[];
  held: Edge[];
}

function whatIsHeld(parts: HoldingParts): Holding {
  const { snapshot } = parts;
  const networks = networksOf(snapshot);
  const sessionsOf = openSessions(snapshot);
  const powers = powersIn(parts);
  const ownerOf = networkOwners(powers, leftNetwork(snapshot));
  const limitOf = routeLimits(powers, ownerOf);
  const apis = openApis(snapshot);
  const held = powers.flatMap((power) => [
    ...mountEdges(power),
    ...privilegeEdges(power),
    ...(apis.length === 0
      ? []
      : apiSteps(power, ownerOf(power), { apis, networks, byRoute: limitOf(power) })),
    ...sessionSteps(power, sessionsOf(power.container.id)),
  ]);
  return { powers, ownerOf, limitOf, apis, held };
}

function powersIn({ snapshot, controls, mounts }: HoldingParts): Power[] {
  const engine = snapshot.engine.state === 'read' ? snapshot.engine.value : null;
  const containers = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  const host = engineHost(engine, ownOfEngines(snapshot));
  const common = { engine, host, sockets: socketsOf(snapshot, engine) };
  const networks = networksOf(snapshot);
  return containers.flatMap((listed) => {
    const container = withWayOut(listed, networks);
    const own = controls.get(container.id);
    const mounted = mounts.get(container.id);
    return own && mounted ? [powerOf(container, common, own, mounted)] : [];
  });
}

const networksOf = ({ networks }: GraphSections): readonly NetworkFacts[] =>
  networks.state === 'read' ? networks.value : [];

/** What could not be read although a way to the host may hide in it, one sentence each. */
export function unknownReasons(snapshot: Snapshot): string[] {
  const { engine, containers } = snapshot;
  const reasons: string[] = [];
  if (engine.state === 'unread') reasons.push(`engine: ${engine.reason}`);
  else reasons.push(...unreadPorts(engine.value, snapshot));
  if (containers.state === 'unread') return [...reasons, `containers: ${containers.reason}`];
  return [
    ...reasons,
    ...containers.value.unread.map(({ name, id, reason }) => `${name || id}: ${reason}`),
  ];
}

/** Commands that run in a container now; none in one that was gone when they were asked for. */
function openSessions({ execs }: GraphSections): (id: string) => Reading<ExecSession[]> {
  if (execs.state === 'unread') return () => execs;
  const found = new Map(execs.value.map(({ containerId, facts }) => [containerId, facts]));
  return (id) => found.get(id) ?? read([]);
}

/** From what a container holds to the host, which holding it means. */
function hostEdge({ from, to: held }: Edge, host: GraphNode): Edge {
  const grounds = { evidence: nothing, rules: NONE, subjectId: containerIdOf(from) ?? '' };
  return edgeOf(grounds, held, host, 'is as good as root on the host');
}

const nothing = () => NONE;

/** What the engine's own API opens to who reaches the machine. */
function engineEdges(
  engine: EngineFacts,
  apis: readonly OpenApi[],
  { networks, host }: { networks: readonly NetworkFacts[]; host: GraphNode },
): Edge[] {
  return apis.flatMap(({ address, isLocal, isOther, evidence, unproven }) => {
    const api: GraphNode = { kind: 'engine-api', id: `engine-api:${address}`, name: address };
    const rules = isOther ? [] : ['no-tcp-without-mtls'];
    const grounds = { evidence: () => [evidence], rules, subjectId: engine.id };
    const limit = insideLimit(address, isLocal, networks);
    const unsure =
      unproven === undefined ? [] : [missing(`it requires none (unknown): ${unproven}`)];
    const says = 'requires no client certificate and starts any container';
    return [
      edgeOf(grounds, outside, api, `reaches the engine's API at ${address}`, limit),
      edgeOf(grounds, api, host, says, [...unsure, ...(isOther ? [] : pluginLimit(engine))]),
    ];
  });
}

function insideLimit(
  address: string,
  isLocal: boolean,
  networks: readonly NetworkFacts[],
): Condition[] {
  if (isLocal) return [weakness('a foothold on the host or in its network')];
  return isOnGateway(address, networks)
    ? [weakness('a foothold on the host or in a container')]
    : [];
}
