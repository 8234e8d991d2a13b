import pLimit from 'p-limit';
import { OutsideError } from '../shared/errors.ts';
import { duration } from '../shared/text.ts';

const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 60 * 60_000;

/** Lets one kernel probe run at a time, and leaves an engine that hung on one alone for a while. */
export interface ProbeTurn {
  /** Rejects with the failure of an earlier turn while that engine is left alone. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Leaves it alone: a minute at first, twice as long each time, an hour at most. */
  rest(reason: string): OutsideError;
}

export function createProbeTurn(clock: () => number = Date.now): ProbeTurn {
  const oneAtATime = pLimit(1);
  let resting: { failure: OutsideError; until: number } | null = null;
  let restMs = FIRST_REST_MS;
  return {
    take: (work) =>
      oneAtATime(async () => {
        if (resting && clock() < resting.until) throw resting.failure;
        const result = await work();
        restMs = FIRST_REST_MS;
        return result;
      }),
    rest(reason) {
      const detail = `${reason}; this engine is left alone for ${duration(restMs)} and then tried again`;
      const failure = new OutsideError('probe-unusable', detail);
      resting = { failure, until: clock() + restMs };
      restMs = Math.min(restMs * 2, LONGEST_REST_MS);
      return failure;
    },
  };
}
