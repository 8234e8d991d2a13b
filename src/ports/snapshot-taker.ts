import type { FairShare } from '../shared/fair-shares.ts';
import type { ImageSetUid } from '../snapshot/facts/set-uid.ts';
import type { SectionId, Snapshot } from '../snapshot/snapshot.ts';
import type { SectionProgress } from '../snapshot/take-snapshot.ts';

export type SnapshotProgress = SectionProgress<SectionId>;

export interface SnapshotTaker {
  /**
   * Never rejects for a dead or lying engine: its sections are then unread, with reasons. What is in
   * `knownImages` (see `CollectContext`) is not read again. Once the signal aborts nothing more is asked.
   * What the snapshot takes of the processor is counted in `share`.
   */
  takeSnapshot(
    host: string,
    onProgress?: (step: SnapshotProgress) => void,
    knownImages?: readonly ImageSetUid[],
    signal?: AbortSignal,
    share?: FairShare,
  ): Promise<Snapshot>;
}
