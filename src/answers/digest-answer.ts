import type { ControlName } from '../controls/control.ts';

import type { BlindInterval } from '../ports/past.ts';

import type { Glimpse } from '../ports/watch-store.ts';
import type { Grade } from '../posture/score.ts';
import type { Severity, SubjectKind } from '../rules/rule.ts';
import type { AnswerBase } from './answer-base.ts';
import type { ShortLivedContainer } from './container-past.ts';
import type { DriftedContainer } from './diff-answer.ts';
import type { AcceptedFinding } from './finding-answers.ts';
import type { FirstScreen } from './first-screen.ts';
import type { History } from './history.ts';
import type { HostGroup, HostState } from './host-state.ts';

/** Hosts with one label, and how many findings came and went on them since the digest before. */
export interface DigestGroup extends HostGroup {
  news: number;
  better: number;
}

/** The daily summary of a channel; while hosts still report it is incomplete and edited in place. */
export interface DigestAnswer extends AnswerBase {
  kind: 'digest';
  /** Local calendar day it is for, e.g. `2026-11-24`, and the time zone of that day. */
  day: string;
  timezone: string;
  /** Hosts that did not report yet, in the order of the settings; empty when it is complete. */
  pending: string[];
  /** True for the first digest of a channel: it counts what there is and compares with nothing. */
  isBaseline: boolean;
  /** ISO time that it compares with; null for a baseline. */
  since: string | null;
  /** Every host of the channel. */
  hosts: string[];
  /** What the digest opens with. */
  firstScreen: FirstScreen;
  /** What is known of each of them, in the same order. */
  states: DigestHost[];
  /** The same hosts in groups, the lowest grade first; empty for few hosts. */
  groups: DigestGroup[];
  /** How many rules every scan tries. */
  ruleCount: number;
  /** New, risen in severity, or no longer accepted; worst first. Empty for a baseline. */
  news: FindingGroup[];
  /** Fixed or gone, less severe, or open for a while in between; worst first. */
  better: FindingGroup[];
  /** New or worse, and accepted already: they stand in no list. */
  newAccepted: number;
  /** What is open and not accepted, worst first; in a message of the hosts alone of which it tells one by one. */
  open: FindingGroup[];
  /** Acceptances that end soon, the first to end first. */
  expiring: AcceptedFinding[];
  /** At most three over all hosts, those with the greatest effect first. */
  bestFixes: DigestFix[];
  /** Serious findings by how long they were open since the digest before. */
  exposure: ExposureGroup[];
  /** Containers that appeared and were found gone since the digest before. */
  shortLived: ShortLivedContainer[];
  /** Containers since then whose configuration nobody could read. */
  glimpses: Glimpse[];
  /** Times in which a host could not be read, as far as they reach into the time since then. */
  blind: BlindInterval[];
  /** Of what is there; null before anything was matched with advisories. */
  vulnerabilities: DigestVulnerabilities | null;
  /** Containers that are no longer as approved, or as Compose made them. */
  drifted: DriftedContainer[];
  /** Who is mentioned beside what is theirs; null when the settings name no label of owners. */
  owners: DigestOwner[] | null;
  /** The last two weeks, for the picture; null while hosts report. */
  history: History | null;
}

export interface DigestVulnerability {
  id: string;
  /** Null where no record says. */
  severity: Severity | null;
  isExploited: boolean;
  isFixable: boolean;
  /** What the affected packages were built from. */
  packages: string[];
  hosts: string[];
}

/** Vulnerabilities without the accepted ones, each with the worst few. */
export type DigestVulnerabilities = Record<
  /** Known since the digest before; with a fix since then, and known before; exploited, since whenever. */
  'new' | 'fixable' | 'exploited',
  { count: number; worst: DigestVulnerability[] }
> & {
  /** Those of which nobody knows whether they affect anything: only feeds clear them that are too old. */
  unknown: number;
  /** Feeds that are too old to know what is new. */
  stale: string[];
  /** Feeds that could not be fetched yet. */
  unfetched: string[];
};

/** How far the data of a host can be trusted. */
export type DigestHostState =
  /** Read since the digest before. */
  | 'read'
  /** Its scan for this digest has not ended. */
  | 'pending'
  /** The last scan could not read it. */
  | 'down'
  /** Its scan for this digest failed, was not stored or took too long. */
  | 'unreported'
  /** Nobody looked since the digest before. */
  | 'stale'
  /** It could never be read. */
  | 'never';

export interface DigestHost
  extends Pick<
    HostState,
    'name' | 'labels' | 'open' | 'coverage' | 'unreadSections' | 'clockAheadMs'
  > {
  state: DigestHostState;
  /** True when it was read for the first time since the digest before: it has no changes yet. */
  isFirstRead: boolean;
  /** ISO time of its last good scan; null before the first. */
  lastGoodAt: string | null;
  /** Of the last good scan. */
  grade: { score: number; grade: Grade } | null;
  accepted: number | null;
  containers: number | null;
  /** Controls of running containers that nobody could read, those of most containers first. */
  unknownControls: { control: ControlName; containers: number }[];
}

/** Equal findings of several subjects and hosts. */
export interface FindingGroup {
  change: 'new' | 'worse' | 'lapsed' | 'fixed' | 'milder' | 'passing' | 'open';
  rule: string;
  severity: Severity;
  /** The severity before, for `worse` and `milder`. */
  was: Severity | null;
  /** One entry per finding. */
  places: FindingPlace[];
}

export interface FindingPlace {
  host: string;
  fingerprint: string;
  subjectKind: SubjectKind;
  subjects: string[];
  message: string;
  /** What became of its acceptance; null where that says nothing. */
  why: string | null;
  /** Why the last scan could not judge it; null where it could. */
  unverified: string | null;
  /** Value of the label of owners; null for nobody, or for several. */
  owner: string | null;
}

/** One repair, and the hosts on which it has this effect. */
export interface DigestFix {
  hosts: string[];
  rule: string;
  subject: string;
  /** `Remove the socket mount from ci: 62 → 74`. */
  sentence: string;
  gradeBefore: Grade;
  gradeAfter: Grade;
}

/** Findings of one rule and severity, and how long they were seen open. */
export interface ExposureGroup {
  rule: string;
  severity: Severity;
  /** Sum over its findings, from first to last sighting within the time of the digest. */
  hours: number;
  findings: number;
  hosts: string[];
  /** ISO time at which the oldest of them was first seen, which may be long ago. */
  oldest: string;
}

/** A value of the label of owners, with the id of its Slack user group; null when it has none. */
export interface DigestOwner {
  name: string;
  group: string | null;
}
