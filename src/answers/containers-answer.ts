import type { BlindInterval } from '../ports/past.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { Glimpse } from '../ports/watch-store.ts';
import type { AnswerBase } from './answer-base.ts';
import type { AskedPast } from './asked-past.ts';
import type { HostState } from './host-state.ts';
import type { ListPage } from './list-page.ts';
import type { Self } from './self.ts';
import type { Count } from './unread-hosts.ts';

export interface ContainersAnswer extends AnswerBase {
  kind: 'containers';
  facets: string[];
  hosts: HostState[];
  containers: StoredContainer[];
  /** How many there are, or why nobody knows. */
  total: Count;
  /** What of the list is shown; null for all of it. */
  page: ListPage | null;
  /** Containers that may have the facets, but one of them could not be judged. */
  unverified: StoredContainer[];
  /** How many these are, on all pages. */
  unverifiedCount: number;
  /** Containers of which only the existence is known: nobody could look at them in time. */
  glimpses: Glimpse[];
  /** Null for a question about now. */
  past: AskedPast | null;
  /** Times within the question, or within the last week, in which a host could not be seen. */
  blind: BlindInterval[];
  self: Self;
}
