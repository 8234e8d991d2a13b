import type { Intent } from '../../ports/intent.ts';
import { onOutside } from '../../shared/errors.ts';
import { isoTime } from '../../shared/time.ts';
import type { FeedbackAnswer } from '../../views/feedback.ts';
import { type Unlisted, unlisted } from './unlisted.ts';

/**
 * Counts whether a question was understood, as a row of the audit without the question. One that was not
 * counts as missed as well, and may be kept by whoever presses where the settings allow it.
 */
export const feedback = (given: Extract<Intent, { kind: 'feedback' }>): Unlisted =>
  unlisted(
    'feedback',
    'view',
    async ({ audit, misses, keepsMisses, actor, now }): Promise<FeedbackAnswer> => {
      const { isGood, line } = given;
      const what = `${isGood ? 'right' : 'wrong'}: ${line}`;
      const row = { at: now(), actor, outcome: 'done' as const, before: null, after: null };
      await audit.record({ ...row, verb: 'feedback', what });
      if (!isGood) await misses.count(now()).catch(onOutside(() => undefined));
      const question = keepsMisses && !isGood ? given.question : null;
      return { kind: 'feedback', takenAt: isoTime(now()), isGood, question, next: ['help'] };
    },
    { privateWords: 'every' },
  );
