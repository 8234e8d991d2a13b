import { type RunningJob, type ScanQueue, ScanStopped } from '../ports/scan-queue.ts';
import type { SnapshotProgress } from '../ports/snapshot-taker.ts';

interface Running {
  result: Promise<unknown>;
  listen(onStep: RunningJob['onStep']): void;
  stop(reason: ScanStopped): void;
}

/** The queue of a process that is alone with its database: nothing waits, and each job is done here. */
export function createInlineScans(): ScanQueue {
  const running = new Map<string, Map<string, Running>>();

  function begin(work: (running: RunningJob) => Promise<unknown>, onEnd: () => void): Running {
    const over = new AbortController();
    const listeners: RunningJob['onStep'][] = [];
    let latest: SnapshotProgress | null = null;
    const onStep: RunningJob['onStep'] = (step) => {
      latest = step;
      for (const listener of listeners) listener(step);
    };
    // Nobody waits for what is stopped: an engine may take its time to notice.
    const stopped = new Promise<never>((_resolve, reject) => {
      over.signal.addEventListener('abort', () => reject(over.signal.reason as Error));
    });
    const result = Promise.race([
      work({ onStep, signal: over.signal, held: null }),
      stopped,
    ]).finally(onEnd);
    return {
      result,
      listen(another) {
        listeners.push(another);
        if (latest !== null) another(latest);
      },
      stop: (reason) => over.abort(reason),
    };
  }

  return {
    run<Result>(
      { host, what }: Parameters<ScanQueue['run']>[0],
      work: (running: RunningJob) => Promise<Result>,
      onStep: RunningJob['onStep'] = () => {},
    ) {
      const ofHost = running.get(host) ?? new Map<string, Running>();
      running.set(host, ofHost);
      let job = ofHost.get(what);
      if (job === undefined) {
        job = begin(work, () => {
          ofHost.delete(what);
        });
        ofHost.set(what, job);
      }
      job.listen(onStep);
      return job.result as Promise<Result>;
    },
    async stop(host, by) {
      const jobs = [...(running.get(host)?.values() ?? [])];
      for (const job of jobs) job.stop(new ScanStopped(host, by));
      return jobs.length > 0;
    },
  };
}
