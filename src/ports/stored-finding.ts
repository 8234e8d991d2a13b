import type { BaselineState, CurrentFinding } from '../findings/result.ts';
import type { StoredAcceptance } from './acceptance-store.ts';

export interface StoredFinding extends CurrentFinding {
  host: string;
  /** ISO time of the first scan that saw it. */
  firstSeen: string;
  /** ISO time of the last good scan that saw it. */
  lastSeen: string;
  /** Against the scan before the last. */
  baselineState: BaselineState;
  /** Why the last scan could not judge it again; null when it could. */
  unverifiedReason: string | null;
  /** The newest acceptance of it, also one that no longer holds; null when there never was one. */
  acceptance: StoredAcceptance | null;
}
