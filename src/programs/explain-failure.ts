import { hintOf, OutsideError, UserError } from '../shared/errors.ts';
import { visibleLines } from '../shared/text.ts';
import type { ExitCode } from '../terminal/exit-code.ts';

/** Says what a program rejected with, harmless on a terminal: what others wrote may stand in it. The exit code. */
export function explainFailure(error: unknown, write: (text: string) => void): ExitCode {
  const stderr = (text: string) => write(visibleLines(text));
  if (error instanceof UserError) {
    stderr(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    return 2;
  }
  if (error instanceof OutsideError) {
    stderr([error.message, hintOf(error), ''].filter((line) => line !== null).join('\n'));
    return 3;
  }
  stderr(`A bug in Seawall: ${error instanceof Error ? error.stack : String(error)}\n`);
  return 3;
}
