import type { Assessment } from '../assessment/assess.ts';
import { fingerprintOf } from '../findings/fingerprint.ts';
import { type Reach, reachOf } from '../paths/attack-paths.ts';
import type { AttackGraph, Edge } from '../paths/graph.ts';
import { type Way, worstWay } from '../paths/ways.ts';
import type { Rule, Severity } from '../rules/rule.ts';
import { onceForEach } from '../shared/once.ts';
import { compareText } from '../shared/text.ts';
import {
  type Candidate,
  candidatesOf,
  type Finding,
  findingsOf,
  type IsWorth,
} from './candidates.ts';
import { type Exploitability, exploitableRule } from './exploitable.ts';
import { earnedRules, highestOf, type Posture } from './posture.ts';
import { type Grade, gradeOf, scoreOf, shareOfPillar, sharesOf, totalOf } from './score.ts';
import type { Tallies } from './tally.ts';
import { type Closed, isGoneBy, type WayClosing, wayClosing } from './way-closing.ts';

/**
 * What a repair would change: of one finding, or of several of one container, where ways to the host
 * lie side by side and closing one alone closes nothing.
 */
export interface Fix {
  /** The gravest of `rules`. */
  rule: string;
  fingerprint: string;
  severity: Severity;
  /** Stable name of the subject, e.g. `ci` or `shop/web`. */
  subject: string;
  remediation: string;
  /** `Recreate ci without --privileged and the mount of /: closes 2 of 5 ways, 3 remain; 62 → 74`. */
  sentence: string;
  scoreBefore: number;
  scoreAfter: number;
  gradeAfter: Grade;
  /** Every rule that has to pass; missing for scans of a version that repaired one at a time. */
  rules?: string[];
  /** Of every finding that goes with it, that of `rule` first. */
  fingerprints?: string[];
  /** Ways to root on the host before and after it, of which no version before counted any. */
  waysBefore?: number;
  waysAfter?: number;
}

/** How many fixes an answer names. */
const FIXES_SHOWN = 3;

/** A candidate and what is known once it is done. */
interface Judged {
  candidate: Candidate;
  /** Decides between two that help alike. */
  name: string;
  closed: Closed;
  /** Best score that the ways left allow. */
  highest: number;
  exact: number;
  after: number;
}

export interface FixQuestion {
  rules: readonly Rule[];
  tallies: Tallies;
  assessment: Assessment;
  graph: AttackGraph;
  /** All ways into the graph. */
  ways: readonly Way[];
  /** The worst of them that needs no other weakness. */
  worst: Way | null;
  posture: Pick<Posture, 'score'>;
  pathsUnknown: readonly string[];
  exploitable: Exploitability;
}

/**
 * The three repairs that help most, best first: those that lift a cap, then those that close the
 * worst ways to the host, then those that lift the score. Each is judged alone and by the whole
 * arithmetic: the results of its rules for its subject count as passed, steps of the attack graph
 * that exist only because of it are taken out, and the reach of an attacker is found anew.
 * Other findings with the same cause stay as they are, so the true gain is at least what is said.
 */
export function bestFixes(question: FixQuestion): Fix[] {
  const { rules, tallies, graph, ways, worst, assessment, pathsUnknown, posture } = question;
  const { snapshot } = assessment;
  const { score } = posture;
  if (score === null) return [];
  const earned = [...earnedRules(rules, tallies), ...exploitableRule(question.exploitable)];
  const closing = wayClosing(graph, ways, assessment);

  const now = sharesOf(earned);
  const shareNow = now.total ?? 0;
  const byPillar = Map.groupBy(earned, ({ pillar }) => pillar);
  const earnedNow = new Map(earned.map((one) => [one.rule, one.earned ?? 0]));
  const shareAfter = onceForEach(({ id, pillar }: Rule) =>
    lineOf((value) => {
      const changed = (byPillar.get(pillar) ?? []).map((one) =>
        one.rule === id ? { ...one, earned: value } : one,
      );
      return totalOf({ ...now.pillars, [pillar]: shareOfPillar(changed) }) ?? 0;
    }),
  );
  /** Each rule moves the share along a line of its own, so what they move adds up. */
  const gainOf = ({ rule, earned: after }: Pick<Finding, 'rule' | 'earned'>): number => {
    const line = shareAfter(rule);
    return line(after) - line(earnedNow.get(rule.id) ?? 0);
  };
  const equals = ways.filter(
    (way) => way.certainty !== 'conditional' && reachOf(way) === reachOf(worst),
  );
  const reachAfter = (candidate: Candidate): Reach => {
    const isGone = (edge: Edge) => isGoneBy(candidate, edge);
    // A repair that leaves one way as bad as the worst whole leaves the reach as it is.
    const isLeft = worst === null || equals.some(({ edges }) => !edges.some(isGone));
    return reachOf(isLeft ? worst : worstWay(graph, 'unproven', isGone));
  };

  const highestNow = highestOf({ worst: reachOf(worst), pathsUnknown });
  // Of thousands most touch no way, and leave the score as it is.
  const isWorth: IsWorth = (one) =>
    closing.mayTouch(one.rule) || scoreOf(shareNow + gainOf(one), highestNow) > score;
  const findings = findingsOf({ rules, tallies, snapshot, isWorth });
  return candidatesOf(findings, snapshot, closing)
    .map((candidate): Judged => {
      const share = candidate.findings.reduce((sum, one) => sum + gainOf(one), shareNow);
      const highest = highestOf({ worst: reachAfter(candidate), pathsUnknown });
      const after = scoreOf(share, highest);
      return {
        candidate,
        name: nameOf(candidate),
        closed: closing.closedBy(candidate),
        highest,
        exact: share * highest,
        after,
      };
    })
    .filter(({ after, closed }) => after > score || (closed.sure > 0 && after >= score))
    .sort(
      (a, b) =>
        b.highest - a.highest ||
        b.closed.critical - a.closed.critical ||
        b.closed.high - a.closed.high ||
        b.closed.sure - a.closed.sure ||
        b.exact - a.exact ||
        compareText(a.name, b.name),
    )
    .slice(0, FIXES_SHOWN)
    .map((judged) => toFix(judged, score, { closing, waysBefore: ways.length }));
}

/** The share of all points as what one rule earns changes: a straight line, so two points do. */
function lineOf(at: (earned: number) => number): (earned: number) => number {
  const [none, all] = [at(0), at(1)];
  return (value) => none + (all - none) * value;
}

function toFix(
  { candidate, after }: Judged,
  before: number,
  { closing, waysBefore }: { closing: WayClosing; waysBefore: number },
): Fix {
  const { rule, key, first, severity } = candidate.findings[0];
  const waysAfter = closing.countAfter(candidate);
  const words =
    candidate.rules.size > 1
      ? `Recreate ${key} without ${closing.wordsOf(candidate)}`
      : fixWords(rule, key);
  const score = before === after ? `the score stays ${after}` : `${before} → ${after}`;
  return {
    rule: rule.id,
    fingerprint: fingerprintOf(first, key),
    severity,
    subject: key,
    remediation: rule.remediation,
    sentence: `${words}: ${closingText(waysBefore, waysAfter)}${score}`,
    scoreBefore: before,
    scoreAfter: after,
    gradeAfter: gradeOf(after),
    rules: [...candidate.rules],
    fingerprints: candidate.findings.map((one) => fingerprintOf(one.first, one.key)),
    waysBefore,
    waysAfter,
  };
}

/** A fix in one clause, e.g. `Remove the socket mount from ci`. `subject` is a stable name. */
export function fixWords({ fix, ...rule }: Pick<Rule, 'fix' | 'subject'>, subject: string): string {
  const named = rule.subject === 'engine' || rule.subject === 'host' ? `the ${subject}` : subject;
  // A replacement function: `$&` in a name is text.
  return fix.words.replace('{}', () => named);
}

const ALL_WAYS: Readonly<Record<number, string>> = { 1: 'the only way', 2: 'both ways' };

/** How many ways of how many a fix closes; empty when it closes none. */
function closingText(before: number, after: number): string {
  if (after >= before) return '';
  if (after === 0) return `closes ${ALL_WAYS[before] ?? `all ${before} ways`}; `;
  return `closes ${before - after} of ${before} ways, ${after} ${after === 1 ? 'remains' : 'remain'}; `;
}

const nameOf = ({ findings: [{ rule, key }] }: Candidate): string => `${rule.id} ${key}`;
