import type { FieldChange } from '../drift/configured-fields.ts';
import type { Baseline } from '../drift/container-drift.ts';
import type { AnswerBase } from './answer-base.ts';

/** A container was approved as it is, or that was taken back. */
export interface BaselineAnswer extends AnswerBase {
  kind: 'baseline';
  baseline: Baseline;
  isWithdrawn: boolean;
  /** What is approved now and was not before; null when nothing was approved before. */
  changes: FieldChange[] | null;
}
