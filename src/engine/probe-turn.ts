import pLimit from 'p-limit';
import type { OutsideError } from '../shared/errors.ts';

/** Lets one kernel probe run at a time, and keeps an engine that hung on one from being asked again. */
export interface ProbeTurn {
  /** Rejects with the failure of an earlier turn when that engine is not to be tried again. */
  take<T>(work: () => Promise<T>): Promise<T>;
  /** No further turn is given until Seawall is started anew. */
  neverAgain(failure: OutsideError): void;
}

export function createProbeTurn(): ProbeTurn {
  const oneAtATime = pLimit(1);
  let failure: OutsideError | null = null;
  return {
    take: (work) =>
      oneAtATime(async () => {
        if (failure) throw failure;
        return work();
      }),
    neverAgain(reason) {
      failure = reason;
    },
  };
}
