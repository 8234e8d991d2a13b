import type { RunningJob, ScanJob, ScanJobStore } from '../ports/scan-queue.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { within } from '../timers/pause.ts';
import { doJob, JOB_LEASE_MS } from './do-job.ts';
import type { ScanMessages } from './messages.ts';

/** Jobs of a worker that run at once, beside those that a person waits for. */
const SLOTS = 6;
/** What runs when a worker is told to stop is ended in this time, or given back. */
const GRACE_MS = 20_000;

export interface WorkScansParts {
  jobs: ScanJobStore;
  messages: ScanMessages;
  /** How this process does a job; null for a host that its settings do not declare. */
  workOf: (
    job: Pick<ScanJob, 'host' | 'what'>,
  ) => ((running: RunningJob) => Promise<unknown>) | null;
  owner: string;
  onBegun: (waitedMs: number) => void;
  log: Logger;
}

export interface ScanWorker {
  /** Takes no more jobs; those that run end within a while, or are given back. Called twice it does that once. */
  drain(): Promise<void>;
}

/** Does jobs of the queue from now on. What cannot be done now comes again, here or elsewhere. */
export async function workScans(parts: WorkScansParts): Promise<ScanWorker> {
  const { jobs, messages, workOf, owner, log } = parts;
  const stop = new AbortController();

  async function handle(id: number): Promise<void> {
    const claimed = await jobs.claim(id, { owner, leaseMs: JOB_LEASE_MS });
    // Another message was quicker, or another worker.
    if (claimed === null) return;
    const { held, job } = claimed;
    if (claimed.waitedMs !== null) parts.onBegun(claimed.waitedMs);
    const work = workOf(job);
    if (work === null) {
      const problem = `the settings of the worker that took the job name no host ${job.host}`;
      log.warn({ host: job.host }, 'the settings of this worker name no such host');
      return jobs.end(held, { kind: 'failed', code: null, problem });
    }
    const done = await doJob({ jobs, signal: stop.signal }, claimed, work).catch(
      (error: unknown) => {
        const isOutside = error instanceof OutsideError;
        log[isOutside ? 'warn' : 'error']({ ...job, error }, 'a job of the queue failed');
        return { result: null };
      },
    );
    if (done === null) throw new Error('given back, or done by another');
  }

  await messages.work(SLOTS, handle);
  let drained: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    const draining = messages.drain();
    await within(GRACE_MS, draining);
    stop.abort();
    await draining;
  };
  return {
    drain() {
      drained ??= drain();
      return drained;
    },
  };
}
