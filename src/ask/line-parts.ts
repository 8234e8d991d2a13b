import { type Clauses, takeClauses } from '../command/parse-clauses.ts';
import { takeFlags } from '../command/parse-flags.ts';
import { decides } from '../command/permission.ts';
import { splitWords } from '../command/plain-line.ts';
import { formOf } from './line-forms.ts';
import type { PlanContext } from './plan-request.ts';

/** A line that was answered, taken apart. */
export interface Parts {
  command: PlanContext['commands'][number];
  words: readonly string[];
  clauses: Clauses;
  flags: Readonly<Record<string, string>>;
  /** As `formOf` gives it. */
  form: string;
}

/** True for a line that changes what was decided, which nobody but a person may run; the audit only shows it. */
export const isDecision = ({ command, words }: Pick<Parts, 'command' | 'words'>): boolean =>
  decides(command, words) && (command.task === 'act' || typeof command.permission !== 'string');

/** Null for a line that decides, or whose words are anybody's own. */
export function partsOf(line: string, { commands }: Pick<PlanContext, 'commands'>): Parts | null {
  const [verb, ...rest] = splitWords(line);
  const command = commands.find(({ name }) => name === verb);
  const form = formOf(line);
  if (command === undefined || command.takesText || form === null) return null;
  const { words: unflagged, flags } = takeFlags(rest, command);
  const parts = { command, form, flags, ...takeClauses(unflagged, command) };
  return isDecision(parts) ? null : parts;
}

/** The same with another word at a place. */
export const withWord = (parts: Parts, at: number, word: string): Parts => ({
  ...parts,
  words: parts.words.toSpliced(at, 1, word),
});
