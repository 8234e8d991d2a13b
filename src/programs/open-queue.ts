import { createInlineScans } from '../inspections/inline-scans.ts';
import { workingProcesses } from '../ports/process-store.ts';
import type { ScanQueue } from '../ports/scan-queue.ts';
import type { ScanMessages } from '../queue/messages.ts';
import type { HostPlace, SharedScans } from '../queue/shared-scans.ts';
import { OutsideError } from '../shared/errors.ts';
import { keepFirstSuccess } from '../shared/keep-first-success.ts';
import { parseDatabaseUrl } from '../store/database-url.ts';
import type { Store } from '../store/open-store.ts';

export interface OpenQueue {
  scans: ScanQueue;
  /** As `SharedScans` has it; null on an SQLite file, where no other process asks. */
  doWaiting: SharedScans['doWaiting'] | null;
  /** True where several processes share the database, which then do jobs for one another. */
  isShared: boolean;
  /** Has somebody told how long jobs waited that this process began; one at most. */
  hearWaits(listener: (waitedMs: number) => void): void;
  close(): Promise<void>;
}

/**
 * The queue of this process: its own on an SQLite file, that of all who share a PostgreSQL. It is connected with
 * workers by the first who has something for them. `owner`: of its leases, never used twice. `placeOf`: who reaches a host.
 */
export async function openQueue(
  url: string,
  { scanJobs: jobs, processes }: Pick<Store, 'scanJobs' | 'processes'>,
  owner: string,
  placeOf: (host: string) => HostPlace,
): Promise<OpenQueue> {
  if (parseDatabaseUrl(url).kind !== 'postgres') {
    const scans = onlyReached(createInlineScans(), placeOf);
    return { scans, doWaiting: null, isShared: false, hearWaits: () => {}, close: async () => {} };
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
    ...{ jobs, messages, owner, placeOf, onBegun: (waitedMs) => onBegun(waitedMs) },
    hasWorkers: async () =>
      workingProcesses(await processes.list()).some(({ role }) => role === 'worker'),
  });
  return {
    scans,
    doWaiting: scans.doWaiting,
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

/** Refuses at once what another process alone can reach: tried here it would look as if the host was down. */
const onlyReached = (scans: ScanQueue, placeOf: (host: string) => HostPlace): ScanQueue => ({
  ...scans,
  async run(job, ...rest) {
    if (placeOf(job.host) !== 'elsewhere') return scans.run(job, ...rest);
    throw new OutsideError('engine-unreachable', `${job.host} dialled out to another process`);
  },
});
