import { createInlineScans } from '../inspections/inline-scans.ts';
import { workingProcesses } from '../ports/process-store.ts';
import type { ScanQueue } from '../ports/scan-queue.ts';
import type { ScanMessages } from '../queue/messages.ts';
import { keepFirstSuccess } from '../shared/keep-first-success.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import type { Store } from '../store/open-store.ts';

export interface OpenQueue {
  scans: ScanQueue;
  /** True where several processes share the database, which then do jobs for one another. */
  isShared: boolean;
  /** Has somebody told how long jobs waited that this process began; one at most. */
  hearWaits(listener: (waitedMs: number) => void): void;
  close(): Promise<void>;
}

/**
 * The queue of this process: its own on an SQLite file, that of all who share a PostgreSQL. It is connected with
 * workers by the first who has something for them. `owner`: of its leases, never used twice. `isHere`: a host that only this process reaches.
 */
export async function openQueue(
  url: string,
  { scanJobs: jobs, processes }: Pick<Store, 'scanJobs' | 'processes'>,
  owner: string,
  isHere: (host: string) => boolean,
): Promise<OpenQueue> {
  if (parseDatabaseUrl(url).kind !== 'postgres') {
    const scans = createInlineScans();
    return { scans, isShared: false, hearWaits: () => {}, close: async () => {} };
  }
  const { openSharedScans } = await import('../queue/shared-scans.ts');
  let onBegun: (waitedMs: number) => void = () => {};
  let opened: ScanMessages | null = null;
  const messages = keepFirstSuccess(async () => {
    const { openMessages } = await import('../queue/messages.ts');
    // What is broken shows with the next that is sent.
    opened = await openMessages({ url, isWorker: false, onError: () => {} });
    return opened;
  });
  const scans = openSharedScans({
    ...{ jobs, messages, owner, isHere, onBegun: (waitedMs) => onBegun(waitedMs) },
    hasWorkers: async () =>
      workingProcesses(await processes.list()).some(({ role }) => role === 'worker'),
  });
  return {
    scans,
    isShared: true,
    hearWaits: (listener) => {
      onBegun = listener;
    },
    async close() {
      await scans.close();
      await opened?.close();
    },
  };
}
