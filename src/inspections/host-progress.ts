import type { HostProgress, HostScan } from '../answers/scan-answer.ts';
import { splitAccepted } from './accepted.ts';

/** A host whose engine was not asked yet. */
export const waiting = (host: string): HostProgress => ({ host, done: 0, total: 0, latest: null });

/** What came of a scan, for who watches it proceed. */
export function outcomeOf(scan: HostScan): NonNullable<HostProgress['outcome']> {
  if (scan.coverage.answered === 0) return { state: 'unread' };
  return { state: 'scanned', posture: scan.posture, open: scan.counts.open };
}

/** The rule of the worst finding, to be explained next. */
export function worstRule(scans: readonly HostScan[]): string[] {
  const worst = scans.flatMap(({ saved }) => splitAccepted(saved?.open ?? []).open)[0];
  return worst ? [`explain ${worst.rule}`] : [];
}
