import { type Severity, severities } from '../rules/rule.ts';

export type SeverityCounts = Record<Severity, number>;

export function countBySeverity(findings: readonly { severity: Severity }[]): SeverityCounts {
  const counts: SeverityCounts = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** Adds counts to others. By name: a fleet has so many that to look each name up took most of the time. */
export function addCounts(
  sum: SeverityCounts,
  { low, medium, high, critical }: SeverityCounts,
): void {
  sum.low += low;
  sum.medium += medium;
  sum.high += high;
  sum.critical += critical;
}

/** Severities of which there is something. */
export const severitiesIn = (counts: SeverityCounts): Severity[] =>
  severities.filter((severity) => counts[severity] > 0);

export const totalOf = (counts: SeverityCounts | null): number =>
  severities.reduce((sum, severity) => sum + (counts?.[severity] ?? 0), 0);
