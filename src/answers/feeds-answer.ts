import type { FeedState } from '../ports/feed-store.ts';
import type { AnswerBase } from './answer-base.ts';

export interface FeedsAnswer extends AnswerBase {
  kind: 'feeds';
  feeds: (FeedState & { isStale: boolean })[];
  /** Sources that this line took; null where it took none. */
  taken: string[] | null;
  /** Records of them that have another shape than they should, the first few. */
  refused: { count: number; reasons: string[] };
}
