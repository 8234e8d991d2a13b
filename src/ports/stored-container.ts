import type { StoredSurface } from './inventory.ts';
import type { ObservedContainer } from './scan-record.ts';

export interface StoredContainer extends Omit<ObservedContainer, 'surface'> {
  surface: StoredSurface | null;
  host: string;
  firstSeen: string;
  lastSeen: string;
  /** Null while it exists. */
  removedAt: string | null;
}
