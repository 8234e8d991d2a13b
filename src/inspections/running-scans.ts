import type { HostScan } from '../answers/scan-answer.ts';
import type { SnapshotProgress } from '../ports/snapshot-taker.ts';

type OnStep = (step: SnapshotProgress) => void;
/** Scans a host. Rejects with the reason of `signal` when that aborts before anything is stored. */
export type Begin = (onStep: OnStep, signal: AbortSignal) => Promise<HostScan>;

/** A scan was stopped by a person. Nothing of it is stored, unless it goes on for others who asked for it. */
export class ScanStopped extends Error {
  /** Id of who stopped it. */
  readonly by: string;
  /** True when others asked for the same scan, so that it was only left. */
  readonly goesOn: boolean;

  constructor(by: string, goesOn = false) {
    super(`stopped by ${by}`);
    this.by = by;
    this.goesOn = goesOn;
  }
}

/** Throws `ScanStopped` once the signal has aborted, which it must have done with such a reason. */
export function refuseStopped(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}

/** The scans that run in this process: whoever asks for one of a host joins the one that runs. */
export interface RunningScans {
  /**
   * Begins a scan unless one of the host runs, and gives what comes of it to all who joined. Each hears
   * of its progress from the newest step on. Who aborts `leaving`, with a `ScanStopped`, leaves: the result
   * rejects with `ScanStopped`. When the last one leaves, the scan is given up as well; if it was stored
   * by then, it is the result.
   */
  join(host: string, onStep: OnStep, begin: Begin, leaving?: AbortSignal): Promise<HostScan>;
}

interface Running {
  scan: Promise<HostScan>;
  listeners: Set<OnStep>;
  latest: SnapshotProgress | null;
  askers: number;
  giveUp: AbortController;
}

export function createRunningScans(): RunningScans {
  const running = new Map<string, Running>();

  function start(host: string, begin: Begin): Running {
    const listeners = new Set<OnStep>();
    const giveUp = new AbortController();
    const state = { listeners, giveUp, latest: null as SnapshotProgress | null, askers: 0 };
    const scan = begin((step) => {
      state.latest = step;
      for (const listener of listeners) listener(step);
    }, giveUp.signal).finally(() => forget(host, one));
    const one: Running = Object.assign(state, { scan });
    running.set(host, one);
    return one;
  }

  /** Whoever asks from now on begins anew. */
  function forget(host: string, one: Running): void {
    if (running.get(host) === one) running.delete(host);
  }

  return {
    async join(host, onStep, begin, leaving) {
      refuseStopped(leaving);
      const one = running.get(host) ?? start(host, begin);
      one.askers += 1;
      one.listeners.add(onStep);
      if (one.latest !== null) onStep(one.latest);
      if (leaving === undefined) return one.scan;
      return untilLeft(one, leaving, () => {
        one.listeners.delete(onStep);
        one.askers -= 1;
        if (one.askers > 0) return true;
        forget(host, one);
        one.giveUp.abort(leaving.reason);
        return false;
      });
    },
  };
}

/** The scan for one who may leave; `leave` tells whether it goes on for others. */
function untilLeft(
  { scan }: Running,
  leaving: AbortSignal,
  leave: () => boolean,
): Promise<HostScan> {
  return new Promise((resolve, reject) => {
    const onLeave = () => {
      const { by } = leaving.reason as ScanStopped;
      if (leave()) reject(new ScanStopped(by, true));
    };
    leaving.addEventListener('abort', onLeave, { once: true });
    const settle = () => leaving.removeEventListener('abort', onLeave);
    scan.finally(settle).then(resolve, reject);
  });
}
