import type { HostScan } from '../answers/scan-answer.ts';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import { splitAccepted } from './accepted.ts';

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
