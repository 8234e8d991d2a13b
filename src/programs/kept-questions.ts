import type { Settings } from '../config/load-settings.ts';
import { safeJson } from '../exports/safe-json.ts';
import { UserError } from '../shared/errors.ts';
import type { Store } from '../store/open-store.ts';
import type { ExitCode } from '../terminal/exit-code.ts';
import { terminalUser } from '../terminal/terminal-user.ts';
import { assembleCore, coreSettings } from './assemble.ts';

export interface QuestionsAsked {
  /** To be kept; null for none. */
  question: string | null;
  /** Number of the one to erase, as it was typed; null for none. */
  forget: string | null;
  isJson: boolean;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/**
 * Keeps a question, erases one, or else lists those that are kept: each a line of the question and a tab,
 * which is a row of a bank in `test/ask/fixtures` whose line is still to be written. How many were counted
 * goes to `stderr`. Rejects with `UserError` where questions are not kept, and for a number that is none.
 */
export async function tendQuestions(settings: Settings, asked: QuestionsAsked): Promise<ExitCode> {
  const { store } = await assembleCore(coreSettings(settings));
  try {
    const { misses } = store;
    const by = { actor: terminalUser(), at: Date.now() };
    const { question, forget, isJson, stdout, stderr } = asked;
    if (forget !== null) {
      const isErased = await misses.erase(numberOf(forget), { ...by, isOperator: true });
      if (!isErased) throw new UserError(`There is no question ${forget}.`);
      stdout(`Question ${forget} is erased.\n`);
      return 0;
    }
    if (question !== null) return await keep(store, settings, { question, by, stdout });
    const { kept, counted } = await misses.list();
    if (isJson) {
      stdout(safeJson({ questions: kept, counted }));
      return 0;
    }
    for (const one of kept) stdout(`${one.question}\t\n`);
    stderr(`Not understood in the last 90 days: ${counted}. Kept: ${kept.length}.\n`);
    return 0;
  } finally {
    await store.close();
  }
}

async function keep(
  { misses }: Store,
  { ask }: Settings,
  asked: { question: string; by: Parameters<Store['misses']['keep']>[1] } & Pick<
    QuestionsAsked,
    'stdout'
  >,
): Promise<ExitCode> {
  if (!ask.keepMisses) {
    throw new UserError('Questions are not kept here.', {
      hint: 'Set ask.keepMisses to true in seawall.yml.',
    });
  }
  if (asked.question.trim() === '') throw new UserError('There is no question to keep.');
  const kept = await misses.keep(asked.question, asked.by);
  if (kept === 'full') throw new UserError('There is no room for more questions of yours.');
  asked.stdout(`Question ${kept.id} is kept. Erase it: seawall ask --forget ${kept.id}\n`);
  return 0;
}

function numberOf(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new UserError(`“${text}” is no number of a question.`, {
    hint: '`seawall ask --misses --json` has the numbers.',
  });
}
