import type { ComingEvent, PageHints } from './page-state.ts';

/** Moves simulated time on. */
export interface PageClock {
  /** How far ahead of the machine's clock it is, in milliseconds. */
  aheadMs(): number;
  /** What comes next; null for nothing. */
  findNext(): Promise<ComingEvent | null>;
  /** Moves the time to what comes next. */
  moveOn(): Promise<void>;
}

/** What the page shows beside the workspace; without them it has no completion and no clock. */
export interface PageOptions {
  readHints?: () => Promise<PageHints>;
  clock?: PageClock;
}
