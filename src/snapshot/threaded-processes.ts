import type { KernelTarget } from './kernel-targets.ts';
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
export const threadsBeside = (pid: number, { found }: ListedThreads): number[] | null =>
  found.get(pid)?.filter((thread) => thread !== pid) ?? null;
