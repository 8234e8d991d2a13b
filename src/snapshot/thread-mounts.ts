import type { Reading } from '../shared/reading.ts';
import type { ProbeOutput, ProcFile, ProcPath } from './collector.ts';
import type { MountsOfThreads } from './facts/host-processes.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import { hasEnded } from './normalise/proc-status.ts';
import type { ListedThreads } from './probe-runs.ts';
import { type ThreadedProcess, threadsBeside } from './threaded-processes.ts';

// Each namespace of mounts has its own number for what is mounted at `/` (proc_pid_mountinfo(5)), and a thread with
// another root has another mount there, or none: so no number of the namespace itself is needed, which root alone reads.

/** More threads of one container are not looked at: each has a table as long as that of its process. */
const THREADS_MAX = 100;

/** What is read of the processes of one container and of their threads; nothing where it has too many. */
export function mountPaths(
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
): ProcPath[] {
  const all = processes.flatMap(({ pid }) => threadsBeside(pid, threads) ?? []);
  if (all.length > THREADS_MAX) return [];
  return processes.flatMap(({ pid }) => [
    { pid, file: 'mountinfo' as const },
    // In this order: one that has ended in between is told by its status.
    ...(threadsBeside(pid, threads) ?? []).flatMap((thread) =>
      FILES.map((file) => ({ pid, thread, file })),
    ),
  ]);
}

const FILES: readonly ProcFile[] = ['mountinfo', 'status'];

/** Whether the threads of these processes all have the mounts and the root of the first; those of which nobody can tell are left out. */
export const mountsOfThreads = (
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
  outputOf: (target: KernelTarget) => Reading<ProbeOutput> | undefined,
): MountsOfThreads[] =>
  processes.flatMap(({ pid, target }) => {
    const output = outputOf(target);
    const beside = threadsBeside(pid, threads);
    if (output?.state !== 'read' || beside === null) return [];
    const { files, lost } = output.value;
    const first = files.get(procPath(pid, 'mountinfo'));
    const paths = beside.flatMap((thread) => FILES.map((file) => procPath(pid, file, thread)));
    const root = first === undefined ? '' : rootIn(first);
    if (root === '' || paths.some((path) => lost?.has(path))) return [];
    const isElsewhere = (thread: number) => {
      const status = files.get(procPath(pid, 'status', thread));
      if (status === undefined || hasEnded(status)) return false;
      return rootIn(files.get(procPath(pid, 'mountinfo', thread)) ?? '') !== root;
    };
    return [{ pid, areSame: !beside.some(isElsewhere) }];
  });

/** The numbers of all that is mounted at `/`; empty where nothing is. */
const rootIn = (mountinfo: string): string =>
  [...mountinfo.matchAll(/^(\d+) \d+ \S+ \S+ \/ /gm)].map(([, id]) => id).join(' ');
