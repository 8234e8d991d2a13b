/** Processes of Seawall that share a database. Times are epoch milliseconds by the clock of the database. */

/** `serve` answers Slack, a `worker` scans and watches. */
export type ProcessRole = 'serve' | 'worker';

/** What a process tells of itself. */
export interface AnnouncedProcess {
  /** The owner of its leases; never used twice. */
  id: string;
  role: ProcessRole;
  version: string;
  /** Name of the machine, or of the container, that it runs on. */
  machine: string;
  pid: number;
  /** A whole number: how much of the work it takes, beside the others. */
  weight: number;
}

/** A process that has said within its lease that it is alive. */
export interface LiveProcess extends AnnouncedProcess {
  startedAt: number;
  seenAt: number;
  /** It gives its work back and takes none. */
  isDraining: boolean;
  /** Hosts that it holds to watch them. */
  hosts: number;
}

export interface ProcessStore {
  /**
   * Says that a process is there, for so many milliseconds from now on; one that is known by its id stays what it is.
   * When that was.
   */
  announce(process: AnnouncedProcess, leaseMs: number): Promise<number>;
  /** Says that it is alive, for as long again; when that was, or null when nobody knows it any more, and it must announce itself. */
  beat(id: string, leaseMs: number): Promise<number | null>;
  /** The live ones, in order of start. */
  list(): Promise<LiveProcess[]>;
  /** Asks a process to give back what it holds and to take nothing; false when none of this id lives. */
  drain(id: string): Promise<boolean>;
  /** Says that it ends now. */
  leave(id: string): Promise<void>;
}

/**
 * Those that scan and watch, among the live ones: the workers; while there is none, who serves. None of them
 * drains.
 */
export function workingProcesses<P extends Pick<LiveProcess, 'role' | 'isDraining'>>(
  processes: readonly P[],
): P[] {
  const able = processes.filter(({ isDraining }) => !isDraining);
  const workers = able.filter(({ role }) => role === 'worker');
  return workers.length > 0 ? workers : able;
}

/**
 * Whether a process is the one that looks after alerts, of all that serve: the first that lives. Where two hold
 * themselves for it they do the same, and nothing twice.
 */
export const isFirstServe = (
  processes: readonly Pick<LiveProcess, 'id' | 'role'>[],
  id: string,
): boolean => processes.find(({ role }) => role === 'serve')?.id === id;
