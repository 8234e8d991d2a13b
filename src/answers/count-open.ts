import { type Severity, severities } from '../rules/rule.ts';
import { splitAccepted } from './accepted.ts';
import type { HostScan } from './answer.ts';
import type { StoredFinding } from './ports.ts';

export type SeverityCounts = Record<Severity, number>;

export function countBySeverity(findings: readonly { severity: Severity }[]): SeverityCounts {
  const counts: SeverityCounts = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/**
 * The one way to count open findings: those that nobody accepted, with those that could not be
 * judged again, and beside them the accepted ones.
 */
export function countOpen(findings: readonly StoredFinding[]): {
  open: SeverityCounts;
  accepted: SeverityCounts;
} {
  const { open, accepted } = splitAccepted(findings);
  return { open: countBySeverity(open), accepted: countBySeverity(accepted) };
}

/** The same of a scan, which counts what fails now where it could not be stored. */
export function countScan({ saved, results }: Pick<HostScan, 'saved' | 'results'>): {
  open: SeverityCounts;
  accepted: SeverityCounts;
} {
  if (saved !== null) return countOpen(saved.open);
  const fails = results.filter(({ verdict, cause }) => verdict === 'fail' && cause === undefined);
  return { open: countBySeverity(fails), accepted: countBySeverity([]) };
}

/** Severities of which there is something. */
export const severitiesIn = (counts: SeverityCounts): Severity[] =>
  severities.filter((severity) => counts[severity] > 0);

export const totalOf = (counts: SeverityCounts | null): number =>
  severities.reduce((sum, severity) => sum + (counts?.[severity] ?? 0), 0);
