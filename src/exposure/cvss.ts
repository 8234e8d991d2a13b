import type { AdvisorySeverity } from './advisory.ts';

/** How bad a vulnerability is, in the bands of CVSS: 1 low, 2 medium, 3 high, 4 critical. */
export type SeverityRank = 1 | 2 | 3 | 4;

/** A severity with its number: that of CVSS 3, null for vectors of other versions and for words. */
export interface ScoredSeverity extends AdvisorySeverity {
  number: number | null;
  /** Null where neither a number nor a known word says. */
  rank: SeverityRank | null;
}

const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  S: { U: 0, C: 1 },
  C: { N: 0, L: 0.22, H: 0.56 },
  I: { N: 0, L: 0.22, H: 0.56 },
  A: { N: 0, L: 0.22, H: 0.56 },
};
/** Of privileges where the scope changes. */
const changedPrivileges: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 };

/**
 * The base score of a vector of CVSS 3.0 or 3.1, 0 to 10, as https://www.first.org/cvss/v3.1/specification-document
 * has it; null for any other text. Metrics of time and environment are left out.
 */
export function baseScore(vector: string): number | null {
  const [prefix = '', ...metrics] = vector.split('/');
  if (prefix !== 'CVSS:3.0' && prefix !== 'CVSS:3.1') return null;
  const values = new Map<string, string>();
  for (const metric of metrics) {
    const [name = '', value = ''] = metric.split(':');
    if (values.has(name)) return null;
    values.set(name, value);
  }
  const weightOf = (name: string) => weightIn(weights[name], values.get(name));
  const isChanged = weightOf('S') === 1;
  const privileges = isChanged ? weightIn(changedPrivileges, values.get('PR')) : weightOf('PR');
  const iss = 1 - (1 - weightOf('C')) * (1 - weightOf('I')) * (1 - weightOf('A'));
  const impact = isChanged ? 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 : 6.42 * iss;
  const exploitability = 8.22 * weightOf('AV') * weightOf('AC') * privileges * weightOf('UI');
  const whole = (isChanged ? 1.08 : 1) * (impact + exploitability);
  if (Number.isNaN(whole) || Number.isNaN(weightOf('S'))) return null;
  if (impact <= 0) return 0;
  const most = Math.min(whole, 10);
  return prefix === 'CVSS:3.0' ? Math.ceil(most * 10) / 10 : roundUp(most);
}

const weightIn = (table: Readonly<Record<string, number>> | undefined, value = ''): number =>
  table !== undefined && Object.hasOwn(table, value) ? (table[value] ?? Number.NaN) : Number.NaN;

/** Up to one decimal, free of what floating point adds: appendix A of the specification of 3.1. */
function roundUp(value: number): number {
  const whole = Math.round(value * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

const words: Readonly<Record<string, SeverityRank>> = {
  negligible: 1,
  low: 1,
  medium: 2,
  moderate: 2,
  high: 3,
  important: 3,
  critical: 4,
};

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
  const rank =
    number === null
      ? Object.hasOwn(words, word)
        ? (words[word] ?? null)
        : null
      : rankOfScore(number);
  return { ...severity, number, rank };
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
