import type { AcceptanceStore } from './acceptance-store.ts';
import type { AlertStore } from './alert-store.ts';
import type { AuditLog } from './audit-log.ts';
import type { BaselineStore } from './baseline-store.ts';
import type { ConversationLines } from './conversation-lines.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { DigestStore } from './digest-store.ts';
import type { EdgeStore } from './edge-store.ts';
import type { ExposedStore } from './exposed-store.ts';
import type { ExposureStore } from './exposure-store.ts';
import type { FeedStore } from './feed-store.ts';
import type { FilesystemStore } from './filesystem-store.ts';
import type { ImageListStore } from './image-list-store.ts';
import type { ImageStore } from './image-store.ts';
import type { MissedQuestions } from './missed-questions.ts';
import type { OutboxStore } from './outbox.ts';
import type { PastStore } from './past-store.ts';
import type { ProcessStore } from './process-store.ts';
import type { ScanJobStore } from './scan-queue.ts';
import type { ScanStore } from './scan-store.ts';
import type { ScanTurnStore } from './scan-turn-store.ts';
import type { SlackMemory } from './slack-memory.ts';
import type { StoreSize } from './store-size.ts';
import type { WatchStore } from './watch-store.ts';

/**
 * What is remembered, by what it is about: an edge opens all of it at once, commands are handed it whole. Every method
 * rejects with `OutsideError` 'store-failed' when the database does. What is given a lease that was taken (`Held`, or what
 * has one) rejects with `LeaseLost` when somebody else has it by now, with nothing written, unless it says what then happens.
 */
export interface Stores {
  scans: ScanStore;
  past: PastStore;
  acceptances: AcceptanceStore;
  baselines: BaselineStore;
  digests: DigestStore;
  audit: AuditLog;
  slack: SlackMemory;
  deliveries: DeliveryStore;
  outbox: OutboxStore;
  alerts: AlertStore;
  watches: WatchStore;
  turns: ScanTurnStore;
  scanJobs: ScanJobStore;
  processes: ProcessStore;
  edges: EdgeStore;
  feeds: FeedStore;
  exposures: ExposureStore;
  exposed: ExposedStore;
  filesystems: FilesystemStore;
  images: ImageStore;
  imageLists: ImageListStore;
  misses: MissedQuestions;
  conversations: ConversationLines;
  size: StoreSize;
}
