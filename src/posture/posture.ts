import type { Coverage } from '../findings/result.ts';
import type { Reach } from '../paths/attack-paths.ts';
import { type PillarId, pillarIds, type Rule, type Verdict } from '../rules/rule.ts';
import { type Exploitability, exploitableRule, exploitableVerdict } from './exploitable.ts';
import { pillars } from './pillars.ts';
import {
  countEach,
  type EarnedRule,
  earnedBy,
  earnedOver,
  type Grade,
  gradeOf,
  highestScores,
  SHARE_JUDGED_MINIMUM,
  scoreOf,
  sharesOf,
} from './score.ts';
import { coverageOf, type Tallied, type Tallies } from './tally.ts';

export interface PillarPosture {
  id: PillarId;
  /** Points of 100 that it is worth. */
  weight: number;
  /** 0 to 100; null when no rule of it could be judged here. */
  score: number | null;
  /** Rules by their worst subject: one that fails anywhere is failing. */
  passing: number;
  failing: number;
  unknown: number;
  notApplicable: number;
}

/** Why a host cannot have a better grade, whatever else is well. */
export interface Cap {
  id: 'public-root-path' | 'root-path' | 'paths-unknown';
  /** Best score that it leaves. */
  highest: number;
  reason: string;
}

export interface Posture {
  /** 0 to 100: what is proven. Null when too little could be judged. */
  score: number | null;
  grade: Grade | null;
  /** What the score would be if everything unknown turned out well; null as `score` is. */
  ceiling: number | null;
  pillars: readonly PillarPosture[];
  /** How many judgements the score rests on. */
  coverage: Coverage;
  caps: readonly Cap[];
}

/** How far an attacker comes, see `reachOf`: at worst, by what is proven, and what was not read. */
export interface Reaches {
  /** Steps that hang on unread facts included. */
  worst: Reach;
  proven: Reach;
  pathsUnknown: readonly string[];
}

/**
 * The posture of a host from the counted results of its rules and the reach of an attacker. Unknown earns
 * nothing, so no score rises because something could not be read; `ceiling` shows what hides in it.
 * `exploitable` is counted among images as one more question.
 */
export function postureOf(
  rules: readonly Rule[],
  tallies: Tallies,
  reaches: Reaches,
  exploitable: Exploitability = null,
): Posture {
  const coverage = coverageOf(tallies);
  const sharesBy = (earn: Earn, worth: Parameters<typeof exploitableRule>[1]) =>
    sharesOf([...earnedRules(rules, tallies, earn), ...exploitableRule(exploitable, worth)]);
  const proven = sharesBy(asProven, 'proven');
  const judged = sharesBy(asJudged, 'judged').total ?? 0;
  const caps = capsOf(reaches);
  const isGraded = proven.total !== null && judged >= SHARE_JUDGED_MINIMUM;
  const score = isGraded ? scoreOf(proven.total ?? 0, highestOf(reaches)) : null;
  const best = sharesBy(atBest, 'best').total ?? 0;
  return {
    score,
    grade: score === null ? null : gradeOf(score),
    ceiling: isGraded ? scoreOf(best, highestScores[reaches.proven]) : null,
    pillars: pillarIds.map((id) =>
      pillarPosture(id, proven.pillars[id], verdictsIn(id, rules, tallies, exploitable)),
    ),
    coverage,
    caps,
  };
}

/** Best score that the ways to the host leave. What is unknown may hide the worst. */
export function highestOf({
  worst,
  pathsUnknown,
}: Pick<Reaches, 'worst' | 'pathsUnknown'>): number {
  return pathsUnknown.length > 0 ? highestScores['public-port'] : highestScores[worst];
}

type Earn = (result: Tallied, rule: Rule) => number | null;

const asProven: Earn = ({ verdict, severity }, rule) => earnedBy(verdict, severity, rule.severity);
const atBest: Earn = (result, rule) => (result.verdict === 'unknown' ? 1 : asProven(result, rule));
const asJudged: Earn = ({ verdict }) =>
  verdict === 'not-applicable' ? null : Number(verdict !== 'unknown');

/** What each rule of the catalogue earns here; `earn` says what one result is worth. */
export function earnedRules(
  rules: readonly Rule[],
  tallies: Tallies,
  earn: Earn = asProven,
): (EarnedRule & { rule: string })[] {
  return rules.map((rule) => {
    const { id, pillar, question = id, severity } = rule;
    const subjects = countEach(tallies.get(id)?.counts ?? [], (result) => earn(result, rule));
    return { rule: id, pillar, question, severity, earned: earnedOver(subjects) };
  });
}

/** The verdicts of each rule of a pillar; what can be exploited counts as one more of images. */
function verdictsIn(
  id: PillarId,
  rules: readonly Rule[],
  tallies: Tallies,
  exploitable: Exploitability,
): ReadonlySet<Verdict>[] {
  const ofRules = rules
    .filter(({ pillar }) => pillar === id)
    .map((rule) => new Set((tallies.get(rule.id)?.counts ?? []).map(({ verdict }) => verdict)));
  const isCounted = id === 'images' && exploitable !== null;
  return [...ofRules, ...(isCounted ? [new Set([exploitableVerdict(exploitable)])] : [])];
}

function pillarPosture(
  id: PillarId,
  share: number | null,
  ofRules: readonly ReadonlySet<Verdict>[],
): PillarPosture {
  const counts = { passing: 0, failing: 0, unknown: 0, notApplicable: 0 };
  for (const verdicts of ofRules) {
    if (verdicts.has('fail')) counts.failing += 1;
    else if (verdicts.has('unknown')) counts.unknown += 1;
    else if (verdicts.has('pass')) counts.passing += 1;
    else counts.notApplicable += 1;
  }
  const isJudged = counts.passing + counts.failing > 0;
  const score = isJudged && share !== null ? scoreOf(share, 100) : null;
  return { id, weight: pillars[id].weight, score, ...counts };
}

function capsOf({ worst, proven, pathsUnknown }: Reaches): Cap[] {
  const caps: Cap[] = [];
  const provision = worst === proven ? '' : ', if what was not read allows it';
  if (worst === 'public-port') {
    const reason = `a public port leads to root on the host${provision}`;
    caps.push({ id: 'public-root-path', highest: highestScores['public-port'], reason });
  }
  if (worst === 'inside') {
    const reason = `whoever acts in a container can become root on the host${provision}`;
    caps.push({ id: 'root-path', highest: highestScores.inside, reason });
  }
  if (pathsUnknown.length > 0) {
    const reason = 'there may be a way to the host in what could not be read';
    caps.push({ id: 'paths-unknown', highest: highestScores['public-port'], reason });
  }
  return caps;
}
