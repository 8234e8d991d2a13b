import { OutsideError } from '../shared/errors.ts';

/** JSON of what one scan keeps of containers and images: a thousand ordinary containers take 3 MB. */
const KEPT_BYTES_MAX = 6 * 1024 * 1024;

/** Gives facts to keep; throws `OutsideError` when those of the scan are more than it keeps. */
export type KeepFacts = <T>(facts: T) => T;

/**
 * Counts what one scan keeps, and makes copies: a short text that was cut from a long answer would keep
 * all of it. The facts must be plain data.
 */
export function createKeeping(): KeepFacts {
  let left = KEPT_BYTES_MAX;
  return <T>(facts: T) => {
    const text = JSON.stringify(facts);
    left -= text.length;
    if (left >= 0) return JSON.parse(text) as T;
    const most = `${KEPT_BYTES_MAX / 1024 / 1024} MB`;
    const detail = `the engine tells more of its containers and images than the ${most} that one scan keeps`;
    throw new OutsideError('engine-answer-too-large', detail);
  };
}
