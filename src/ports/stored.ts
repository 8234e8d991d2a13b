import type { Control } from '../controls/control.ts';
import type { BaselineState, CurrentFinding } from '../findings/result.ts';
import type { Severity } from '../rules/rule.ts';
import type { StoredAcceptance } from './acceptance-store.ts';
import type { StoredSurface } from './inventory.ts';
import type { OfHosts } from './of-hosts.ts';
import type { AsOf } from './past.ts';
import type { ObservedContainer } from './scan-record.ts';

/** Which open findings are asked for; of any severity and rule where none is named. */
export interface OpenFindingsAsked extends OfHosts {
  /**
   * As they were open after these scans (ids by host); a host or a scan that is not known is read as it
   * is now, and all are when it is left out.
   */
  asOf?: AsOf;
  severities?: readonly Severity[];
  rules?: readonly string[];
}

export interface ContainersPageAsked extends OfHosts {
  /** See `OpenFindingsAsked`. */
  asOf?: AsOf;
  /** All of which a container must have. */
  facets: readonly string[];
  /** Those of which a process runs, or those of which none does; both when left out. */
  isLive?: boolean;
  /** Asked for are those found gone between these times (epoch milliseconds) instead of those that exist. */
  gone?: { after: number; by: number };
  /** What `containerOrder` says of the last one shown; null for the first page. */
  after: string | null;
  limit: number;
}

export interface ContainersPage {
  /** By host, name and id, as their bytes are. */
  containers: StoredContainer[];
  /** How many stand before this page, and how many there are on all. */
  before: number;
  total: number;
  /** The first of those of which it is not known whether they have all facets, and how many there are. */
  unverified: { containers: StoredContainer[]; total: number };
}

/** A part of the open findings that nobody accepted. */
export interface FindingsPage {
  /** Worst first, then by rule, host and subject as their bytes are. */
  findings: StoredFinding[];
  /** How many there are of each severity on all pages. */
  counts: Record<Severity, number>;
  /** The same by severity and rule, worst first, then by rule. */
  byRule: RuleCount[];
  /** How many stand before this page. */
  before: number;
}

/** How many of the open findings that nobody accepted are of one severity and rule. */
export interface RuleCount {
  severity: Severity;
  rule: string;
  count: number;
}

/** The gravest of the open findings that nobody accepted, and how many there are. */
export interface WorstFindings {
  /** Those of the subjects with most critical ones, then most of the next severity; host by host, in order of age. */
  findings: StoredFinding[];
  /** Worst first, then by rule. */
  byRule: RuleCount[];
}

export interface StoredFinding extends CurrentFinding {
  host: string;
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

export interface StoredContainer extends Omit<ObservedContainer, 'surface'> {
  surface: StoredSurface | null;
  host: string;
  firstSeen: string;
  lastSeen: string;
  /** Null while it exists. */
  removedAt: string | null;
}

/** What of a container can be read without the rest. */
interface ContainerParts
  extends Pick<
    StoredContainer,
    'facts' | 'facets' | 'unverifiedFacets' | 'controls' | 'isolation' | 'surface'
  > {
  imageId: string;
  /** First process; null where none runs. */
  pid: number | null;
}

export type ContainerPart = keyof ContainerParts;

/** Which container, and whether it runs, e.g. `running`. */
export interface ContainerAndState {
  host: string;
  name: string;
  id: string;
  state: string;
}

/** Parts of an existing container, without the rest that is known of it. */
export type PartsOfContainer<Part extends ContainerPart> = ContainerAndState &
  Pick<ContainerParts, Part>;

/** What an existing container offers; null when it was scanned by a version that did not look. */
export type SurfaceOfContainer = PartsOfContainer<'imageId' | 'surface'>;

export interface NamedContainer {
  host: string;
  name: string;
  id: string;
  /** Null while it exists. */
  removedAt: string | null;
}

/** A container that is gone, among others of its name. */
export interface Namesake {
  host: string;
  id: string;
  image: string;
  /** When a scan first saw it, or an event told that it was made. */
  firstSeen: string;
  /** When it was removed, or a scan found it gone. */
  removedAt: string;
}

/** An existing container as far as another one is compared with it. */
export type ComparedContainer = Pick<StoredContainer, 'host' | 'facts' | 'firstSeen'>;

/** Existing containers of a host in one state that have the same controls. */
export interface ControlGroup {
  host: string;
  state: string;
  /** As of `StoredContainer`, without the time of what was measured. */
  controls: readonly Control[] | null;
  /** How many of them there are. */
  containers: number;
}
