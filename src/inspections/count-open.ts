import type { HistoryPoint } from '../answers/history.ts';
import type { HostScan, ScanCounts } from '../answers/scan-answer.ts';
import { countBySeverity, type SeverityCounts } from '../findings/severity-counts.ts';
import type { StoredFinding } from '../ports/stored.ts';
import { severities } from '../rules/rule.ts';
import { splitAccepted } from './accepted.ts';

/** A scan of more hosts than these is summed up: nobody reads a list of each of them. */
export const HOSTS_LISTED = 20;

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

/** The same of a point of the past, whose `open` holds the accepted ones too. */
export function openWithoutAccepted({ open, accepted }: Pick<HistoryPoint, 'open' | 'accepted'>) {
  const left = { ...open };
  for (const severity of severities)
    left[severity] = Math.max(0, open[severity] - accepted[severity]);
  return left;
}

/** The same of a scan, which counts what fails now where it could not be stored. */
export function countScan({ saved, results }: Pick<HostScan, 'saved' | 'results'>): ScanCounts {
  if (saved !== null) {
    const { open } = splitAccepted(saved.open);
    const fresh = open.filter(({ baselineState }) => baselineState === 'new').length;
    return { ...countOpen(saved.open), new: fresh, gone: saved.closed.length };
  }
  const fails = results.filter(({ verdict, cause }) => verdict === 'fail' && cause === undefined);
  return { open: countBySeverity(fails), accepted: countBySeverity([]), new: 0, gone: 0 };
}
