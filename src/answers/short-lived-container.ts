/** A container that came and went. Times are ISO. */
export interface ShortLivedContainer {
  host: string;
  id: string;
  name: string;
  image: string;
  facets: string[];
  /** When a scan first saw it, or an event told that it was made. */
  firstSeen: string;
  /** When its process last started and ended, with what code; null where nobody saw it. */
  startedAt: string | null;
  endedAt: string | null;
  exitCode: number | null;
  /** When it was removed, or a scan found it gone. */
  removedAt: string;
}
