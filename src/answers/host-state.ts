import type { Coverage, Undecided } from '../findings/result.ts';
import type { SeverityCounts } from '../findings/severity-counts.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import type { Posture } from '../posture/posture.ts';
import type { Grade } from '../posture/score.ts';
import type { Severity } from '../rules/rule.ts';
import type { AnswerBase } from './answer-base.ts';

/** What the store knows of a host; every answer from the store says how old its data is. */
export interface HostState {
  name: string;
  url: string;
  kind: 'unix' | 'tcp' | 'ssh' | 'edge';
  /** True when the settings no longer declare it: `url`, `kind` and `evidence` then say nothing. */
  isRetired: boolean;
  evidence: HostDeclaration['evidence'];
  isDefault: boolean;
  labels: Readonly<Record<string, string>>;
  /** Null when it was never scanned. */
  lastScanAt: string | null;
  lastScanId: string | null;
  /** Last time that the engine and its containers could be read. */
  lastGoodScanAt: string | null;
  /** Null when nobody looked yet. */
  isReachable: boolean | null;
  engineVersion: string | null;
  /** Milliseconds by which its clock was ahead of Seawall's at the last scan that read it; null when unknown. */
  clockAheadMs: number | null;
  coverage: Coverage | null;
  /** Of the last scan that could read the host; null before the first. */
  grade: Pick<Posture, 'score' | 'grade'> | null;
  /** Why nobody knows how it is now, and since when; null when its last scan could read it. */
  unread: Unread | null;
  /** What the last scan could not read. */
  unreadSections: readonly UnreadSection[];
  /** Open findings by severity, without the accepted ones; null when it was never read. */
  open: Record<Severity, number> | null;
  /** Open findings that someone accepted, by severity; null when it was never read. */
  accepted: Record<Severity, number> | null;
}

/** The same, with what its last scan could not judge. */
export interface HostJudgements extends HostState {
  undecided: Undecided[];
}

/** Why nobody knows how a host is at the time in question. */
export interface Unread {
  reason: string;
  /** ISO time of the last good scan before, from which on nothing is known; null without one. */
  since: string | null;
}

export interface UnreadHost extends Unread {
  host: string;
}

/**
 * How many there are on several hosts, or that nobody knows: where no host was read there is no
 * number that could be printed. A number counts the hosts that are not in `unread`, and what
 * is still known of those that are.
 */
export type Count =
  | { count: number; unread: UnreadHost[] }
  | { count: null; unread: [UnreadHost, ...UnreadHost[]] };

/** Something that people should know of hosts that dial out. */
export type EdgeRemark =
  /** They say to be one engine: machines that were copied from each other. */
  | { kind: 'clones'; hosts: string[]; engineId: string }
  /** Somebody else showed a key of the host; `what` is a clause, `at` an ISO time. */
  | { kind: 'copy'; host: string; at: string; address: string; what: string }
  /** Its edge has not come yet; `until` as ISO time, null when its one-time key has expired. */
  | { kind: 'waiting'; host: string; until: string | null };

/** Hosts that have the same value of a label, taken together. */
export interface HostGroup {
  label: string;
  /** Null: hosts without the label. */
  value: string | null;
  hosts: number;
  /** Those of them that nobody could read the last time. */
  unread: number;
  /** Mean of their scores, where a host without one earns nothing; null when none has one. */
  grade: { score: number; grade: Grade } | null;
  /** Open findings that nobody accepted, on hosts that were read once; null when none was. */
  open: SeverityCounts | null;
}

/** What a channel is told when the bot comes into it. */
export interface IntroductionAnswer extends AnswerBase {
  kind: 'introduction';
  /** Hosts that the channel is about; null where not everybody who reads it may know them. */
  hosts: HostState[] | null;
}
