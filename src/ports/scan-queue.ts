import { UserError } from '../shared/errors.ts';
import type { Held } from './lease.ts';
import type { SnapshotProgress } from './snapshot-taker.ts';

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
