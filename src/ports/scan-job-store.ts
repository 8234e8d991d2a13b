import type { ErrorCode } from '../shared/errors.ts';
import type { Lease } from './lease.ts';
import type { HeldScanJob, ScanJob } from './scan-queue.ts';
import type { SnapshotProgress } from './snapshot-taker.ts';

/** Jobs of the processes that share a database, see `scan-queue.ts`. Times are by the clock of the database. */

export interface ClaimedScanJob {
  held: HeldScanJob;
  job: Pick<ScanJob, 'host' | 'what'>;
  /** From when it was asked for until it was begun; null where it was begun before. */
  waitedMs: number | null;
}

/** What became of a job: what it gave, why it gave nothing, or who stopped it. */
export type ScanJobEnd =
  | { kind: 'result'; result: unknown }
  | { kind: 'failed'; code: ErrorCode | null; problem: string }
  | { kind: 'stopped'; by: string };

/** A job as who waits for it sees it. */
export interface FollowedScanJob {
  id: number;
  state: 'waiting' | 'running' | 'ended';
  /** The newest step of the one who does it; null before the first. */
  latest: SnapshotProgress | null;
}

export interface ScanJobStore {
  /** Joins the job of this kind that waits or runs on the host, or puts a new one there; its id. */
  ask(job: ScanJob): Promise<number>;
  /**
   * Takes a job that nobody does; null where it has ended or somebody does it. One that was taken so often
   * that it must be what ends its processes has ended as failed.
   */
  claim(id: number, lease: Lease): Promise<ClaimedScanJob | null>;
  /** Holds it as long again and tells how far it is; who wants it stopped, or null. */
  beat(held: HeldScanJob, latest: SnapshotProgress | null): Promise<string | null>;
  /** Ends it, once: nothing happens where this taking has ended it. */
  end(held: HeldScanJob, end: ScanJobEnd): Promise<void>;
  /** Lets somebody else do it from the beginning. Nothing happens where it is not held so any more. */
  giveBack(held: HeldScanJob): Promise<void>;
  /** Those that wait on one of these hosts. */
  listWaiting(
    hosts: readonly string[],
  ): Promise<(Pick<ScanJob, 'host' | 'what'> & { id: number })[]>;
  /** Those of the jobs that are known. */
  follow(ids: readonly number[]): Promise<FollowedScanJob[]>;
  /** What became of a job that has ended; null where nobody knows it any more. */
  findEnd(id: number): Promise<ScanJobEnd | null>;
  /** One of those who asked wants a job no more; true where others do, else it is stopped. */
  leave(id: number, by: string): Promise<boolean>;
  /** Stops what waits or runs on a host; false where that was nothing. */
  stop(host: string, by: string): Promise<boolean>;
  /** How many wait, how many run, and how long the oldest waits. */
  backlog(): Promise<{ waiting: number; running: number; oldestMs: number }>;
}
