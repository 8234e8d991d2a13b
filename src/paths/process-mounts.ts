import { mountEvidence } from '../rules/mounts.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { certaintyOf, type Edge } from './graph.ts';
import { asRoot, isLive, type Power, stepTo, weakness } from './power.ts';
import { confinementLimit } from './privilege-edges.ts';
import { type Holders, sightOf } from './sight.ts';
import {
  BY_MOUNT,
  edgesFromHost,
  edgesOf,
  mayShareUsers,
  sharedNamespaces,
  TAKEN_MAX,
} from './tracing-edges.ts';

/** A process of the host, or what of it leads to files and to memory. */
const OF_PROCESS = /^\/proc\/\d+(\/task(\/\d+)?)?(\/(root|cwd|exe|fd|map_files|mem)(\/.*)?)?$/;

/** True for what has all processes of the host: /proc, or / with what is mounted below it. */
function showsAll(path: string, { mount, kernel }: ShownMount, { seen }: Power): boolean {
  if (path !== '/' || mount.hostPath === null) return path === '/proc';
  if (kernel === null) return mount.isNonRecursive !== true;
  const place = `${mount.destination}/proc`;
  return (seen.kernel?.mounts ?? []).some(
    ({ target, filesystem }) => target === place && filesystem === 'proc',
  );
}

/**
 * What the processes of the host give whom a mount shows them, read-only or not: `/proc/PID/root` leads to every file,
 * for who may trace the process.
 */
export function processSteps(power: Power, shown: ShownMount, path: string): Edge[] {
  const canTrace = power.capabilities.includes('CAP_SYS_PTRACE');
  const { isWritable } = shown.mount;
  const isOfProcess = OF_PROCESS.test(path);
  // The whole tree is a way by itself, and so are the settings of the kernel.
  const isWay = path === '/' ? isWritable || !canTrace : isWritable && !isOfProcess && !canTrace;
  if (isWay) return [];
  if (!(isOfProcess || showsAll(path, shown, power))) return [];
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
        ...(canTrace ? power.controls.given['cap-bounding'].evidence : []),
      ],
      rules: BY_MOUNT,
    }),
  ];
}

/**
 * Steps from who sees all processes of the host, in its PID namespace or by a mount, into any container that it may trace
 * without a further weakness, whatever it has of the host besides. Ways need those into holders alone.
 */
export function stepsInSight(powers: readonly Power[]): InSight {
  const live = powers.filter(({ container }) => isLive(container));
  // Whoever runs is told of, as if each held as much.
  const all = new Map(live.map(({ node }) => [node.id, 'direct' as const]));
  const onHost = live.filter(({ namespaces }) => namespaces.pid.isHost);
  const inSight = onHost.length === 0 ? [] : sightOf(live, all);
  const bySpace = onHost.flatMap((tracer) => edgesOf(tracer, inSight));
  // Who has them by both is told of them once.
  const seesAll = new Set(onHost.map(({ node }) => node.id));
  const byMount = processNeighbours(live, all, edgesOf).filter(({ from }) => !seesAll.has(from.id));
  const steps = [...bySpace, ...byMount].filter(
    ({ conditions }) => certaintyOf(conditions) !== 'conditional',
  );
  const named = Map.groupBy(steps, ({ from }) => from.id);
  const isCut = [...named].filter(([, { length }]) => length >= TAKEN_MAX);
  const more = new Map(isCut.map(([id, { length }]) => [id, live.length - 1 - length]));
  return { steps, more: new Map([...beyondTold(powers), ...more]) };
}

/** How many more share a PID namespace with one than are told of it. */
const beyondTold = (powers: readonly Power[]): [string, number][] =>
  [...sharedNamespaces(powers).values()].flatMap((sharing) =>
    sharing.length - 1 <= TAKEN_MAX
      ? []
      : sharing.map(({ node }): [string, number] => [node.id, sharing.length - 1 - TAKEN_MAX]),
  );

/** Steps into processes in sight, and of whom no more were followed, how many more containers run. */
export interface InSight {
  steps: Edge[];
  /** By the node of the container that sees them. */
  more: ReadonlyMap<string, number>;
}

/**
 * From one container into others whose processes a mount shows it: who may trace these has their files and sockets, as in
 * the PID namespace of the host. Of holders those alone whose way needs no further weakness: a mount is such a way itself.
 */
export function processNeighbours(
  powers: readonly Power[],
  holders: Holders,
  stepsOf = edgesFromHost,
): Edge[] {
  const tracers = powers.flatMap((power) => {
    const shown = isLive(power.container) ? shownProcesses(power) : null;
    return shown ? [{ power, shown }] : [];
  });
  if (tracers.length === 0) return [];
  const holding = powers.filter(({ container, node }) => {
    const held = holders.get(node.id);
    return isLive(container) && held !== undefined && held !== 'conditional';
  });
  const inSight = sightOf(holding, holders);
  return tracers.flatMap(({ power, shown }) => {
    // A user namespace of its own traces nobody in another (Linux `cap_ptrace_access_check`).
    const near = power.isMapped
      ? sightOf(
          holding.filter((other) => other.isMapped && mayShareUsers(power, other)),
          holders,
        )
      : inSight;
    return stepsOf(asOnHost(power, shown), near);
  });
}

interface ShownProcesses {
  path: string;
  mount: ShownMount;
}

function shownProcesses(power: Power): ShownProcesses | null {
  for (const mount of power.shown) {
    for (const thing of mount.things) {
      // What shows a single process need not be that of another container.
      const isShown = thing.kind === 'path' && showsAll(thing.path, mount, power);
      if (isShown) return { path: thing.path, mount };
    }
  }
  return null;
}

const asOnHost = (power: Power, { path, mount }: ShownProcesses): Power => ({
  ...power,
  namespaces: { ...power.namespaces, pid: { isHost: true, joined: null } },
  inNamespace: mountEvidence(mount),
  seesBy: path,
});
