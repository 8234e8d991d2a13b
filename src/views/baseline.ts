import type { AnswerBase } from '../answers/answer-base.ts';
import type { FieldChange } from '../drift/configured-fields.ts';
import type { Baseline } from '../drift/container-drift.ts';
import { heading, note, paragraph, strong, type View } from './document.ts';
import { changeLines } from './drift.ts';

/** A container was approved as it is, or that was taken back. */
export interface BaselineAnswer extends AnswerBase {
  kind: 'baseline';
  baseline: Baseline;
  isWithdrawn: boolean;
  /** What is approved now and was not before; null when nothing was approved before. */
  changes: FieldChange[] | null;
}

export const baseline: View<BaselineAnswer> = ({ baseline: one, isWithdrawn, changes }) => {
  const { key, host, by, reason, ended, container } = one;
  const title = isWithdrawn ? 'No longer the baseline' : 'Approved as the baseline';
  const fields = Object.keys(one.fields).length;
  return {
    headline: `${title}: ${key} on ${host}`,
    summary: [
      heading(title),
      paragraph(
        strong(key),
        ` on ${host}, as ${container === key ? 'it' : container} looked when ${by} approved it`,
      ),
      reason !== null && paragraph(strong('Reason: '), reason),
      changes !== null &&
        (changes.length === 0
          ? note('The same as approved before.')
          : [paragraph(strong('New in it: ')), ...changeLines(changes)]),
      note(
        isWithdrawn
          ? `Withdrawn by ${ended?.by ?? 'nobody'}: drift is no longer measured.`
          : `Drift is measured from here, in ${fields} fields, for whatever container has this name next.`,
      ),
    ],
  };
};
