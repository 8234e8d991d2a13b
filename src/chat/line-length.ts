import { UserError } from '../shared/errors.ts';

/** Far more than the longest line; what is typed beyond is looked at by nobody. */
export const LINE_LENGTH_MAX = 4_000;

/** The line itself. Throws `UserError` for one that is longer. */
export function bounded(line: string): string {
  if (line.length <= LINE_LENGTH_MAX) return line;
  throw new UserError(
    `A line has at most ${LINE_LENGTH_MAX} characters; this one has ${line.length}.`,
  );
}
