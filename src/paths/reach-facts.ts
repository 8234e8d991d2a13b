import type { Assessment } from '../assessment/assess.ts';
import { controlsByConfiguration } from '../controls/container-controls.ts';
import { placeEvidence } from '../rules/control-evidence.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { mountsOfSnapshot } from '../snapshot/container-mounts.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts, PortFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ListeningSocket, NamespaceListeners } from '../snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { leftNetwork } from '../surface/left-network.ts';
import { ingressPorts } from '../surface/published-ports.ts';
import { type Firewall, firewallOf } from '../surface/publishing.ts';
import { buildGraph, stepsIntoProcesses, unknownReasons } from './build-graph.ts';
import { containerNode } from './graph.ts';
import { type HeldStep, heldBy, heldStep } from './held-steps.ts';
import { unresolvedMounts } from './unresolved-mounts.ts';

/** What listens in one network namespace, with the ids of the containers that are in it. */
export interface NamespaceSockets {
  containers: string[];
  sockets: Reading<ListeningSocket[]>;
}

/**
 * What of a host decides what its containers reach, beside the facts of the containers: plain data that
 * is stored of the newest scan.
 */
export interface ReachFacts extends Pick<Firewall, 'managesIptables' | 'asksForBoth' | 'unasked'> {
  networks: Reading<NetworkFacts[]>;
  namespaces: Reading<NamespaceSockets[]>;
  /** What listens on the host's network, where that was read through no container on it; else absent. */
  host?: Reading<ListeningSocket[]>;
  engine: Reading<{ isRootless: boolean; isPodman: boolean }>;
  /** Missing in scans of a version that did not look. */
  managesIp6tables?: Reading<boolean>;
  /**
   * Containers a process of which was seen on the host's network, with what tells it, though they have another; or in
   * that of another container, or of which nobody knows where; or with interfaces where they were given none. Missing in
   * scans of a version that did not look.
   */
  elsewhere?: { containerId: string; place: Reading<Evidence[]> }[];
  /** Ids of containers whose network went away with the container that they joined. */
  left: string[];
  /** Ports that the swarm publishes, by the id of a container of the service; unread where only a manager knows. */
  ingress: { containerId: string; ports: Reading<PortFact[]> }[];
  /** The engine's own listeners that ask for no certificate. */
  apis: HeldStep[];
  /** What each container holds that was read, nothing included. */
  held: {
    containerId: string;
    steps: HeldStep[];
    /** Containers whose processes it sees beside those that steps lead into; absent where these are all. */
    moreInSight?: number;
    /** Why a way to the host may hide in what it was given, where none was found; else absent. */
    hidden?: string;
  }[];
  /** What could not be read although something reachable may hide in it, one sentence each. */
  unread: string[];
}

/** Picks what `reachFrom` needs from a host and its graph. */
export function reachFacts(assessment: Assessment, graph = buildGraph(assessment)): ReachFacts {
  const { snapshot } = assessment;
  const { containers, engine, listeners, networks } = snapshot;
  const all = containers.state === 'read' ? containers.value.read : [];
  const inSight = stepsIntoProcesses(assessment);
  const held = heldBy(graph, inSight.steps);
  const mayHide = new Map([...graph.unread, ...unresolvedMounts(assessment)]);
  return {
    networks,
    namespaces: listeners.state === 'read' ? read(byNamespace(listeners.value)) : listeners,
    ...(listeners.state === 'read' && listeners.value.host
      ? { host: socketsIn(listeners.value.host) }
      : {}),
    engine: engine.state === 'read' ? read(kindOf(engine.value)) : engine,
    ...firewallOf(snapshot),
    elsewhere: elsewhereOf(all, assessment.controls),
    left: leftIds(all, leftNetwork(snapshot)),
    ingress: all.flatMap((container) => {
      const ports = ingressPorts(container, snapshot);
      const isNone = ports.state === 'read' && ports.value.length === 0;
      return isNone ? [] : [{ containerId: container.id, ports }];
    }),
    apis: graph.edges.flatMap((edge) =>
      edge.from.kind === 'outside' && edge.to.kind === 'engine-api' ? [heldStep(edge)] : [],
    ),
    held: all.map((container) => {
      const { id } = container;
      const { steps, left } = held.get(id) ?? { steps: [], left: 0 };
      const more = left + (inSight.more.get(containerNode(container).id) ?? 0);
      const hidden = steps.every(({ kind }) => kind === 'container') ? mayHide.get(id) : undefined;
      return {
        ...{ containerId: id, steps },
        ...(more > 0 ? { moreInSight: more } : {}),
        ...(hidden === undefined ? {} : { hidden }),
      };
    }),
    unread: unknownReasons(snapshot),
  };
}

/** What a container that no scan looked at holds by its configuration; the engine is not asked. */
export function heldByConfiguration(container: ContainerFacts): HeldStep[] {
  const nobodyAsked = unread('the last scan did not see it');
  const snapshot = {
    host: '',
    ...{ engine: nobodyAsked, networks: nobodyAsked, execs: nobodyAsked },
    ...{ kernel: nobodyAsked, mountSources: nobodyAsked, hostProcesses: nobodyAsked },
    ...{ listeners: nobodyAsked, hostFiles: nobodyAsked, swarm: nobodyAsked },
    processes: nobodyAsked,
    containers: read({ read: [container], unread: [] }),
  };
  const graph = buildGraph({
    snapshot,
    mounts: mountsOfSnapshot(snapshot),
    controls: new Map([[container.id, controlsByConfiguration(container, null)]]),
    surfaces: new Map(),
  });
  return heldBy(graph).get(container.id)?.steps ?? [];
}

const socketsIn = (listeners: Reading<NamespaceListeners>): Reading<ListeningSocket[]> =>
  listeners.state === 'read' ? read(listeners.value.sockets) : listeners;

const kindOf = ({ isRootless, isPodman }: EngineFacts) => ({ isRootless, isPodman });

function byNamespace(facts: Extract<Snapshot['listeners'], { state: 'read' }>['value']) {
  const groups = Map.groupBy(facts.containers, ({ facts: listeners }) =>
    listeners.state === 'read' ? listeners.value : listeners.reason,
  );
  return [...groups.values()].map((group): NamespaceSockets => {
    const listeners = group[0]?.facts ?? unread('');
    return {
      containers: group.map(({ containerId }) => containerId),
      sockets: socketsIn(listeners),
    };
  });
}

function elsewhereOf(
  containers: readonly ContainerFacts[],
  controls: Assessment['controls'],
): NonNullable<ReachFacts['elsewhere']> {
  return containers.flatMap(({ id: containerId, networkNamespace: { resolved } }) => {
    const own = resolved === 'host' ? undefined : controls.get(containerId);
    const found = own?.find('ns-net');
    if (own && found?.source === 'measured' && found.effective === 'host') {
      return [{ containerId, place: read(placeEvidence(own, 'ns-net')) }];
    }
    const visit = own?.networkVisit ?? null;
    const told = visit === null ? null : `${visit}, and what it reaches there is not told`;
    const why = own?.networkDoubt ?? told ?? own?.networkUnlisted?.why ?? null;
    return why === null ? [] : [{ containerId, place: unread(why) }];
  });
}

function leftIds(
  containers: readonly ContainerFacts[],
  hasLeft: ReturnType<typeof leftNetwork>,
): string[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  return containers.flatMap((container) => {
    const { resolved, via } = container.networkNamespace;
    const owner = resolved === 'shared' ? byName.get(via.at(-1) ?? '') : undefined;
    return owner && hasLeft(container, owner) ? [container.id] : [];
  });
}
