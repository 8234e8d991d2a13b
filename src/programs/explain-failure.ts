import type { ProblemAnswer } from '../answers/answer-base.ts';
import { toProblem } from '../command/run-line.ts';
import { safeJson } from '../exports/safe-json.ts';
import { hintOf, OutsideError, UserError } from '../shared/errors.ts';
import { visibleLines } from '../shared/text.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { answerJson } from '../views/json.ts';

/** Says what a program rejected with, harmless on a terminal: what others wrote may stand in it. The exit code. */
export function explainFailure(error: unknown, write: (text: string) => void): ExitCode {
  const { cause, message, hint } = problemOf(error);
  const said = cause === 'bug' ? `A bug in Seawall: ${stackOf(error)}` : message;
  write(visibleLines([said, hint, ''].filter((line) => line !== null).join('\n')));
  return cause === 'mistake' ? 2 : 3;
}

/** The same as data for programs: the answer `problem`, as a line of the chat that failed has it. */
export function failureJson(error: unknown): string {
  return safeJson(answerJson(problemOf(error)));
}

/** `error` may be anything; what is neither a mistake nor the world is a bug, whose words are for the log. */
function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof UserError) {
    return toProblem(Date.now, 'mistake', error.message, { hint: error.hint ?? null });
  }
  if (error instanceof OutsideError) {
    return toProblem(Date.now, 'outside', error.message, { hint: hintOf(error) });
  }
  return toProblem(Date.now, 'bug', 'Something went wrong in Seawall itself.', {});
}

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
