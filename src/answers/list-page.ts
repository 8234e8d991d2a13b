import type { Paging } from '../ports/intent.ts';

/** One page of a long list. The list itself is whole; views show what this says. */
export interface ListPage extends Paging {
  /** The line that the list answers. */
  line: string;
  /** Hosts that were scanned again since the first page. */
  rescanned: string[];
}
