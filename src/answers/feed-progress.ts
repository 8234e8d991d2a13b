import type { FeedProgress } from '../ports/feed-sync.ts';
import type { AnswerBase } from './answer-base.ts';

/** How far feeds are that somebody takes, in the order in which they are taken. */
export interface FeedProgressAnswer extends AnswerBase {
  kind: 'feed-progress';
  /** From publishers all are known beforehand; from files those that were begun. */
  from: 'publishers' | 'files';
  feeds: FeedProgress[];
}
