import { type ErrorCode, UserError } from '../shared/errors.ts';
import type { FairShare } from '../shared/fair-shares.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';
import type { SectionProgress } from '../snapshot/take-snapshot.ts';
import type { Held, Lease } from './lease.ts';

/** For whom a job is done, from who waits least to who can wait. */
export const scanAskers = ['person', 'digest', 'self'] as const;
export type ScanAsker = (typeof scanAskers)[number];

/** What is done on one host. */
export interface ScanJob {
  host: string;
  /**
   * `scan`: a scan. `inventory`: what its images hold beside that, as far as the settings want it.
   * `deep-inventory`: all that they hold.
   */
  what: 'scan' | 'inventory' | 'deep-inventory';
  asker: ScanAsker;
  /** True for who looks at no list of the answer: it may then come without them. */
  isBrief: boolean;
}

/** One taking of a job that processes share. */
export interface HeldScanJob extends Held {
  id: number;
}

/** A job while it is done. */
export interface RunningJob {
  onStep(step: SnapshotProgress): void;
  /** Aborts when nobody wants the job any more; the reason is what it then rejects with. */
  signal: AbortSignal;
  /** What ends with the scan that is stored; null where nobody but this process knows of the job. */
  held: HeldScanJob | null;
  /** To be told once `held` ended with what was stored. */
  onEnded(): void;
}

/** Somebody stopped a job before it ended: nothing was stored, unless it goes on for others. */
export class ScanStopped extends UserError {
  /** Who stopped it. */
  readonly by: string;
  /** True for one who only left: somebody else waits for the same job. */
  readonly goesOn: boolean;

  constructor(host: string, by: string, goesOn = false) {
    super(`${by} stopped the scan of ${host}.`, { correctedLine: `scan on ${host}` });
    this.by = by;
    this.goesOn = goesOn;
  }
}

/** Why a signal aborts with which somebody leaves: who did that, by name or id. */
export interface Leaving {
  by: string;
}

/** Everything that scans goes through it: of one host one job of a kind runs, whoever asks for it. */
export interface ScanQueue {
  /**
   * Has a job done, or joins the one of this kind that is done or waits on the host, and gives what comes
   * of it to all who joined; each hears of its progress from the newest step on. Rejects as `work` does,
   * and with `ScanStopped`. `work` does the job in this process; what it gives is plain data.
   * Who aborts `leaving`, with a `Leaving` as its reason, leaves: begun before that the job goes on for others who
   * wait for it, else it is given up; not begun it does not begin. One that was stored by then is the result.
   */
  run<Result>(
    job: ScanJob,
    work: (running: RunningJob) => Promise<Result>,
    onStep?: RunningJob['onStep'],
    leaving?: AbortSignal,
  ): Promise<Result>;
  /** Stops what is done or waits on a host; false where that was nothing. `by` is a name. */
  stop(host: string, by: string): Promise<boolean>;
}

export type SnapshotProgress = SectionProgress<SectionId>;

export interface SnapshotTaker {
  /**
   * Never rejects for a dead or lying engine: its sections are then unread, with reasons. What is in
   * `knownImages` (see `CollectContext`) is not read again. Once the signal aborts nothing more is asked.
   * What the snapshot takes of the processor is counted in `share`.
   */
  takeSnapshot(
    host: string,
    onProgress?: (step: SnapshotProgress) => void,
    knownImages?: readonly ImageSetUid[],
    signal?: AbortSignal,
    share?: FairShare,
  ): Promise<Snapshot>;
}

/** A job of the processes that share a database, as one takes it. */
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

/** Jobs of the processes that share a database. Times are by its clock. */
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
