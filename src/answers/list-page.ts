import type { Paging } from '../ports/intent.ts';

/** Where a part of a list stands in it. */
export interface ListPart {
  /** How many entries stand before it. */
  before: number;
  total: number;
}

/** One page of a long list; views show what this says. */
export interface ListPage extends Paging {
  /** Set when the answer holds this part of the list; null when it holds all of it. */
  part: ListPart | null;
  /** The line that the list answers. */
  line: string;
  /** Hosts that were scanned again since the first page. */
  rescanned: string[];
}
