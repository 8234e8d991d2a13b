import type { ScanQueue } from '../../src/ports/scan-queue.ts';

/** The same queue; `onAsk` is called as often as somebody asks it for a scan. */
export const countedQueue = (queue: ScanQueue, onAsk: () => void): ScanQueue => ({
  ...queue,
  run(...asked) {
    onAsk();
    return queue.run(...asked);
  },
});
