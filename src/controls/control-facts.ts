import { type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import type { ContainerKernelFacts, KernelFacts } from '../snapshot/facts/kernel.ts';
import type { LimitFacts } from '../snapshot/facts/limits.ts';
import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import { allCapabilities } from '../snapshot/normalise/capabilities.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Everything that is known of one container's controls. */
export interface ControlFacts {
  container: ContainerFacts;
  engine: EngineFacts;
  /** ISO time of the snapshot. */
  takenAt: string;
  processes: Reading<ProcessFacts[]>;
  limits: Reading<LimitFacts>;
  execs: Reading<ExecSession[]>;
  kernel: Reading<ContainerKernelFacts>;
  /** True when it is proven, or nothing speaks against it, that runc starts it. */
  isRunc: boolean;
  host: HostReference;
}

/** What the rest of the host tells about one container. */
export interface HostReference {
  /** Namespaces that containers known to share the host's are in; null where there is none. */
  namespaces: NamespaceIds;
  /** Namespaces of every container that was read, by its id. */
  others: ReadonlyMap<string, NamespaceIds>;
  /** What "every capability" means on this engine. */
  allCapabilities: readonly string[];
  /** Paths that are masked or kept read-only in some container: they exist on this kernel. */
  knownMaskedPaths: ReadonlySet<string>;
  knownReadonlyPaths: ReadonlySet<string>;
}

/** The facts of every container of a snapshot, or why there are none. */
export function controlFacts(snapshot: Snapshot): Reading<ControlFacts[]> {
  const { engine, containers, processes, limits, execs, kernel } = snapshot;
  if (engine.state === 'unread') return unread(engine.reason);
  if (containers.state === 'unread') return unread(containers.reason);
  const processesOf = lookUp(processes, (entry) => entry.processes);
  const limitsOf = lookUp(limits, (entry) => entry.limits);
  const execsOf = lookUp(execs, (entry) => entry.sessions);
  const kernelOf = lookUp(
    kernel.state === 'read' ? read(kernel.value.containers) : kernel,
    (entry) => entry.facts,
  );
  const parts = containers.value.read.map((container) => ({
    container,
    engine: engine.value,
    takenAt: snapshot.takenAt,
    processes: processesOf(container.id),
    limits: limitsOf(container.id),
    execs: execsOf(container.id),
    kernel: kernelOf(container.id),
    isRunc: isRunc(container, engine.value),
  }));
  const host = hostReference(parts, kernel);
  return read(parts.map((part) => ({ ...part, host })));
}

/** What a section says of a container by its id. */
function lookUp<E extends { containerId: string }, T>(
  section: Reading<readonly E[]>,
  pick: (entry: E) => Reading<T>,
): (id: string) => Reading<T> {
  if (section.state === 'unread') return () => section;
  const byId = new Map(section.value.map((entry) => [entry.containerId, pick(entry)]));
  return (id) => byId.get(id) ?? unread('the container was not looked at');
}

type Part = Omit<ControlFacts, 'host'>;

/**
 * A runtime's name is a label: what counts is what the program says of itself. Engines that do not
 * ask it (before 25) are believed for the names that they ship.
 */
function isRunc({ runtime }: ContainerFacts, engine: EngineFacts): boolean {
  const name = runtime === '' ? engine.defaultRuntime : runtime;
  const entry = engine.runtimes.find((one) => one.name === name);
  if (entry === undefined) return false;
  return entry.runcVersion !== null || /(^|\/)(docker-)?runc$/.test(entry.path);
}

function hostReference(parts: readonly Part[], kernel: Reading<KernelFacts>): HostReference {
  const others = new Map(
    parts.flatMap(({ container, processes }) => {
      const main = mainProcess(container, processes);
      return main?.namespaces ? [[container.id, main.namespaces] as const] : [];
    }),
  );
  const shared = (
    kind: keyof NamespaceIds,
    isHost: (container: ContainerFacts) => boolean,
  ): number | null =>
    parts
      .filter(({ container }) => isHost(container))
      .map(({ container }) => others.get(container.id)?.[kind] ?? null)
      .find((inode) => inode !== null) ?? null;
  const isRemapping = parts[0]?.engine.remapsUsers ?? false;
  const masked = (pick: (facts: ContainerKernelFacts) => readonly string[]) =>
    new Set(parts.flatMap(({ kernel: own }) => (own.state === 'read' ? pick(own.value) : [])));
  return {
    others,
    namespaces: {
      pid: shared('pid', ({ pidNamespace }) => pidNamespace.mode === 'host'),
      network: shared('network', ({ networkNamespace }) => networkNamespace.mode === 'host'),
      ipc: shared('ipc', ({ ipcNamespace }) => ipcNamespace.mode === 'host'),
      uts: shared('uts', ({ utsNamespace }) => utsNamespace.mode === 'host'),
      user: shared('user', ({ userNamespace }) => !isRemapping || userNamespace.mode === 'host'),
      cgroup: shared('cgroup', ({ cgroupNamespace }) => cgroupNamespace.mode === 'host'),
      mount: null,
    },
    allCapabilities:
      (kernel.state === 'read' ? kernel.value.engineBounding : null) ?? allCapabilities,
    knownMaskedPaths: masked(maskedPaths),
    knownReadonlyPaths: masked(readonlyPaths),
  };
}

/** The main process among those that `top` listed; undefined when that was not read. */
export function mainProcess(
  { pid }: ContainerFacts,
  processes: Reading<ProcessFacts[]>,
): ProcessFacts | undefined {
  if (processes.state === 'unread') return undefined;
  return processes.value.find((process) => process.pid === pid);
}

/**
 * Paths below /proc and /sys over which something empty is mounted: `/dev/null`, or a tmpfs. The one
 * of cgroup v1 is no mask: the hierarchies are mounted in it.
 */
export function maskedPaths({ mounts }: ContainerKernelFacts): string[] {
  return (mounts ?? [])
    .filter(({ target }) => /^\/(proc|sys)\//.test(target))
    .filter(({ filesystem, root }) => root === '/null' || filesystem === 'tmpfs')
    .filter(({ target }) => target !== '/sys/fs/cgroup')
    .map(({ target }) => target)
    .sort();
}

/** Paths below /proc that are mounted over themselves to be read-only. */
export function readonlyPaths({ mounts }: ContainerKernelFacts): string[] {
  return (mounts ?? [])
    .filter(({ target, filesystem }) => target.startsWith('/proc/') && filesystem === 'proc')
    .filter(({ options }) => options.includes('ro'))
    .map(({ target }) => target)
    .sort();
}
