/** Whom feeds are fetched from. */
export const feedKinds = [
  'osv',
  'debian-tracker',
  'alpine-secdb',
  'ubuntu-vex',
  'redhat-vex',
  'kev',
  'epss',
] as const;
export type FeedKind = (typeof feedKinds)[number];

/** Whom to fetch from, and where where it is not the publisher. */
export interface FeedOrigin {
  name: FeedKind;
  /** Of a mirror. */
  url?: string | undefined;
  /** Of OSV, beside those of what is installed. */
  ecosystems?: readonly string[] | undefined;
}

/** What came of fetching one feed. */
export interface FeedOutcome {
  /** As in `FeedState`. */
  source: string;
  /**
   * `taken`: whole, anew; `changed`: what was new of it; `unchanged`: the publisher says so; `busy`: another
   * process fetches it; `unfinished`: it goes on. After `failed` what was there, if anything, stays.
   */
  outcome: 'taken' | 'changed' | 'unchanged' | 'busy' | 'failed' | 'unfinished';
  /** Why it failed; null for all else. */
  reason: string | null;
  /** Records of another shape than they should have, which were left out, and the first few reasons. */
  refused: { count: number; reasons: string[] };
}

export interface FeedProgress {
  /** As in `FeedState`. */
  source: string;
  /** Null while it waits or is being taken. */
  outcome: FeedOutcome['outcome'] | null;
  /** Records that were read of it so far; null where nobody counts. */
  records: number | null;
  /** Of the file of it that is being got; left out where none is. */
  bytes?: number;
}

export interface FeedSync {
  /**
   * Fetches those that are due, or all of them, one after the other; who asks while it runs shares it. What fails is an
   * outcome. After each outcome `onProgress` is told of all, and now and then while a file is being got. Rejects with `OutsideError` where the database cannot be used.
   */
  run(asked: {
    isForced: boolean;
    onProgress?: (feeds: FeedProgress[]) => void;
  }): Promise<FeedOutcome[]>;
}
