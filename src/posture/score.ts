import { type PillarId, pillarIds, type Severity, type Verdict } from '../rules/rule.ts';
import { pillars } from './pillars.ts';

// All of the arithmetic of the grade; docs/posture.md explains it with an example.

/** What a rule weighs within its pillar: each severity twice the one before. */
export const severityWeights: Readonly<Record<Severity, number>> = {
  low: 1,
  medium: 2,
  high: 4,
  critical: 8,
};

export const grades = ['A', 'B', 'C', 'D', 'F'] as const;
export type Grade = (typeof grades)[number];

/** The grade of that name; null for anything else. */
export const toGrade = (name: unknown): Grade | null => grades.find((one) => one === name) ?? null;

/** Lowest score of each grade. */
export const gradeFloors: Readonly<Record<Grade, number>> = { A: 90, B: 80, C: 70, D: 60, F: 0 };

/** The best scores that a way to root on the host leaves: an F, and a C. */
export const highestScores = { 'public-port': 59, inside: 79, nowhere: 100 } as const;

/** Below this share of the weight that applies, what is known says nothing of the whole. */
export const SHARE_JUDGED_MINIMUM = 0.25;

/**
 * What one subject earns for a rule, 0 to 1; null where the rule does not apply. Unknown earns
 * nothing, as a failure does. A lesser offence than the rule's own severity loses only its part.
 */
export function earnedBy(verdict: Verdict, severity: Severity, ofRule: Severity): number | null {
  if (verdict === 'not-applicable') return null;
  if (verdict === 'pass') return 1;
  if (verdict === 'unknown') return 0;
  return 1 - Math.min(1, severityWeights[severity] / severityWeights[ofRule]);
}

/** How many subjects earn how much; those to which the rule does not apply (null) are left out. */
export function countEach<T extends { times: number }>(
  alike: readonly T[],
  earn: (one: T) => number | null,
): Map<number, number> {
  const counts = new Map<number, number>();
  for (const one of alike) {
    const earned = earn(one);
    if (earned !== null) counts.set(earned, (counts.get(earned) ?? 0) + one.times);
  }
  return counts;
}

/**
 * What a rule earns over its subjects: half for how many are well, half for the worst one. So one
 * bad container is never lost in a crowd, and twice as many of each change nothing.
 */
export function earnedOver(subjects: ReadonlyMap<number, number>): number | null {
  let [sum, count, worst] = [0, 0, 1];
  for (const [earned, times] of subjects) {
    if (times === 0) continue;
    sum += earned * times;
    count += times;
    worst = Math.min(worst, earned);
  }
  return count === 0 ? null : (sum / count + worst) / 2;
}

/** What a rule earned and where it counts. */
export interface EarnedRule {
  pillar: PillarId;
  /** Rules with the same question share the weight of the heaviest of them. */
  question: string;
  severity: Severity;
  /** 0 to 1; null where the rule does not apply. */
  earned: number | null;
}

export interface Shares {
  /** Of all points, 0 to 1; null when nothing applies. */
  total: number | null;
  /** Of each pillar's points; null for a pillar in which nothing applies: its weight is dropped. */
  pillars: Record<PillarId, number | null>;
}

/** Weighted means: of rules within a question, of questions within a pillar, of pillars. */
export function sharesOf(rules: readonly EarnedRule[]): Shares {
  const byPillar = Map.groupBy(rules, ({ pillar }) => pillar);
  const shares = {} as Shares['pillars'];
  for (const pillar of pillarIds) {
    shares[pillar] = shareOfPillar(byPillar.get(pillar) ?? []);
  }
  return { total: totalOf(shares), pillars: shares };
}

/** What the rules of one pillar earn of its points. */
export function shareOfPillar(rules: readonly EarnedRule[]): number | null {
  const questions = Map.groupBy(rules, ({ question }) => question);
  return weightedMean([...questions.values()].map(shareOfQuestion));
}

/** What the shares of all pillars are of all points. */
export const totalOf = (shares: Shares['pillars']): number | null =>
  weightedMean(pillarIds.map((id) => ({ weight: pillars[id].weight, share: shares[id] })));

type Weighted = { weight: number; share: number | null };

function shareOfQuestion(rules: readonly EarnedRule[]): Weighted {
  const weighted: Weighted[] = [];
  // The heaviest counts also where it does not apply: what applies must not move the weight.
  let heaviest = 0;
  for (const { severity, earned } of rules) {
    const weight = severityWeights[severity];
    heaviest = Math.max(heaviest, weight);
    weighted.push({ weight, share: earned });
  }
  return { weight: heaviest, share: weightedMean(weighted) };
}

function weightedMean(parts: readonly Weighted[]): number | null {
  let [earned, possible] = [0, 0];
  for (const { weight, share } of parts) {
    if (share === null) continue;
    earned += weight * share;
    possible += weight;
  }
  return possible === 0 ? null : earned / possible;
}

/** Points of 100. A cap does not cut the top off: it makes all of the scale smaller. */
export const scoreOf = (share: number, highest: number): number => Math.round(share * highest);

/** The grade of a score. */
export function gradeOf(score: number): Grade {
  return grades.find((grade) => score >= gradeFloors[grade]) ?? 'F';
}
