import type { Reading } from '../../shared/reading.ts';

export interface ProcessFacts {
  pid: number;
  /** Effective user id as the host sees it; null where the host's `ps` could not tell. */
  effectiveUid: number | null;
  /** Kernel's short name of the program (at most 15 characters), never its arguments. */
  name: string;
}

export interface ContainerProcesses {
  containerId: string;
  /** Unread for a container that is not running, or whose list contradicts its own main process. */
  processes: Reading<ProcessFacts[]>;
}
