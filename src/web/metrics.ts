import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { LiveProcess, ProcessRole, ProcessStore } from '../ports/process-store.ts';
import type { ScanRecord } from '../ports/scan-record.ts';
import { onOutside } from '../shared/errors.ts';
import { within } from '../timers/pause.ts';
import { type StoredMetricsParts, storedGauges } from './stored-metrics.ts';

export interface MetricsParts {
  role: ProcessRole;
  /** The owner of the leases of this process. */
  processId: string;
  version: string;
  processes: Pick<ProcessStore, 'list'>;
  /** Answers of each host since the start of which more came than is read. */
  cutAnswers: () => ReadonlyMap<string, number>;
  /** What the database holds; null where another process tells it. */
  stored: StoredMetricsParts | null;
  now: () => number;
}

export interface Metrics {
  /** Counts a scan that this process stored, or could not store. */
  observeScan(record: ScanRecord, isStored: boolean): void;
  /** Counts how long events of an engine took to be stored, by their times in epoch milliseconds. */
  observeEvents(happenedAt: readonly number[]): void;
  /** Counts a scan that nobody asked for, by why it was made and what came of it. */
  observeOwnScan(scan: { reason: string; outcome: string }): void;
  /** Counts how long a job of the queue waited that this process began. */
  observeScanWait(waitedMs: number): void;
  /** Counts a try of an owed message that Slack did not take: `wait`, `retry`, or what it was refused for. */
  observeSlackFailure(kind: string): void;
  /**
   * All of them in Prometheus' text format. Where the database cannot be read, now or in time, those of the
   * process alone, which say so.
   */
  render(): Promise<{ contentType: string; text: string }>;
}

const LAG_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];
const WAIT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600];
const SCAN_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Prometheus waits for ten seconds, unless it is told otherwise. */
const DATABASE_WITHIN_MS = 6_000;

/**
 * Metrics of this process, with its role, and of what the database holds at the moment they are asked for.
 * Labels are names of hosts from the settings and fixed words; what has many series has no host.
 */
export function createMetrics(parts: MetricsParts): Metrics {
  const own = new Registry();
  own.setDefaultLabels({ role: parts.role });
  collectDefaultMetrics({ register: own });
  const observed = processMetrics(own, parts);
  const registers = [own];
  const reachable = new Gauge({
    ...{ name: 'seawall_database_reachable', help: '1: the database answered now.', registers },
  });
  const watched = new Gauge({
    ...{ name: 'seawall_watched_hosts', help: 'Hosts that this process listens to.', registers },
  });
  // Their own roles are of other processes.
  const shared = new Registry();
  const setShared = parts.stored && storedGauges(shared, parts.stored);
  const read = async (): Promise<boolean> => {
    const listed = await parts.processes.list();
    const own = listed.find(({ id }) => id === parts.processId);
    // One that shares its database with nobody does not announce itself, and watches all there is.
    const heard = await setShared?.(own === undefined ? [...listed, unlisted(parts)] : listed);
    watched.set(own?.hosts ?? heard ?? 0);
    return true;
  };
  return {
    ...observed,
    async render() {
      const answered = within(DATABASE_WITHIN_MS, read());
      const isRead = (await answered.catch(onOutside(() => null))) === true;
      reachable.set(isRead ? 1 : 0);
      const texts = [await own.metrics(), ...(isRead ? [await shared.metrics()] : [])];
      return { contentType: own.contentType, text: texts.join('') };
    },
  };
}

const unlisted = ({ role }: MetricsParts): Pick<LiveProcess, 'role' | 'isDraining'> => ({
  ...{ role, isDraining: false },
});

function processMetrics(registry: Registry, parts: MetricsParts): Omit<Metrics, 'render'> {
  const registers = [registry];
  const named = (name: string, help: string) => ({ name: `seawall_${name}`, help, registers });
  new Gauge({ ...named('build_info', 'Version of Seawall.'), labelNames: ['version'] })
    .labels(parts.version)
    .set(1);
  const scans = new Counter({
    ...named('scans_total', 'Scans of this process.'),
    labelNames: ['host', 'outcome'] as const,
  });
  const seconds = new Histogram({
    ...named('scan_duration_seconds', 'How long scans took.'),
    buckets: SCAN_SECONDS,
  });
  const lag = new Histogram({
    ...named('event_lag_seconds', 'Time from an event of an engine to its row.'),
    buckets: LAG_SECONDS,
  });
  const waits = new Histogram({
    ...named('scan_queue_seconds', 'Time from asking for a scan until this process began it.'),
    buckets: WAIT_SECONDS,
  });
  const failures = new Counter({
    ...named('slack_failures_total', 'Tries of owed messages that Slack did not take.'),
    labelNames: ['kind'] as const,
  });
  const own = new Counter({
    ...named('own_scans_total', 'Scans that nobody asked for.'),
    labelNames: ['reason', 'outcome'] as const,
  });
  new Counter({
    ...named('answers_cut_total', 'Answers of an engine that were larger than is read.'),
    labelNames: ['host'] as const,
    collect() {
      this.reset();
      for (const [host, count] of parts.cutAnswers()) this.inc({ host }, count);
    },
  });
  return {
    observeScan(record, isStored) {
      const { host, engine, containers, startedAt, finishedAt } = record;
      const isGood = engine !== null && containers !== null;
      const outcome = isStored ? (isGood ? 'good' : 'unreadable') : 'not-stored';
      scans.labels(host, outcome).inc();
      seconds.observe((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
    },
    observeEvents(happenedAt) {
      const storedAt = parts.now();
      for (const at of happenedAt) lag.observe(Math.max(0, storedAt - at) / 1_000);
    },
    observeOwnScan: ({ reason, outcome }) => own.inc({ reason, outcome }),
    observeScanWait: (waitedMs) => waits.observe(waitedMs / 1_000),
    observeSlackFailure: (kind) => failures.labels(kind).inc(),
  };
}
