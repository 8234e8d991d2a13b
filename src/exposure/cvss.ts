import cvss from 'ae-cvss-calculator';
import { table } from '../shared/table.ts';
import type { AdvisorySeverity } from './advisory.ts';

const { Cvss3P0, Cvss3P1, Cvss4P0 } = cvss;

/** How bad a vulnerability is, in the bands of CVSS: 1 low, 2 medium, 3 high, 4 critical. */
export type SeverityRank = 1 | 2 | 3 | 4;

/** A severity with its number: that of CVSS 3 and 4, null for vectors of version 2 and for words. */
export interface ScoredSeverity extends AdvisorySeverity {
  number: number | null;
  /** Null where neither a number nor a known word says. */
  rank: SeverityRank | null;
}

/** A metric of a vector, as all versions write them. */
const METRIC = /^[A-Z]{1,3}:[A-Z]$/;
/** What a metric of time or environment is that nobody gave. */
const NOT_DEFINED = 'X';
/** With every metric of time and environment a vector of version 4 has 250 characters. */
const VECTOR_CHARS_MAX = 300;

interface Version {
  /** Metrics without which there is no base score. */
  base: readonly string[];
  score(vector: string): number;
}

const three: readonly string[] = ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'];
const versions = table<Version>({
  'CVSS:3.0': { base: three, score: (vector) => baseOf(new Cvss3P0(vector)) },
  'CVSS:3.1': { base: three, score: (vector) => baseOf(new Cvss3P1(vector)) },
  'CVSS:4.0': {
    base: ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'],
    score: (vector) => new Cvss4P0(vector).calculateScores().baseMetricsOnly ?? Number.NaN,
  },
});
const baseOf = (vector: { calculateScores(): { base?: number | undefined } }): number =>
  vector.calculateScores().base ?? Number.NaN;

/**
 * The base score of a vector of CVSS 3.0, 3.1 or 4.0, 0 to 10, as https://www.first.org/cvss has it; null for any
 * other text, and where a metric is missing, unknown or said twice. Metrics of time, threat and environment
 * are left out.
 */
export function baseScore(vector: string): number | null {
  if (vector.length > VECTOR_CHARS_MAX) return null;
  const [prefix = '', ...metrics] = vector.split('/');
  if (!versions.has(prefix) || !metrics.every((one) => METRIC.test(one))) return null;
  const values = new Map(metrics.map((metric) => metric.split(':', 2) as [string, string]));
  const version = versions.get(prefix);
  const isSaid = (name: string) => (values.get(name) ?? NOT_DEFINED) !== NOT_DEFINED;
  if (values.size !== metrics.length || !version?.base.every(isSaid)) return null;
  try {
    const score = version.score(vector);
    return Number.isNaN(score) ? null : score;
  } catch {
    // That is how the library says that a value is none of the metric's.
    return null;
  }
}

const words = table<SeverityRank>({
  negligible: 1,
  low: 1,
  medium: 2,
  moderate: 2,
  high: 3,
  important: 3,
  critical: 4,
});

/** The band of a score; null for 0, which is none. */
export function rankOfScore(score: number): SeverityRank | null {
  if (score <= 0) return null;
  if (score < 4) return 1;
  if (score < 7) return 2;
  return score < 9 ? 3 : 4;
}

/** A severity of a record with its number and its band. */
export function scored(severity: AdvisorySeverity): ScoredSeverity {
  const number = baseScore(severity.score);
  const word = severity.score.toLowerCase();
  const rank = number === null ? (words.get(word) ?? null) : rankOfScore(number);
  return { ...severity, number, rank };
}

/** The highest base score of several; null where none of them has one. */
export function worstScore(severities: readonly AdvisorySeverity[]): number | null {
  const scores = severities.flatMap(({ score }) => baseScore(score) ?? []);
  return scores.length === 0 ? null : Math.max(...scores);
}

/** The worst band of several; null where none of them says. */
export function worstRank(severities: readonly AdvisorySeverity[]): SeverityRank | null {
  let worst: SeverityRank | null = null;
  for (const severity of severities) {
    const { rank } = scored(severity);
    if (rank !== null && (worst === null || rank > worst)) worst = rank;
  }
  return worst;
}
