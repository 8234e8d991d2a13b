import type { GeneratedAlways, JSONColumnType } from 'kysely';
import type { AdvisoryRecord, KnownExploited } from '../exposure/advisory.ts';

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

interface AdvisoryPackageTable {
  ecosystem: string;
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

export interface AdvisoryTables {
  feed: FeedTable;
  advisory: AdvisoryTable;
  advisory_name: AdvisoryNameTable;
  advisory_package: AdvisoryPackageTable;
  known_exploited: KnownExploitedTable;
  exploit_prediction: ExploitPredictionTable;
}
