import type { HostProgress, HostScan } from '../answers/scan-answer.ts';
import { countScan } from './count-open.ts';

/** A host whose engine was not asked yet. */
export const waiting = (host: string): HostProgress => ({ host, done: 0, total: 0, latest: null });

/** What came of a scan, for who watches it proceed. */
export function outcomeOf(scan: HostScan): NonNullable<HostProgress['outcome']> {
  if (scan.coverage.answered === 0) return { state: 'unread' };
  return { state: 'scanned', posture: scan.posture, open: countScan(scan).open };
}
