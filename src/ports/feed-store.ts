import type {
  AdvisoryRecord,
  AdvisorySeverity,
  ExploitPrediction,
  KnownExploited,
} from '../exposure/advisory.ts';
import type { ForeignList } from '../exposure/foreign-list.ts';
import type { VexStatement } from '../exposure/vex-statement.ts';
import type { OsRelease } from '../snapshot/facts/packages.ts';
import type { Held, Lease } from './lease.ts';

/** What one feed holds, in the order in which it was read. */
export type FeedRow =
  | { kind: 'advisory'; record: AdvisoryRecord }
  | { kind: 'exploited'; entry: KnownExploited }
  | { kind: 'prediction'; entry: ExploitPrediction }
  | { kind: 'statement'; statement: VexStatement };

/** A feed as it answers now. Times are ISO. */
export interface FeedState {
  /** E.g. `osv/Debian`, `debian-tracker`, `kev`. */
  source: string;
  /** Of its newest record; where none has a date of the file, or of when somebody says that it was fetched, and null for what Seawall fetched. */
  asOf: string | null;
  /** When it was taken; null: never. */
  loadedAt: string | null;
  records: number;
  /** Those of which it has records, with their releases. */
  ecosystems: string[];
  /** True where nobody says that it is all that its publisher has of these: what it does not name is unknown. */
  isPart: boolean;
  /** Why the last try was not taken; null when it was. */
  failure: { at: string; reason: string } | null;
  /** Grows whenever what answers is changed: who matched all of it remembers this number. 0: never taken. */
  revision: number;
  /** When its publisher last had nothing newer than what is there, as it said itself or who imported that; null where nobody did. */
  confirmedAt: string | null;
  /** When it was last fetched, whatever came of it; null: never. */
  triedAt: string | null;
}

/** What the next fetch of a feed asks by, as its publisher gave it with the last one. */
export interface FetchMark {
  /** Where it was fetched: another address has other marks. */
  url: string;
  etag: string | null;
  lastModified: string | null;
  /** ISO time of the newest change that is in it; null where no list of changes is published. */
  newestChange: string | null;
  /** ISO time at which all of it was taken. */
  wholeAt: string;
}

/** One feed to be taken whole. */
export interface FeedLoad {
  source: string;
  /** Rows as they are read; a failure of it leaves what was. */
  rows: AsyncIterable<FeedRow>;
  /** ISO time of the newest record, asked when all rows were read; null where nothing says. */
  asOf: () => string | null;
  /** Left out for a file. */
  mark?: FetchMark | undefined;
  /** True where neither its publisher nor who imports it says that it is all of it. */
  isPart?: boolean;
  /** ISO time at which its publisher had nothing newer, as it said itself or whoever imports it says. */
  fetchedAt?: string | undefined;
  /** ISO time of the file, where it is one: if no record has a date it is no newer than that, and nothing is newer than now. */
  fileAt?: string | undefined;
  /** True where somebody says that its publisher has no more, however much there is of it here. */
  mayShrink?: boolean;
}

/** What became new of a feed since it was taken. */
export interface FeedChange {
  source: string;
  /** As they are now; those that were taken back are among them. */
  records: AsyncIterable<AdvisoryRecord>;
  /** Ids of all that were changed or removed: what was there of them goes. */
  ids: readonly string[];
  mark: FetchMark;
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

export interface VulnerabilitySeverity extends AdvisorySeverity {
  record: string;
}

/** Advisories in the database. */
export interface FeedStore {
  /** By name of the source. */
  list(): Promise<FeedState[]>;
  /**
   * Writes a feed beside the one that answers, and switches to it when it is whole: a process that dies, or
   * rows that fail, leave the old one, and the failure is kept. Rejects as the rows do, and with
   * `UserError` for a feed that has nothing or is older than what is there. What was said of the age of the one before is
   * not said of this one.
   */
  replace(load: FeedLoad): Promise<FeedState>;
  /** Nothing of a feed answers any more, nor is it in the list, until it is taken again; what is being taken of it fails. */
  forget(source: string): Promise<void>;
  /** Who fetches one at this moment. */
  listHolders(): Promise<Set<string>>;
  /** Releases of operating systems of which an inventory is kept. */
  listReleases(): Promise<OsRelease[]>;
  /** Ecosystems of languages, as OSV writes them, of which file systems hold something; `Bitnami` for programs. */
  listLanguages(): Promise<string[]>;
  /** What standing and withdrawn records have of a vulnerability, under every id they name it with. */
  recordsOf(id: string): Promise<AdvisoryRecord[]>;
  /** What records, withdrawn ones too, have of packages with these names; of other ecosystems they say nothing. */
  recordsAbout(asked: AskedRecords): Promise<AdvisoryRecord[]>;
  /** What feeds of exploitation say of each of these ids, in capitals; those that none knows are left out. */
  knownOfEach(ids: readonly string[]): Promise<Map<string, KnownOf>>;
  /** Severities that standing records about one of these ids alone have, by id in capitals. */
  severitiesOf(ids: readonly string[]): Promise<Map<string, VulnerabilitySeverity[]>>;
  /** What documents say of vulnerabilities with one of these ids. */
  statementsOf(ids: readonly string[]): Promise<VexStatement[]>;
  /** What all documents say, in the order of their names, at most `limit`; and how many statements there are. */
  listStatements(limit: number): Promise<{ statements: VexStatement[]; total: number }>;
  /** Those of these ids that a record names, in capitals. */
  namedAmong(ids: readonly string[]): Promise<Set<string>>;
  /** What feeds of exploitation say of the first of these ids that they know. */
  knownOf(ids: readonly string[]): Promise<KnownOf>;
}

/** A feed that this process fetches; nobody else does meanwhile. */
export interface ClaimedFeed {
  held: Held;
  /** Null: nothing of it is there, or a part; one without an address: it came from a file. */
  mark: FetchMark | null;
}

/** Who fetches which feed. Every method rejects with `OutsideError` 'store-failed'. */
export interface FeedFetchStore {
  /** Holds a feed if it is due by when it was last fetched and how that ended (epoch milliseconds). */
  claim(
    source: string,
    lease: Lease,
    isDue: (last: { triedAt: number | null; hasFailed: boolean }) => boolean,
  ): Promise<ClaimedFeed | 'busy' | 'not-due'>;
  /** Holds it as long again. Rejects with `LeaseLost`. */
  extend(source: string, held: Held): Promise<void>;
  /**
   * Gives it back with what came of the try. `confirmed`: its publisher says that what is there is the
   * newest; `tried`: a mirror does, which may stand still. Rejects with `LeaseLost`.
   */
  settle(
    source: string,
    held: Held,
    ending:
      | { kind: 'confirmed' | 'tried'; mark?: FetchMark | undefined }
      | { kind: 'failed'; reason: string },
  ): Promise<void>;
  /** ISO times at which records of a feed were changed, by id; those that it does not have are left out. */
  changeTimes(source: string, ids: readonly string[]): Promise<Map<string, string | null>>;
  /**
   * Writes changed records beside those that answer, and puts them in their place in one go. Rejects as the
   * records do, and with `UserError` where somebody takes the feed meanwhile or it was never taken.
   */
  change(change: FeedChange): Promise<FeedState>;
}

/** Feeds, and lists of packages of images, as files of this machine. */
export interface FeedFiles {
  /** What another program says is in an image. Rejects with `UserError` for a path that is no such file. */
  readList(path: string): Promise<ForeignList>;
  /**
   * The feeds of a file or of a folder, one after another; `onRefused` is told of each record that has
   * another shape. Rejects with `UserError` for a path that is no feed.
   */
  open(path: string, onRefused: (reason: string) => void): AsyncIterable<FeedLoad>;
}
