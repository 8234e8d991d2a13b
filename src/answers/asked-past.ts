import type { HostSight } from '../ports/past-store.ts';

/** What an answer about the past says of itself. Times are ISO. */
export interface AskedPast {
  from: string;
  /** The same as `from` for a moment. */
  to: string;
  /** Between which scans of each host the beginning lies. */
  sights: HostSight[];
  /** Hosts that only the store knows and that were not asked about. */
  otherHosts: string[];
}
