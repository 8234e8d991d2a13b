import type { StoredSurface } from './inventory.ts';
import type { ObservedContainer } from './scan-record.ts';

/** What an existing container offers, without the rest that is known of it. */
export interface SurfaceOfContainer {
  host: string;
  name: string;
  id: string;
  imageId: string;
  state: string;
  /** Null when it was scanned by a version that did not look. */
  surface: StoredSurface | null;
}

export interface StoredContainer extends Omit<ObservedContainer, 'surface'> {
  surface: StoredSurface | null;
  host: string;
  firstSeen: string;
  lastSeen: string;
  /** Null while it exists. */
  removedAt: string | null;
}
