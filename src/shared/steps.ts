/** Work in small steps, each about a subject; what it returns is its result. */
export type Steps<T> = Generator<void, T>;

/** How many steps follow each other: of the judging of a container each takes a tenth of a millisecond. */
const STEPS_A_TURN = 50;

/** Does all of it in turns, each of which `doTurn` runs when it may. Rejects as it does. */
export async function inTurns<T>(
  steps: Steps<T>,
  doTurn: <R>(turn: () => R) => Promise<R>,
  stepsATurn = STEPS_A_TURN,
): Promise<T> {
  for (;;) {
    const last = await doTurn(() => turnOf(steps, stepsATurn));
    if (last !== null) return last.value;
  }
}

/** Null while more is to be done. */
function turnOf<T>(steps: Steps<T>, most: number): { value: T } | null {
  for (let step = 0; step < most; step += 1) {
    const { done, value } = steps.next();
    if (done) return { value };
  }
  return null;
}

/** Does all of it without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
