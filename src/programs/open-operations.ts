import type { Settings } from '../config/load-settings.ts';
import type { ProcessRole } from '../ports/process-store.ts';
import type { ScanRecord } from '../ports/scan-record.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { createMetrics, type Metrics } from '../web/metrics.ts';
import {
  createOperations,
  type Operations,
  type OperationsServer,
  serveOperations,
} from '../web/operations.ts';
import type { Core } from './assemble.ts';

export interface OpenOperations {
  /** For a server that is there anyway. */
  operations: Operations;
  /** The store as it is to be used, so that scans are counted. */
  store: ScanStore;
  /** Counts what it is told. */
  metrics: Pick<
    Metrics,
    'observeEvents' | 'observeSlackFailure' | 'observeOwnScan' | 'observeScanWait'
  >;
  /** A server of their own, for a bot that Slack reaches by sockets. */
  listen(settings: Pick<Settings, 'http'>): Promise<OperationsServer>;
}

/** Health, readiness and metrics of a process; `problems` tells what keeps it from its work. */
export function openOperations(
  { context, store, cutAnswers, queue }: Core,
  scans: ScanStore,
  role: ProcessRole,
  problems: () => Promise<string[]>,
): OpenOperations {
  const { hosts, version, now } = context;
  const { scans: stored, outbox, scanJobs } = store;
  const parts = { hosts, store: stored, outbox, scanJobs, cutAnswers, version, role, now };
  const metrics = createMetrics(parts);
  queue.hearWaits(metrics.observeScanWait);
  const operations = createOperations({ metrics, problems });
  return {
    operations,
    metrics,
    store: {
      ...scans,
      async saveScan(record: ScanRecord, job) {
        try {
          const saved = await scans.saveScan(record, job);
          metrics.observeScan(record, true);
          return saved;
        } catch (error) {
          metrics.observeScan(record, false);
          throw error;
        }
      },
    },
    listen: ({ http }) => serveOperations(operations, http),
  };
}
