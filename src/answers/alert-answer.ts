import type { AlertSignal, StoredAlert } from '../ports/alert-store.ts';
import type { AnswerBase } from './answer-base.ts';

/** A trouble that a channel is told of, as it is now. */
export interface AlertAnswer extends AnswerBase {
  kind: 'alert';
  alert: Omit<StoredAlert, 'next'>;
}

/** It came again: a line for the thread. */
export interface AlertAgainAnswer extends AnswerBase {
  kind: 'alert-again';
  alert: Pick<AlertSignal, 'title' | 'at' | 'detail'>;
  count: number;
}
