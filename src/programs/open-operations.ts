import type { Settings } from '../config/load-settings.ts';
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
  metrics: Pick<Metrics, 'observeEvents' | 'observeSlackFailure' | 'observeOwnScan'>;
  /** A server of their own, for a bot that Slack reaches by sockets. */
  listen(settings: Pick<Settings, 'http'>): Promise<OperationsServer>;
}

/** Health, readiness and metrics of a bot; `isConnected` tells whether Slack reaches it. */
export function openOperations(
  { context, store, cutAnswers }: Core,
  scans: ScanStore,
  isConnected: () => boolean,
): OpenOperations {
  const { version, now } = context;
  const { scans: stored, outbox } = store;
  const metrics = createMetrics({
    get hosts() {
      return context.hosts;
    },
    ...{ store: stored, outbox, cutAnswers, version, now },
  });
  const problems = async () => {
    const loss = await store.slack.findLoss();
    if (loss !== null) return [`Slack: ${loss.reason}`];
    return isConnected() ? [] : ['Slack is not connected'];
  };
  const operations = createOperations({ metrics, problems });
  return {
    operations,
    metrics,
    store: {
      ...scans,
      async saveScan(record: ScanRecord) {
        try {
          const saved = await scans.saveScan(record);
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
