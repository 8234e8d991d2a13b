import type { Settings } from '../config/load-settings.ts';
import type { ProcessRole } from '../ports/process-store.ts';
import type { ScanRecord } from '../ports/scan-record.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { OutsideError } from '../shared/errors.ts';
import { within } from '../timers/pause.ts';
import { createMetrics, type Metrics } from '../web/metrics.ts';
import {
  createOperations,
  type Operations,
  type OperationsServer,
  serveOperations,
} from '../web/operations.ts';
import type { StoredMetricsParts } from '../web/stored-metrics.ts';
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

/** A write that takes longer waits for somebody else's, which the database takes then. */
const WRITES_WITHIN_MS = 800;

/**
 * Health, readiness and metrics of a process; `problems` tells what keeps it from its work. It is not ready either while
 * its database refuses to be written to: every command writes.
 */
export function openOperations(
  core: Core,
  scans: ScanStore,
  role: ProcessRole,
  problems: () => Promise<string[]>,
): OpenOperations {
  const { context, store, cutAnswers, queue, processId } = core;
  const { version, now } = context;
  const { processes } = store;
  // Of all processes that share a database those that are fewest tell what it holds.
  const stored = role === 'serve' ? storedParts(core) : null;
  const metrics = createMetrics({ role, processId, version, processes, cutAnswers, stored, now });
  queue.hearWaits(metrics.observeScanWait);
  const operations = createOperations({
    metrics,
    async problems() {
      const refusal = store.tryWriting().then(
        () => [],
        (error: unknown) => {
          if (error instanceof OutsideError) return [error.message];
          throw error;
        },
      );
      const [found, refused] = await Promise.all([problems(), within(WRITES_WITHIN_MS, refusal)]);
      return [...(refused ?? []), ...found];
    },
  });
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

function storedParts({ context, store, unwatched }: Core): StoredMetricsParts {
  const { feedsStaleAfterMs, now } = context;
  const { scans, watches, edges, scanJobs, feeds, outbox } = store;
  return {
    get hosts() {
      return context.hosts;
    },
    ...{ unwatched, feedsStaleAfterMs, now },
    ...{ store: scans, watches, edges, scanJobs, feeds, outbox },
  };
}
