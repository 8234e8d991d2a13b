import type { Control } from '../controls/control.ts';
import type { Isolation } from '../controls/isolation.ts';
import type { ImageDeclaration } from '../drift/image-declaration.ts';
import type { Acceptance, Actor, DecisionState } from '../findings/acceptance.ts';
import type { Attestation } from '../findings/attestations.ts';
import type { BaselineState, Coverage, CurrentFinding, Undecided } from '../findings/result.ts';
import type { ReachFacts } from '../paths/reach-facts.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import type { Severity, SubjectKind } from '../rules/rule.ts';
import type { EngineEndpoint } from '../snapshot/collector.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';
import type { ContainerSurface } from '../surface/container-surface.ts';
import type { FindingName } from './intent.ts';
import type { StoredInventory, StoredSurface } from './inventory.ts';
import type { AsOf, BlindInterval, ClosedFinding, ScanHistory } from './past.ts';

/** What the core needs from the edges. Edges implement these; no library type appears here. */

export type { AsOf, BlindInterval, ClosedFinding, PastScan, ScanHistory } from './past.ts';
export type { Undecided };

/** Milliseconds since 1970. Injected everywhere, so that tests and leases own the time. */
export type Clock = () => number;

export interface HostDeclaration {
  name: string;
  endpoint: EngineEndpoint;
  isDefault: boolean;
  labels: Readonly<Record<string, string>>;
  evidence: 'api' | 'files' | 'kernel';
  /** True for a host of the sample fleet, which every answer about it says. */
  isSample: boolean;
  /** True for one that only the store knows: the settings no longer declare it, none can read it. */
  isRetired?: boolean;
}

export interface SnapshotProgress {
  host: string;
  section: SectionId;
  state: 'read' | 'unread';
  done: number;
  total: number;
}

export interface SnapshotTaker {
  /**
   * Never rejects for a dead or lying engine: its sections are then unread, with reasons. What is in
   * `knownImages` (see `CollectContext`) is not read again.
   */
  takeSnapshot(
    host: string,
    onProgress?: (step: SnapshotProgress) => void,
    knownImages?: readonly ImageSetUid[],
  ): Promise<Snapshot>;
}

/** One container as a scan saw it, with the facets its results gave it. */
export interface ObservedContainer {
  facts: ContainerFacts;
  facets: string[];
  /** Facets that could not be judged, because their rule said `unknown`. */
  unverifiedFacets: string[];
  /** Null when they were not looked at. */
  controls: Control[] | null;
  isolation: Isolation | null;
  surface: ContainerSurface | null;
  /** Null when it was not read. */
  imageDeclares: ImageDeclaration | null;
}

export interface UnreadSection {
  section: SectionId;
  reason: string;
}

/** A whole scan, stored in one transaction or not at all. Times are ISO. */
export interface ScanRecord {
  id: string;
  host: string;
  startedAt: string;
  finishedAt: string;
  /** Null when the engine section was unread. */
  engine: {
    id: string;
    version: string;
    apiVersion: string;
    /** What containers are given unless they say otherwise, sorted: `seccomp=builtin`, `apparmor` …. */
    defaults?: string[];
  } | null;
  coverage: Coverage;
  unreadSections: UnreadSection[];
  findings: CurrentFinding[];
  undecided: Undecided[];
  /** Null when the list of containers was unread: what was known stays as it was. */
  containers: ObservedContainer[] | null;
  /** Containers that exist but whose facts were unread: they are not gone. */
  unreadContainerIds: string[];
  /** Null when no image was looked into: what was known stays as it was. */
  images: ImageSetUid[] | null;
  posture: HostPosture;
  /** Null when the host could not be read: what was known stays as it was. */
  reach: ReachFacts | null;
}

export interface StoredFinding {
  host: string;
  fingerprint: string;
  rule: string;
  severity: Severity;
  subjectKind: SubjectKind;
  subjectKey: string;
  subjects: string[];
  message: string;
  evidence: Evidence[];
  /** ISO time of the first scan that saw it. */
  firstSeen: string;
  /** ISO time of the last good scan that saw it. */
  lastSeen: string;
  /** Against the scan before the last. */
  baselineState: BaselineState;
  /** Why the last scan could not judge it again; null when it could. */
  unverifiedReason: string | null;
  /** The newest acceptance of it, also one that no longer holds; null when there never was one. */
  acceptance: StoredAcceptance | null;
}

/** An acceptance with its state at the time it was read. */
export interface StoredAcceptance extends Acceptance {
  state: DecisionState;
}

/** An attestation with its state at the time it was read. */
export interface StoredAttestation extends Attestation {
  state: DecisionState;
}

/** Who decides something, when (epoch milliseconds), why and until when (ISO). */
export interface DecisionTerms {
  actor: Actor;
  at: number;
  reason: string;
  until: string;
}

/** What people decided about findings and rules. Every change leaves a row in the audit. */
export interface AcceptanceStore {
  /**
   * Accepts an open finding as it is stored now, in the place of an earlier acceptance. Null when it
   * is not open any more.
   */
  accept(
    finding: { host: string; fingerprint: string },
    terms: DecisionTerms,
  ): Promise<StoredAcceptance | null>;
  /** Ends the acceptance in force; null when there is none. */
  unaccept(
    finding: { host: string; fingerprint: string },
    by: Pick<DecisionTerms, 'actor' | 'at'>,
  ): Promise<StoredAcceptance | null>;
  /** Every acceptance there ever was on these hosts, newest first. */
  listAcceptances(filter: { hosts: readonly string[] }): Promise<StoredAcceptance[]>;
  /** Attests a rule for scopes (see `Attestation`), in the place of earlier words on the same. */
  attest(
    rule: string,
    scopes: readonly string[],
    terms: DecisionTerms,
  ): Promise<StoredAttestation[]>;
  /** Ends the attestations in force of a rule, all or those of some scopes; tells which. */
  withdrawAttestations(
    rule: string,
    scopes: readonly string[] | null,
    by: Pick<DecisionTerms, 'actor' | 'at'>,
  ): Promise<StoredAttestation[]>;
  /** Every attestation there ever was, newest first. */
  listAttestations(): Promise<StoredAttestation[]>;
}

export interface StoredContainer extends Omit<ObservedContainer, 'surface'> {
  surface: StoredSurface | null;
  host: string;
  firstSeen: string;
  lastSeen: string;
  /** Null while it exists. */
  removedAt: string | null;
}

export interface StoredScan {
  id: string;
  host: string;
  startedAt: string;
  finishedAt: string;
  engine: { id: string; version: string; apiVersion: string } | null;
  coverage: Coverage;
  unreadSections: UnreadSection[];
  undecided: Undecided[];
  /** Open findings by severity after this scan, without those that are accepted now. */
  open: Record<Severity, number>;
  /** Open findings that are accepted now. */
  accepted: Record<Severity, number>;
  /** Null for a scan of a version that computed none. */
  posture: HostPosture | null;
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

export interface ScanStore {
  /** Good scans of a host that started at or after an ISO time. */
  countGoodScans(host: string, since: string): Promise<number>;
  /** Compares with what was open, writes all of it in one transaction, and tells what changed. */
  saveScan(record: ScanRecord): Promise<SavedScan>;
  /** The newest scan of a host, also one that could read nothing. */
  findLastScan(host: string): Promise<StoredScan | null>;
  /** The newest scan of a host in which at least the engine and the containers were read. */
  findLastGoodScan(host: string): Promise<StoredScan | null>;
  /**
   * Open findings now, or as they were open after the scans of `asOf` (ids by host; a host or a scan
   * that is not known there is read as it is now).
   */
  listOpenFindings(filter: { hosts: readonly string[]; asOf?: AsOf }): Promise<StoredFinding[]>;
  /** When and as what a finding was last closed; null while it is open, or was never known. */
  findClosedFinding(finding: FindingName): Promise<ClosedFinding | null>;
  /** Posture by the newest good scan at or before a time (epoch milliseconds); null without one. */
  findPostureAt(host: string, at: number): Promise<HostPosture | null>;
  /** Changes since a time in epoch milliseconds; hosts without a good scan are left out. */
  listFindingChanges(filter: { hosts: readonly string[]; since: number }): Promise<HostChanges[]>;
  /**
   * What scans found since a time in epoch milliseconds, one entry for each stretch of `stretchMs`
   * counted from 1970; hosts that were never scanned are left out.
   */
  listScanHistory(filter: {
    hosts: readonly string[];
    since: number;
    stretchMs: number;
  }): Promise<ScanHistory[]>;
  /**
   * Existing containers; with `includeGone` those that are no longer there as well, or with
   * `goneAfter` (epoch milliseconds) those of them that were found gone later than that.
   */
  listContainers(filter: {
    hosts: readonly string[];
    includeGone?: boolean;
    goneAfter?: number;
    asOf?: AsOf;
  }): Promise<StoredContainer[]>;
  /** What decides what the containers of a host reach, by its newest good scan; null when none looked. */
  findReachFacts(host: string): Promise<ReachFacts | null>;
  /** What the newest scan knew of the files of a host's images; empty when none looked. */
  listImages(host: string): Promise<ImageSetUid[]>;
  /**
   * The inventories with these keys; with `software` only packages of that name, or built from a
   * source of that name, and only inventories that have one.
   */
  listInventories(filter: {
    keys: readonly string[];
    software?: string;
  }): Promise<StoredInventory[]>;
  /**
   * Times in which hosts could not be read, or their events not heard, that lasted into `since`
   * (epoch milliseconds) or began after it, in order of host and time. Nothing is known of a host
   * that was never scanned nor watched.
   */
  listBlindIntervals(filter: { hosts: readonly string[]; since: number }): Promise<BlindInterval[]>;
}
