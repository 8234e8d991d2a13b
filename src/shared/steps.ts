import { yieldToEvents } from './yield-to-events.ts';

/** Work in small steps, each about a subject; what it returns is its result. */
export type Steps<T> = Generator<void, T>;

/** How many steps follow each other: of the judging of a container each takes a tenth of a millisecond. */
const STEPS_A_TURN = 50;

/** Does all of it, and lets waiting events run in between. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (let step = 1; ; step += 1) {
    const { done, value } = steps.next();
    if (done) return value;
    if (step % STEPS_A_TURN === 0) await yieldToEvents();
  }
}

/** Does all of it without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
