import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { AdvisoryRecord, KnownExploited } from '../exposure/advisory.ts';
import { bounded, type Life } from './life.ts';

declare module './schema.ts' {
  interface Tables {
    feed: FeedTable;
    advisory: AdvisoryTable;
    advisory_name: AdvisoryNameTable;
    known_exploited: KnownExploitedTable;
    exploit_prediction: ExploitPredictionTable;
  }
}

export interface FeedTable {
  id: GeneratedAlways<number>;
  source: string;
  generation: number;
  taking: number;
  as_of: number | null;
  loaded_at: number | null;
  records: number;
  ecosystems_json: JSONColumnType<string[]>;
  failed_at: number | null;
  failure: string | null;
}

interface OfFeed {
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

interface ExploitPredictionTable extends OfFeed {
  cve: string;
  probability: number;
  percentile: number;
}

export const feedLife: Life = bounded(
  'the end of the database',
  'one row for each feed of advisories that was ever taken',
);

export const advisoryLife: Life = {
  until: 'its feed is taken again',
  why: 'what is known of vulnerabilities',
  trims: [],
};

export const advisoryNameLife: Life = {
  until: 'its advisory is removed',
  why: 'every id that a vulnerability is known by',
  trims: [],
};

export const knownExploitedLife: Life = {
  until: 'its feed is taken again',
  why: 'what is exploited',
  trims: [],
};

export const exploitPredictionLife: Life = {
  until: 'its feed is taken again',
  why: 'what will be exploited',
  trims: [],
};
