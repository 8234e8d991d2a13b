import { mountEvidence } from '../rules/mounts.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import type { Edge } from './graph.ts';
import { stepTo } from './host-step.ts';
import { asRoot, isLive, type Power, weakness } from './power.ts';
import { confinementLimit } from './privilege-edges.ts';
import { tracingEdges } from './tracing-edges.ts';

const BY_MOUNT: readonly string[] = ['no-sensitive-mount'];

const showsProcesses = (path: string): boolean =>
  path === '/proc' || isWithin('/proc', path) || /^\/proc\/\d/.test(path);

/**
 * What the processes of the host give whom a mount shows them, read-only or not: `/proc/PID/root` leads to every file,
 * for who may trace the process.
 */
export function processSteps(power: Power, shown: ShownMount, path: string): Edge[] {
  const canTrace = power.capabilities.includes('CAP_SYS_PTRACE');
  const { isWritable } = shown.mount;
  // The whole tree is a way by itself, and so are the settings of the kernel.
  const isWay = canTrace ? path === '/' && isWritable : path === '/' || isWritable;
  if (!showsProcesses(path) || isWay) return [];
  return [
    stepTo(power, {
      kind: 'readable-mount',
      name: path,
      says: canTrace
        ? `has CAP_SYS_PTRACE and mounts ${path}, which leads to every file of the host's processes`
        : `mounts ${path}, which shows the host's processes`,
      conditions: [
        ...asRoot(power),
        ...confinementLimit(power),
        ...(canTrace ? [] : [weakness('a process of the host that it may trace')]),
      ],
      evidence: () => [
        ...mountEvidence(shown),
        ...(canTrace ? power.given['cap-bounding'].evidence : []),
      ],
      // Privileged includes the capability: then its own rule does not judge it apart.
      rules: BY_MOUNT,
    }),
  ];
}

/**
 * From one container into others whose processes a mount shows it: who may trace these has their files and sockets, as in
 * the PID namespace of the host. `holders` as in `tracingEdges`.
 */
export function processNeighbours(powers: readonly Power[], holders: ReadonlySet<string>): Edge[] {
  const shownTo = new Map(
    powers.flatMap((power) => {
      // A user namespace of its own traces nobody in another (Linux `cap_ptrace_access_check`).
      const canTrace = isLive(power.container) && !power.isMapped;
      const shown = canTrace ? shownProcesses(power) : null;
      return shown ? [[power.node.id, shown] as const] : [];
    }),
  );
  if (shownTo.size === 0) return [];
  const placed = powers.flatMap((power): Power[] => {
    const shown = shownTo.get(power.node.id);
    if (shown) return [asOnHost(power, shown)];
    return holders.has(power.node.id) ? [power] : [];
  });
  const edges: Edge[] = [];
  for (const edge of tracingEdges(placed, holders)) {
    const shown = shownTo.get(edge.from.id);
    if (shown) edges.push(new TraceByMount(edge, shown.path));
  }
  return edges;
}

/** A step whose words are made when it is told: of thousands few are. */
class TraceByMount implements Edge {
  readonly from: Edge['from'];
  readonly to: Edge['to'];
  readonly conditions: Edge['conditions'];
  readonly rules = BY_MOUNT;
  private readonly trace: Edge;
  private readonly path: string;

  constructor(trace: Edge, path: string) {
    this.from = trace.from;
    this.to = trace.to;
    this.conditions = trace.conditions;
    this.trace = trace;
    this.path = path;
  }

  get subjectId(): string {
    return this.trace.subjectId;
  }

  get says(): string {
    return `mounts ${this.path}, which shows the processes of ${this.to.name} and opens their files and sockets`;
  }

  get evidence(): Edge['evidence'] {
    return this.trace.evidence;
  }
}

interface ShownProcesses {
  path: string;
  mount: ShownMount;
}

function shownProcesses({ shown }: Power): ShownProcesses | null {
  for (const mount of shown) {
    for (const thing of mount.things) {
      // What shows a single process need not be that of another container.
      const isShown = thing.kind === 'path' && isWithin('/proc', thing.path);
      if (isShown) return { path: thing.path, mount };
    }
  }
  return null;
}

const asOnHost = (power: Power, { mount }: ShownProcesses): Power => ({
  ...power,
  namespaces: { ...power.namespaces, pid: { isHost: true, joined: null } },
  inNamespace: mountEvidence(mount),
});
