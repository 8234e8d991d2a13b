import type { StoredFinding } from '../ports/stored-finding.ts';
import type { Severity } from '../rules/rule.ts';
import type { ExecSession } from './exec-session.ts';
import type { LastSight } from './last-sight.ts';
import type { AlertReport, Delivery } from './trace.ts';

/** An alert that a channel got about a container. */
export interface ContainerAlert extends AlertReport {
  severity: Severity;
  title: string;
}

/** A digest that spoke of a container. */
export interface ContainerDigest {
  channel: string;
  day: string;
  /** ISO time at which it was composed. */
  at: string;
  /** `went`: as one that came and went; else by a finding that it had. */
  as: 'went' | 'finding';
  delivery: Delivery;
  trouble: string | null;
}

/** What channels were told of a container, the oldest first. */
export interface ContainerTold {
  alerts: ContainerAlert[];
  digests: ContainerDigest[];
}

/** A rule that a container fails by what was seen of it. */
export interface SeenFault {
  rule: string;
  severity: Severity;
  facet: string;
}

/** What is known of the past of a container. */
export interface ContainerPast {
  /** How it ended; null while it exists. */
  lastSight: LastSight | null;
  /** What was open when it was last seen, for one that is gone. */
  lastFindings: StoredFinding[];
  /** What the facts of one that is gone say of it, whether a scan judged it or not; worst first. */
  seenFaults: SeenFault[];
  /** Commands that were run in it, the newest first. */
  execs: ExecSession[];
  told: ContainerTold;
}
