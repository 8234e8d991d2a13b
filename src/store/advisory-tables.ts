import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { AdvisoryRecord, ExploitPrediction, KnownExploited } from '../exposure/advisory.ts';
import type { FetchMark } from '../ports/feed-store.ts';
import type { LeaseColumns } from './leases.ts';
import { bounded, lasting } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    feed: FeedTable;
    advisory: AdvisoryTable;
    advisory_name: AdvisoryNameTable;
    known_exploited: KnownExploitedTable;
    exploit_prediction: OfFeed & ExploitPrediction;
  }
}

export interface FeedTable extends LeaseColumns {
  id: GeneratedAlways<number>;
  source: string;
  generation: number;
  taking: number;
  as_of: number | null;
  loaded_at: number | null;
  records: number;
  ecosystems_json: JSONColumnType<string[]>;
  /** 1 where it need not be all that its publisher has. */
  is_part: Generated<number>;
  failed_at: number | null;
  failure: string | null;
  /** Grows whenever what answers is changed. */
  revision: Generated<number>;
  confirmed_at: number | null;
  tried_at: number | null;
  /** Null: of a part, or never taken; the next fetch takes all of it, and so it does for a file. */
  fetched_json: JSONColumnType<FetchMark> | null;
}

/** What came with a feed. */
export interface OfFeed {
  id: GeneratedAlways<number>;
  feed_id: number;
  generation: number;
}

interface AdvisoryTable extends OfFeed {
  record_json: JSONColumnType<AdvisoryRecord>;
}

interface AdvisoryNameTable {
  name: string;
  advisory_id: number;
}

interface KnownExploitedTable extends OfFeed {
  cve: string;
  entry_json: JSONColumnType<KnownExploited>;
}

export const feedLife = lasting('one row for each feed of advisories that was ever taken');

export const advisoryLife = bounded('its feed is taken again', 'what is known of vulnerabilities');

export const advisoryNameLife = bounded(
  'its advisory is removed',
  'every id that a vulnerability is known by',
);

export const knownExploitedLife = bounded('its feed is taken again', 'what is exploited');

export const exploitPredictionLife = bounded('its feed is taken again', 'what will be exploited');
