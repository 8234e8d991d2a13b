import type { HostSight } from '../ports/past-store.ts';
import type { Namesake, StoredFinding } from '../ports/stored.ts';
import type { Severity } from '../rules/rule.ts';
import type { Reading } from '../shared/reading.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import type { AlertReport, Delivery } from './trace.ts';

/** What is known of the end of a container that is gone. */
export interface LastSight {
  /** ISO time at which its process last ended; null when nobody saw that. */
  endedAt: string | null;
  /** Null when nobody saw it. */
  exitCode: number | null;
  /** ISO time of the last scan that judged it; null when none did, so that its findings are unknown. */
  judgedAt: string | null;
}

/** A command that somebody began inside a container. What it was is never kept. Times are ISO. */
export interface ExecSession {
  host: string;
  /** The name is null where nobody knows it. */
  container: { id: string; name: string | null };
  /** Or why it is not known. */
  power: Reading<BegunExec>;
  startedAt: string;
  /** When it ended, or its container was found gone; null while neither was seen. */
  endedAt: string | null;
  /** Null where the engine did not tell it, and while it runs. */
  exitCode: number | null;
}

/** An alert that a channel got about a container. */
export interface ContainerAlert extends AlertReport {
  severity: Severity;
  title: string;
}

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

/** A container that came and went. Times are ISO. */
export interface ShortLivedContainer extends Namesake {
  name: string;
  facets: string[];
  /** When its process last started and ended, with what code; null where nobody saw it. */
  startedAt: string | null;
  endedAt: string | null;
  exitCode: number | null;
}

/** What an answer about the past says of itself. Times are ISO. */
export interface AskedPast {
  from: string;
  /** The same as `from` for a moment. */
  to: string;
  /** Between which scans of each host the beginning lies. */
  sights: HostSight[];
  /** Hosts that only the store knows and that were not asked about. */
  otherHosts: string[];
}
