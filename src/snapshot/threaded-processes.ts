import type { Reading } from '../shared/reading.ts';
import type { ProbeOutput, ProcFile, ProcPath } from './collector.ts';
import { NETWORKS_MAX, socketsIn } from './engine-network.ts';
import type { MountsOfThreads, NetworkOfThreads } from './facts/host-processes.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import { hasEnded } from './normalise/proc-status.ts';
import type { ListedThreads } from './probe-runs.ts';

/** A process of several threads, each of which may be in a network of its own. */
export interface ThreadedProcess {
  pid: number;
  target: KernelTarget;
}

/** Processes of those containers whose threads may have left their mounts or their network, one by one (unshare(2), setns(2)). */
export const threadedProcesses = (targets: readonly KernelTarget[]): ThreadedProcess[] =>
  targets
    .filter((one) => one.isPrivileged || one.isAdmin)
    .flatMap((target) =>
      [...target.listed].flatMap(([pid, { threads }]) => (threads === 1 ? [] : [{ pid, target }])),
    );

/** The threads of a process beside its first one, which has its number; null where they were not listed. */
const threadsBeside = (pid: number, { found }: ListedThreads): number[] | null =>
  found.get(pid)?.filter((thread) => thread !== pid) ?? null;

/** What was read of the threads of a container; undefined where nothing was. */
type OutputOf = (target: KernelTarget) => Reading<ProbeOutput> | undefined;

/** Those of which the threads were listed and read, with these and what was read. */
const withOutputs = (
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
  outputOf: OutputOf,
): { pid: number; beside: number[]; output: ProbeOutput }[] =>
  processes.flatMap(({ pid, target }) => {
    const output = outputOf(target);
    const beside = threadsBeside(pid, threads);
    return output?.state === 'read' && beside !== null
      ? [{ pid, beside, output: output.value }]
      : [];
  });

// Each namespace of mounts has its own number for what is mounted at `/` (proc_pid_mountinfo(5)), and a thread with
// another root has another mount there, or none: so no number of the namespace itself is needed, which root alone reads.

/** More threads of one container are not looked at: each has a table as long as that of its process. */
const MOUNTS_MAX = 100;

/** What is read of the processes of one container and of their threads; nothing where it has too many. */
export function mountPaths(
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
): ProcPath[] {
  const all = processes.flatMap(({ pid }) => threadsBeside(pid, threads) ?? []);
  if (all.length > MOUNTS_MAX) return [];
  return processes.flatMap(({ pid }) => [
    { pid, file: 'mountinfo' as const },
    // In this order: one that has ended in between is told by its status.
    ...(threadsBeside(pid, threads) ?? []).flatMap((thread) =>
      MOUNT_FILES.map((file) => ({ pid, thread, file })),
    ),
  ]);
}

const MOUNT_FILES: readonly ProcFile[] = ['mountinfo', 'status'];

/** Whether the threads of these processes all have the mounts and the root of the first; those of which nobody can tell are left out. */
export const mountsOfThreads = (
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
  outputOf: OutputOf,
): MountsOfThreads[] =>
  withOutputs(processes, threads, outputOf).flatMap(({ pid, beside, output: { files, lost } }) => {
    const first = files.get(procPath(pid, 'mountinfo'));
    const paths = beside.flatMap((thread) =>
      MOUNT_FILES.map((file) => procPath(pid, file, thread)),
    );
    const root = first === undefined ? '' : rootIn(first);
    if (root === '' || paths.some((path) => lost?.has(path))) return [];
    const isElsewhere = (thread: number) => {
      const status = files.get(procPath(pid, 'status', thread));
      if (status === undefined || hasEnded(status)) return false;
      return rootIn(files.get(procPath(pid, 'mountinfo', thread)) ?? '') !== root;
    };
    return [{ pid, areSame: !beside.some(isElsewhere) }];
  });

/** The numbers of all that is mounted at `/`, by the text of a mountinfo; empty where nothing is. */
export const rootIn = (mountinfo: string): string =>
  [...mountinfo.matchAll(/^(\d+) \d+ \S+ \S+ \/ /gm)].map(([, id]) => id).join(' ');

const SOCKETS = 'net/unix' as const;

/** More threads of one container are not looked at. */
const NETWORK_THREADS_MAX = 1000;

/** Those that may have entered the network of the host: who was put there has no other to enter it from. */
export const outsideHostNetwork = (processes: readonly ThreadedProcess[]): ThreadedProcess[] =>
  processes.filter(({ target }) => target.network.mode !== 'host').slice(0, NETWORKS_MAX);

/** What is read of them beside their first threads; nothing of a container that has too many. */
export function threadPaths(
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
): ProcPath[] {
  const ofOne = (own: readonly ThreadedProcess[]): ProcPath[] => {
    const paths = own.flatMap(({ pid }) =>
      (threadsBeside(pid, threads) ?? []).map((thread) => ({ pid, thread, file: SOCKETS })),
    );
    return paths.length > NETWORK_THREADS_MAX ? [] : paths;
  };
  return [...Map.groupBy(processes, ({ target }) => target.id).values()].flatMap(ofOne);
}

/**
 * Whether a thread of these processes is in the network of the engine; those of which nobody can tell are left out. A
 * thread that has ended is in none.
 */
export function networksOfThreads(
  engine: { pid: number; output: ProbeOutput },
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
  outputOf: OutputOf,
): NetworkOfThreads[] {
  const own = new Set(socketsIn(engine.output, procPath(engine.pid, SOCKETS)));
  if (own.size === 0) return [];
  return withOutputs(processes, threads, outputOf).flatMap(({ pid, beside, output }) => {
    const { files, lost } = output;
    const paths = beside.map((thread) => procPath(pid, SOCKETS, thread));
    const isTold = paths.length === 0 || paths.some((path) => files.has(path));
    if (!isTold || paths.some((path) => lost?.has(path))) return [];
    const sockets = paths.flatMap((path) => socketsIn(output, path) ?? []);
    return [{ pid, isOfEngine: sockets.some((one) => own.has(one)) }];
  });
}
