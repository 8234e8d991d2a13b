import type { HostScan } from '../answers/scan-answer.ts';
import type { SnapshotProgress } from '../ports/snapshot-taker.ts';

type OnStep = (step: SnapshotProgress) => void;
type Begin = (onStep: OnStep) => Promise<HostScan>;

/** The scans that run in this process: whoever asks for one of a host joins the one that runs. */
export interface RunningScans {
  /**
   * Begins a scan unless one of the host runs, and gives what comes of it to all who joined. Each hears
   * of its progress from the newest step on.
   */
  join(host: string, onStep: OnStep, begin: Begin): Promise<HostScan>;
}

export function createRunningScans(): RunningScans {
  const running = new Map<string, { scan: Promise<HostScan>; listen: (onStep: OnStep) => void }>();
  return {
    join(host, onStep, begin) {
      const earlier = running.get(host);
      if (earlier) {
        earlier.listen(onStep);
        return earlier.scan;
      }
      const listeners = [onStep];
      let latest: SnapshotProgress | null = null;
      const scan = begin((step) => {
        latest = step;
        for (const listener of listeners) listener(step);
      }).finally(() => running.delete(host));
      const listen = (another: OnStep): void => {
        listeners.push(another);
        if (latest !== null) another(latest);
      };
      running.set(host, { scan, listen });
      return scan;
    },
  };
}
