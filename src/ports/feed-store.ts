import type {
  AdvisoryRecord,
  AdvisorySeverity,
  ExploitPrediction,
  KnownExploited,
} from '../exposure/advisory.ts';

/** What one feed holds, in the order in which it was read. */
export type FeedRow =
  | { kind: 'advisory'; record: AdvisoryRecord }
  | { kind: 'exploited'; entry: KnownExploited }
  | { kind: 'prediction'; entry: ExploitPrediction };

/** A feed as it answers now. Times are ISO. */
export interface FeedState {
  /** E.g. `osv/Debian`, `debian-tracker`, `kev`. */
  source: string;
  /** Of its newest record; null where nothing in it says how new it is, or it was never taken. */
  asOf: string | null;
  /** When it was taken; null: never. */
  loadedAt: string | null;
  records: number;
  /** Those of which it has records, with their releases. */
  ecosystems: string[];
  /** Why the last try was not taken; null when it was. */
  failure: { at: string; reason: string } | null;
}

/** One feed to be taken whole. */
export interface FeedLoad {
  source: string;
  /** Rows as they are read; a failure of it leaves what was. */
  rows: AsyncIterable<FeedRow>;
  /** ISO time of the newest record, asked when all rows were read; null where nothing says. */
  asOf: () => string | null;
}

/** What is known of the exploitation of a vulnerability. Null is not known, never "no". */
export interface KnownOf {
  exploited: KnownExploited | null;
  prediction: ExploitPrediction | null;
}

/** Records are asked for by the packages of one ecosystem. */
export interface AskedRecords {
  /** With its release, e.g. `Debian:12`. */
  ecosystem: string;
  /** Names of packages, and of what they were built from. */
  names: readonly string[];
}

/** A severity of a vulnerability, and the record that gives it. */
export interface VulnerabilitySeverity extends AdvisorySeverity {
  record: string;
}

/** Advisories in the database. Every method rejects with `OutsideError` 'store-failed'. */
export interface FeedStore {
  /** By name of the source. */
  list(): Promise<FeedState[]>;
  /**
   * Writes a feed beside the one that answers, and switches to it when it is whole: a process that dies, or
   * rows that fail, leave the old one, and the failure is kept. Rejects as the rows do, and with
   * `UserError` for a feed that has nothing or is older than what is there.
   */
  replace(load: FeedLoad): Promise<FeedState>;
  /** What standing and withdrawn records have of a vulnerability, under every id they name it with. */
  recordsOf(id: string): Promise<AdvisoryRecord[]>;
  /** What records, withdrawn ones too, have of packages with these names; of other ecosystems they say nothing. */
  recordsAbout(asked: AskedRecords): Promise<AdvisoryRecord[]>;
  /** What feeds of exploitation say of each of these ids, in capitals; those that none knows are left out. */
  knownOfEach(ids: readonly string[]): Promise<Map<string, KnownOf>>;
  /** Severities that standing records about one of these ids alone have, by id in capitals. */
  severitiesOf(ids: readonly string[]): Promise<Map<string, VulnerabilitySeverity[]>>;
  /** What feeds of exploitation say of the first of these ids that they know. */
  knownOf(ids: readonly string[]): Promise<KnownOf>;
}

/** Feeds as files of this machine. */
export interface FeedFiles {
  /**
   * The feeds of a file or of a folder, one after another; `onRefused` is told of each record that has
   * another shape. Rejects with `UserError` for a path that is no feed.
   */
  open(path: string, onRefused: (reason: string) => void): AsyncIterable<FeedLoad>;
}
