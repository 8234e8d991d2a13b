import {
  type Leaving,
  type RunningJob,
  type ScanJob,
  type ScanQueue,
  ScanStopped,
  type SnapshotProgress,
} from '../ports/scan-queue.ts';

type OnStep = RunningJob['onStep'];

interface Running {
  result: Promise<unknown>;
  /** How many wait for the result. */
  askers: number;
  /** Tells the newest step, and those to come until the function that it gives back is called. */
  listen(onStep: OnStep): () => void;
  stop(reason: ScanStopped): void;
  /** As `stop`, but the result is what comes of the work in the end: it may be stored already. */
  giveUp(reason: ScanStopped): void;
}

/** The queue of a process that is alone with its database: nothing waits, and each job is done here. */
export function createInlineScans(): ScanQueue {
  const running = new Map<string, Map<string, Running>>();

  function find({ host, what }: ScanJob, work: (running: RunningJob) => Promise<unknown>): Running {
    const ofHost = running.get(host) ?? new Map<string, Running>();
    running.set(host, ofHost);
    const earlier = ofHost.get(what);
    if (earlier !== undefined) return earlier;
    const job = begin(work, () => {
      if (ofHost.get(what) === job) ofHost.delete(what);
    });
    ofHost.set(what, job);
    return job;
  }

  return {
    async run<Result>(
      asked: ScanJob,
      work: (running: RunningJob) => Promise<Result>,
      onStep: OnStep = () => {},
      leaving?: AbortSignal,
    ) {
      const { host, what } = asked;
      if (leaving?.aborted) throw new ScanStopped(host, byOf(leaving));
      const job = find(asked, work);
      job.askers += 1;
      const silence = job.listen(onStep);
      if (leaving === undefined) return job.result as Promise<Result>;
      return untilLeft(job.result as Promise<Result>, leaving, () => {
        silence();
        job.askers -= 1;
        const goesOn = job.askers > 0;
        const reason = new ScanStopped(host, byOf(leaving), goesOn);
        if (goesOn) return reason;
        // Whoever asks from now on begins anew.
        running.get(host)?.delete(what);
        job.giveUp(reason);
        return null;
      });
    },
    async stop(host, by) {
      const jobs = [...(running.get(host)?.values() ?? [])];
      for (const job of jobs) job.stop(new ScanStopped(host, by));
      return jobs.length > 0;
    },
  };
}

const byOf = ({ reason }: AbortSignal): string => (reason as Leaving).by;

function begin(work: (running: RunningJob) => Promise<unknown>, onEnd: () => void): Running {
  const over = new AbortController();
  const listeners = new Set<OnStep>();
  const stopped = Promise.withResolvers<never>();
  let latest: SnapshotProgress | null = null;
  const onStep: OnStep = (step) => {
    latest = step;
    for (const listener of listeners) listener(step);
  };
  return {
    result: Promise.race([
      work({ onStep, onEnded() {}, signal: over.signal, held: null }),
      stopped.promise,
    ]).finally(onEnd),
    askers: 0,
    listen(another) {
      listeners.add(another);
      if (latest !== null) another(latest);
      return () => listeners.delete(another);
    },
    stop(reason) {
      over.abort(reason);
      // Nobody waits for what is stopped: an engine may take its time to notice.
      stopped.reject(reason);
    },
    giveUp: (reason) => over.abort(reason),
  };
}

/** The result for one who may leave; `leave` gives what it rejects with, or null to wait for it. */
function untilLeft<Result>(
  result: Promise<Result>,
  leaving: AbortSignal,
  leave: () => ScanStopped | null,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onLeave = () => {
      const reason = leave();
      if (reason !== null) reject(reason);
    };
    leaving.addEventListener('abort', onLeave, { once: true });
    result.finally(() => leaving.removeEventListener('abort', onLeave)).then(resolve, reject);
  });
}
