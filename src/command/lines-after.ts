import { UserError } from '../shared/errors.ts';
import { parseLine } from './parse-line.ts';
import { decides } from './permission.ts';

const LINES_MAX = 2;

/**
 * What is offered after a mistake: the corrected line, else the first two that its hint names between backticks, where
 * they can be run as they stand and decide nothing; and the help.
 */
export function linesAfter(
  { correctedLine, hint = '' }: Pick<UserError, 'correctedLine' | 'hint'>,
  context: Parameters<typeof parseLine>[1],
): string[] {
  if (correctedLine !== undefined) return [correctedLine, 'help'];
  const named = [...hint.matchAll(/`([^`<>…]{1,100})`/g)].map(([, text = '']) => text);
  const runnable = [...new Set(named)].filter((text) => canRun(text, context));
  return [...runnable.slice(0, LINES_MAX), 'help'];
}

function canRun(text: string, context: Parameters<typeof parseLine>[1]): boolean {
  try {
    const { command, request } = parseLine(text, context);
    return !decides(command, request.words);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
