import type { KernelProcess } from './kernel.ts';
import type { OfContainer } from './per-container.ts';

/** Inode numbers of the namespaces of a process; null where the host's `ps` could not tell. */
export interface NamespaceIds {
  pid: number | null;
  network: number | null;
  mount: number | null;
  user: number | null;
  ipc: number | null;
  uts: number | null;
  cgroup: number | null;
}

export interface ProcessFacts {
  pid: number;
  /** Effective user id as the host sees it; null where the host's `ps` could not tell. */
  effectiveUid: number | null;
  /** Real, saved and filesystem user ids, of the first thread as everything here but `areThreadsRead`; null where `ps` could not tell. */
  otherUids: number[] | null;
  /** Kernel's short name of the program (at most 15 characters), never its arguments. */
  name: string;
  /** Its own groups and the supplementary ones, as the host sees them, ascending; null where `ps` could not tell. */
  groups: number[] | null;
  /** Label of AppArmor or SELinux, empty for none; null where `ps` could not tell. */
  label: string | null;
  /** Null where `ps` was not asked for them, as on Podman. */
  namespaces: NamespaceIds | null;
  /** How many it has, one at least; null where `ps` could not tell. */
  threads: number | null;
  /** Its other users and groups are those of all its threads. */
  areThreadsRead?: true;
  /** Null but on Podman, as is the mode: 0 none, 1 strict, 2 filter. */
  capabilities: KernelProcess['capabilities'] | null;
  seccompMode: number | null;
}

/** Unread for a container that is not running, or whose list contradicts its own main process. */
export interface ContainerProcesses extends OfContainer<ProcessFacts[]> {
  /**
   * True where the list comes from the `/proc` that the container itself sees (Podman), which a program
   * in it may replace: what speaks against the container counts, what speaks for it proves nothing.
   */
  isToldByContainer: boolean;
}
