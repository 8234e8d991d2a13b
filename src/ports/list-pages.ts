import type { Severity } from '../rules/rule.ts';
import type { OfHosts } from './of-hosts.ts';
import type { AsOf } from './past.ts';
import type { StoredContainer } from './stored-container.ts';
import type { StoredFinding } from './stored-finding.ts';

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
