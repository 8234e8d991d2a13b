import { pause } from '../timers/pause.ts';

/** Pauses that somebody who knows better can end. */
export interface Rest {
  /** Waits so many milliseconds, or until it is hurried or the signal aborts. Never rejects. */
  pause(ms: number): Promise<void>;
  hurry(): void;
}

/** Until the signal aborts. */
export function createRest(signal: AbortSignal): Rest {
  let hurried = new AbortController();
  return {
    async pause(ms) {
      hurried = new AbortController();
      await pause(ms, AbortSignal.any([signal, hurried.signal]));
    },
    hurry: () => hurried.abort(),
  };
}
