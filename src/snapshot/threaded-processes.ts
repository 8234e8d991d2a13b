import type { KernelTarget } from './kernel-targets.ts';

/** A process of several threads, each of which may be in a network of its own. */
export interface ThreadedProcess {
  pid: number;
  target: KernelTarget;
}

/** Processes of those containers whose threads may have left their mounts, one by one (unshare(2)). */
export const processesByMounts = (targets: readonly KernelTarget[]): ThreadedProcess[] =>
  targets
    .filter((one) => one.isPrivileged || one.isAdmin)
    .flatMap((target) =>
      [...target.listed].flatMap(([pid, { threads }]) => (threads === 1 ? [] : [{ pid, target }])),
    );
