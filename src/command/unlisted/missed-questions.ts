import { doneNotice, staleNotice } from '../../inspections/notices.ts';
import { isoTime } from '../../shared/time.ts';
import type { Answer } from '../../views/answer.ts';
import type { CommandContext } from '../command.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

/** Nobody else sees what somebody asked. */
const isPrivate = { privateWords: 'every' } as const;

/** Keeps a question that was not understood, for whoever asks that. */
export const keepQuestion = (question: string): Unlisted =>
  unlisted('ask keep', 'view', (context) => keep(context, question), isPrivate);

async function keep(
  { misses, keepsMisses, actor, now }: CommandContext,
  question: string,
): Promise<Answer> {
  if (!keepsMisses) return staleNotice(now, 'Questions are not kept here any more.');
  const kept = await misses.keep(question, { actor, at: now() });
  if (kept === 'full') return staleNotice(now, 'There is no room for more questions of yours.');
  const { id, question: text } = kept;
  return { kind: 'kept-question', takenAt: isoTime(now()), id, question: text, next: [] };
}

/** Erases a question that whoever asks this had kept. */
export const eraseQuestion = (id: number): Unlisted =>
  unlisted(
    'ask forget',
    'view',
    async ({ misses, actor, now }) =>
      (await misses.erase(id, { actor, at: now() }))
        ? doneNotice(now, 'The question is erased.')
        : staleNotice(now, 'There is no such question of yours any more.'),
    isPrivate,
  );
