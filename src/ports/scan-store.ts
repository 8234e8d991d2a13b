import type { Undecided } from '../findings/result.ts';
import type { ReachFacts } from '../paths/reach-facts.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { Severity } from '../rules/rule.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { AskedPackages } from './exposure-store.ts';
import type { FindingName } from './intent.ts';
import type { StoredInventory } from './inventory.ts';
import type { OfHosts } from './of-hosts.ts';
import type { AsOf, BlindInterval, ClosedFinding, ScanHistory } from './past.ts';
import type { HeldScanJob } from './scan-queue.ts';
import type { ScanRecord, UnreadSection } from './scan-record.ts';
import type {
  ComparedContainer,
  ContainerPart,
  ContainersPage,
  ContainersPageAsked,
  ControlGroup,
  FindingsPage,
  NamedContainer,
  Namesake,
  OpenFindingsAsked,
  PartsOfContainer,
  StoredContainer,
  StoredFinding,
  WorstFindings,
} from './stored.ts';

export interface StoredScan
  extends Pick<ScanRecord, 'id' | 'host' | 'startedAt' | 'finishedAt' | 'coverage' | 'undecided'> {
  /** `clockAheadMs` as of `ScanRecord`. */
  engine: { id: string; version: string; apiVersion: string; clockAheadMs: number | null } | null;
  unreadSections: readonly UnreadSection[];
  /** Open findings by severity after this scan, without those that are accepted now. */
  open: Record<Severity, number>;
  /** Open findings that are accepted now. */
  accepted: Record<Severity, number>;
  /** Null for a scan of a version that computed none. */
  posture: HostPosture | null;
}

/** The newest good scan of a host, with the grade that it left. */
export interface LastGoodScan extends Pick<StoredScan, 'id' | 'finishedAt' | 'engine'> {
  /** Null for a scan of a version that computed none. */
  grade: Pick<HostPosture, 'score' | 'grade'> | null;
}

/** The newest scans of a host. Kept between calls: who changes them, all the way down, changes nothing but throws. */
export interface HostScans {
  readonly host: string;
  readonly last: Readonly<Omit<StoredScan, 'posture' | 'undecided'>>;
  /** Null when none could read it. */
  readonly lastGood: Readonly<LastGoodScan> | null;
}

export interface UndecidedOnHost extends Undecided {
  host: string;
}

/** How many judgements could not be made for one reason. */
export interface UndecidedCount {
  reason: string;
  count: number;
}

/** The posture of a host as its newest good scan found it. */
export interface HostScanPosture {
  host: string;
  /** ISO time of the scan. */
  scannedAt: string;
  /** Null for a scan of a version that computed none. */
  posture: Readonly<HostPosture> | null;
}

export interface SavedScan {
  /** Every open finding of the host after this scan, with its state against the one before. */
  open: StoredFinding[];
  /** Findings that this scan closed; `baselineState` is `absent`. */
  closed: StoredFinding[];
  isFirstScan: boolean;
}

/** What became of one finding between two scans; at least one of the two is there. */
export interface FindingChange {
  /** As it was at the earlier scan; null when it was not open then. */
  before: StoredFinding | null;
  /** As it is now; null when it is gone. */
  after: StoredFinding | null;
}

/** How the findings of one host changed since a scan. Times are ISO. */
export interface HostChanges {
  host: string;
  /** The good scan compared with: the newest at the asked time, else the first one ever. */
  from: string;
  /** True when the first scan is later than the asked time: nothing is known of that time. */
  isFromFirstScan: boolean;
  /** The newest good scan; the same as `from` when there was none since. */
  to: string;
  changes: FindingChange[];
  /** Opened and closed again in between, as they last were. */
  passing: StoredFinding[];
}

/** A job that ends with its scan. */
export interface EndedByScan {
  held: HeldScanJob;
  /** What it gives, as plain data; with `isBrief` to those who look at no list of it. */
  resultOf(saved: SavedScan, isBrief: boolean): unknown;
}

/** Containers of a host that are known by its events alone. */
export interface Unjudged {
  host: string;
  containers: number;
}

export interface ScanStore {
  /** Good scans of a host that started at or after an ISO time. */
  countGoodScans(host: string, since: string): Promise<number>;
  /**
   * Compares with what was open, writes all of it in one transaction, and tells what changed. A job ends in the
   * same transaction: rejects with `LeaseLost` or `ScanStopped`, with nothing written, where it is not to.
   */
  saveScan(record: ScanRecord, job?: EndedByScan): Promise<SavedScan>;
  /** The newest scan of a host, also one that could read nothing. */
  findLastScan(host: string): Promise<StoredScan | null>;
  /** The newest scan of a host in which at least the engine and the containers were read. */
  findLastGoodScan(host: string): Promise<StoredScan | null>;
  /** The newest scans of hosts, in order of name; those that were never scanned are left out. */
  listHostScans(filter: OfHosts): Promise<HostScans[]>;
  /** What the newest scans of hosts could not judge, host by host in the order in which it came up. */
  listUndecided(filter: OfHosts): Promise<UndecidedOnHost[]>;
  /** How much of it has which reason, most first; of all rules where none is named. */
  countUndecided(filter: OfHosts & { rules: readonly string[] }): Promise<UndecidedCount[]>;
  /** Postures of hosts by their newest good scans, in order of name; hosts without one are left out. */
  listPostures(filter: OfHosts): Promise<HostScanPosture[]>;
  /** `listHostScans` and `listPostures` of one moment. */
  listScansAndPostures(
    filter: OfHosts,
  ): Promise<{ scans: HostScans[]; postures: HostScanPosture[] }>;
  /** Open findings, host by host in order of name, then of age; with the key of a container those of it alone. */
  listOpenFindings(asked: OpenFindingsAsked & { container?: string }): Promise<StoredFinding[]>;
  /** Those of them that somebody decided on, whatever became of it; worst first. */
  listDecidedFindings(asked: OpenFindingsAsked): Promise<StoredFinding[]>;
  /** At most `limit` of those that nobody accepted, worst first, from behind the one of which `findingOrder` is `after`. */
  pageOpenFindings(
    asked: OpenFindingsAsked & { after: string | null; limit: number },
  ): Promise<FindingsPage>;
  /** Every open finding that nobody accepted of the so many subjects for which they are the gravest. */
  listWorstFindings(asked: OfHosts & { subjects: number }): Promise<WorstFindings>;
  /** When and as what a finding was last closed; null while it is open, or was never known. */
  findClosedFinding(finding: FindingName): Promise<ClosedFinding | null>;
  /** Posture by the newest good scan at or before a time (epoch milliseconds); null without one. */
  findPostureAt(host: string, at: number): Promise<HostPosture | null>;
  /** Changes since a time in epoch milliseconds; hosts without a good scan are left out. */
  listFindingChanges(filter: OfHosts & { since: number }): Promise<HostChanges[]>;
  /**
   * What scans found since a time in epoch milliseconds, one entry for each stretch of `stretchMs`
   * counted from 1970; hosts that were never scanned are left out. `withChanges`: false where nobody asks what opened and
   * closed.
   */
  listScanHistory(
    filter: OfHosts & { since: number; stretchMs: number; withChanges?: boolean },
  ): Promise<ScanHistory[]>;
  /** Existing containers; with `includeGone` those that are no longer there as well. */
  listContainers(
    filter: OfHosts & { includeGone?: boolean; asOf?: AsOf },
  ): Promise<StoredContainer[]>;
  /**
   * How many existing containers of each host came after its newest good scan, so that no scan has judged them; hosts without
   * one are left out, and those that no scan could read.
   */
  countUnjudged(filter: OfHosts): Promise<Unjudged[]>;
  /** Containers that were found gone later than a time (epoch milliseconds) and did not come back. */
  listGone(filter: OfHosts & { since: number }): Promise<StoredContainer[]>;
  /**
   * What existing containers are called, with `includeGone` those that are no longer there as well, host by
   * host in order of name, then of age; with `beginning` those of which name or id begins so, with `madeSince`
   * those that the watcher heard being made at that time (epoch milliseconds) or later.
   */
  listNames(
    filter: OfHosts & { madeSince?: number; beginning?: string; includeGone?: boolean },
  ): Promise<NamedContainer[]>;
  /**
   * Existing containers that Compose made of the same configuration and image as another one of their host,
   * and all of the hosts of `whole`, host by host in order of name, then of age.
   */
  listAlike(filter: OfHosts & { whole: readonly string[] }): Promise<ComparedContainer[]>;
  /** Containers of a name that are gone, the newest first. */
  listNamesakes(filter: OfHosts & { name: string }): Promise<Namesake[]>;
  /** Parts of the existing containers, host by host in order of name; nothing else of them is read. */
  listParts<Part extends ContainerPart>(
    filter: OfHosts & { asOf?: AsOf; parts: readonly Part[] },
  ): Promise<PartsOfContainer<Part>[]>;
  /** The existing containers that were there by the newest good scans of hosts, by their controls, those of a host in order of age. */
  listControlGroups(filter: OfHosts): Promise<ControlGroup[]>;
  /** Those of the hosts on which a container exists whose id begins so. */
  findHostsOfContainer(asked: OfHosts & { idPrefix: string }): Promise<string[]>;
  /** At most `limit` of the existing containers, in order. */
  pageContainers(asked: ContainersPageAsked): Promise<ContainersPage>;
  /** What decides what the containers of a host reach, by its newest good scan; null when none looked. */
  findReachFacts(host: string): Promise<ReachFacts | null>;
  /** What the newest scan knew of the files of a host's images; empty when none looked. */
  listImages(host: string): Promise<ImageSetUid[]>;
  /** The same of hosts, by name; hosts of which none looked are left out. */
  listImagesOf(filter: OfHosts): Promise<Map<string, ImageSetUid[]>>;
  /**
   * The inventories with these keys; with `software` only packages of such a name, or built from a
   * source of such a name, and only inventories that have one.
   */
  listInventories(filter: {
    keys: readonly string[];
    software?: Pick<AskedPackages, 'names' | 'sources'>;
  }): Promise<StoredInventory[]>;
  /**
   * Times in which hosts could not be read, or their events not heard, that lasted into `since`
   * (epoch milliseconds) or began after it, in order of host and time; null for those that last now. Nothing is known of a
   * host that was never scanned nor watched.
   */
  listBlindIntervals(filter: OfHosts & { since: number | null }): Promise<BlindInterval[]>;
}
