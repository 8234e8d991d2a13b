import { LeaseLost } from '../ports/lease.ts';
import {
  type ClaimedScanJob,
  type HeldScanJob,
  type RunningJob,
  type ScanJobEnd,
  type ScanJobStore,
  ScanStopped,
  type SnapshotProgress,
} from '../ports/scan-queue.ts';
import { OutsideError } from '../shared/errors.ts';
import { pause, whenAborted } from '../timers/pause.ts';

/** How long a job is held without a sign of life, by the clock of the database. */
export const JOB_LEASE_MS = 10_000;
const BEAT_MS = 1_000;

export interface DoParts {
  jobs: ScanJobStore;
  /** Aborts when this process gives its jobs back. */
  signal: AbortSignal;
}

/**
 * Does a job that this process holds, and ends it: with what the work gives, with why it gave nothing, or as
 * stopped. Gives that, or null where somebody else does it from now on: this process gave it back, lost it, or
 * the database failed it. What is a bug is thrown on, once the job has ended.
 */
export async function doJob<Result>(
  { jobs, signal }: DoParts,
  { held, job }: ClaimedScanJob,
  work: (running: RunningJob) => Promise<Result>,
  onStep: RunningJob['onStep'] = () => {},
): Promise<{ result: Result } | null> {
  const over = new AbortController();
  const progress: { latest: SnapshotProgress | null } = { latest: null };
  const giveUp = () => over.abort(new GivenBack());
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  const done = new AbortController();
  const beating = beat(jobs, held, progress, (reason) => over.abort(reason(job.host)), done.signal);
  let isEnded = false;
  const running: RunningJob = {
    onStep(step) {
      progress.latest = step;
      onStep(step);
    },
    signal: over.signal,
    held,
    onEnded() {
      isEnded = true;
    },
  };
  try {
    // Nobody waits for what is over: an engine may take its time to notice.
    const result = await Promise.race([work(running), whenAborted(over.signal)]);
    if (!isEnded) await jobs.end(held, { kind: 'result', result });
    return { result };
  } catch (error) {
    return await endFailed(jobs, held, error);
  } finally {
    done.abort();
    signal.removeEventListener('abort', giveUp);
    await beating;
  }
}

class GivenBack extends Error {}

async function endFailed(jobs: ScanJobStore, held: HeldScanJob, error: unknown): Promise<null> {
  if (error instanceof LeaseLost) return null;
  const isPassing =
    error instanceof OutsideError && error.code === 'store-failed' && error.isRetryable;
  if (isPassing || error instanceof GivenBack) {
    // Where that fails as well, the lease ends by itself.
    await jobs.giveBack(held).catch(() => {});
    return null;
  }
  await jobs.end(held, endOf(error)).catch(() => {});
  if (error instanceof ScanStopped) return null;
  throw error;
}

function endOf(error: unknown): ScanJobEnd {
  if (error instanceof ScanStopped) return { kind: 'stopped', by: error.by };
  if (error instanceof OutsideError) {
    return { kind: 'failed', code: error.code, problem: error.detail };
  }
  const problem = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: null, problem };
}

/** Holds a job and tells how far it is, until the signal aborts. */
async function beat(
  jobs: ScanJobStore,
  held: HeldScanJob,
  progress: { latest: SnapshotProgress | null },
  stop: (reason: (host: string) => Error) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await pause(BEAT_MS, signal);
    if (signal.aborted) return;
    try {
      const by = await jobs.beat(held, progress.latest);
      if (by !== null) stop((host) => new ScanStopped(host, by));
    } catch (error) {
      // A database that is away is asked again: as long as nobody took the job it is this process's.
      if (!(error instanceof OutsideError)) stop(() => error as Error);
    }
  }
}
