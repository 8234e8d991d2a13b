import { OutsideError } from '../shared/errors.ts';
import type { EventStream } from '../snapshot/event-source.ts';
import { pause, within } from '../timers/pause.ts';

/** Why a watch that is given up ends. */
export const stopped = (): OutsideError =>
  new OutsideError('engine-unreachable', 'Seawall does not watch this host any more');

/** Waits until the stream ends, and gives why, or until nothing was heard on it for a time. */
export async function untilIdle(watch: {
  stream: EventStream;
  lastHeardAt: () => number;
  idleMs: number;
  signal: AbortSignal;
}): Promise<OutsideError | 'idle'> {
  const { stream, lastHeardAt, idleMs, signal } = watch;
  const over = new AbortController();
  const whenStopped = new Promise<OutsideError>((resolve) => {
    if (signal.aborted) resolve(stopped());
    const stop = () => resolve(stopped());
    signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    for (;;) {
      const left = lastHeardAt() + idleMs - performance.now();
      if (left <= 0) return 'idle';
      const what = await within(left, Promise.race([stream.ended, whenStopped]));
      if (what !== null) return what;
    }
  } finally {
    over.abort();
  }
}

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
