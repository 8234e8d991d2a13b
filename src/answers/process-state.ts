import type { LiveProcess } from '../ports/process-store.ts';

/** How the processes that share a database are, and how far behind their work is. */
export interface ProcessState {
  /** Those that live, in order of start; null where that could not be read. */
  processes: LiveProcess[] | null;
  /** Scans that wait and run; null where that could not be read. */
  queue: { waiting: number; running: number; oldestMs: number } | null;
  /** How far the watcher that is behind most is; null where nobody watches. */
  watchLagMs: number | null;
  /** How long hosts were not watched in the last day, all of them together, and how many hosts that were. */
  blind: { ms: number; hosts: number };
}
