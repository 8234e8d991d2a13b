import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { hostStates } from '../inspections/host-states.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { OutboxStore } from '../ports/outbox.ts';
import type { ProcessRole } from '../ports/process-store.ts';
import type { ScanJobStore } from '../ports/scan-job-store.ts';
import type { ScanRecord } from '../ports/scan-record.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { severities } from '../rules/rule.ts';
import { DAY_MS } from '../shared/time.ts';

export interface MetricsParts {
  hosts: readonly HostDeclaration[];
  store: ScanStore;
  outbox: Pick<OutboxStore, 'backlog'>;
  scanJobs: Pick<ScanJobStore, 'backlog'>;
  /** Answers of each host since the start of which more came than is read. */
  cutAnswers: () => ReadonlyMap<string, number>;
  version: string;
  role: ProcessRole;
  now: Clock;
}

export interface Metrics {
  /** Counts a scan that this process stored, or could not store. */
  observeScan(record: ScanRecord, isStored: boolean): void;
  /** Counts how long events of a host's engine took to be stored, by their times in epoch milliseconds. */
  observeEvents(host: string, happenedAt: readonly number[]): void;
  /** Counts a scan that nobody asked for, by why it was made and what came of it. */
  observeOwnScan(scan: { host: string; reason: string; outcome: string }): void;
  /** Counts how long a job of the queue waited that this process began. */
  observeScanWait(waitedMs: number): void;
  /** Counts a try of an owed message that Slack did not take: `wait`, `retry`, or what it was refused for. */
  observeSlackFailure(kind: string): void;
  /** All of them in Prometheus' text format. Rejects with `OutsideError` when the database does. */
  render(): Promise<{ contentType: string; text: string }>;
}

const LAG_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600];
const WAIT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600];
const SCAN_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * Metrics of this process, and of what the database holds at the moment they are asked for. Labels
 * are names of hosts from the settings and fixed words, so that their number is bounded.
 */
export function createMetrics(parts: MetricsParts): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    ...{ name: 'seawall_build_info', help: 'Version of Seawall.', labelNames: ['version'] },
    registers,
  })
    .labels(parts.version)
    .set(1);
  const scans = new Counter({
    ...{ name: 'seawall_scans_total', help: 'Scans of this process.' },
    ...{ labelNames: ['host', 'outcome'] as const, registers },
  });
  const seconds = new Histogram({
    ...{ name: 'seawall_scan_duration_seconds', help: 'How long scans took.' },
    ...{ labelNames: ['host'] as const, buckets: SCAN_SECONDS, registers },
  });
  const lag = new Histogram({
    ...{ name: 'seawall_event_lag_seconds', help: 'Time from an event of an engine to its row.' },
    ...{ labelNames: ['host'] as const, buckets: LAG_SECONDS, registers },
  });
  const waits = new Histogram({
    name: 'seawall_scan_queue_seconds',
    help: 'Time from when a scan was asked for until a process that shares the database began it.',
    ...{ labelNames: ['role'] as const, buckets: WAIT_SECONDS, registers },
  });
  const failures = new Counter({
    ...{
      name: 'seawall_slack_failures_total',
      help: 'Tries of owed messages that Slack did not take.',
    },
    ...{ labelNames: ['kind'] as const, registers },
  });
  const own = new Counter({
    ...{ name: 'seawall_own_scans_total', help: 'Scans of this process that nobody asked for.' },
    ...{ labelNames: ['host', 'reason', 'outcome'] as const, registers },
  });
  new Counter({
    ...{
      name: 'seawall_answers_cut_total',
      help: 'Answers of an engine that were larger than is read.',
    },
    ...{ labelNames: ['host'] as const, registers },
    collect() {
      this.reset();
      for (const [host, count] of parts.cutAnswers()) this.inc({ host }, count);
    },
  });
  // Nothing yet is a value; a series that is missing is not.
  for (const { name } of parts.hosts) lag.zero({ host: name });
  const stored = storedGauges(registry);
  return {
    observeScan(record, isStored) {
      const { host, engine, containers, startedAt, finishedAt } = record;
      const isGood = engine !== null && containers !== null;
      const outcome = isStored ? (isGood ? 'good' : 'unreadable') : 'not-stored';
      scans.labels(host, outcome).inc();
      seconds.labels(host).observe((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
    },
    observeEvents(host, happenedAt) {
      const storedAt = parts.now();
      for (const at of happenedAt) lag.labels(host).observe(Math.max(0, storedAt - at) / 1_000);
    },
    observeOwnScan: (scan) => own.inc(scan),
    observeScanWait: (waitedMs) => waits.labels(parts.role).observe(waitedMs / 1_000),
    observeSlackFailure: (kind) => failures.labels(kind).inc(),
    async render() {
      await stored.read(parts);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function storedGauges(registry: Registry) {
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `seawall_${name}`, help, labelNames, registers: [registry] });
  const reachable = gauge('host_reachable', '1: the last scan could read the host.', 'host');
  const age = gauge('last_good_scan_timestamp_seconds', 'End of the last good scan.', 'host');
  const score = gauge('posture_score', 'Score of the host, of 100.', 'host');
  const open = gauge(
    'open_findings',
    'Open findings, those accepted left out.',
    'host',
    'severity',
  );
  const judged = gauge('judgements', 'Judgements of the last scan.', 'host', 'verdict');
  const blind = gauge('blind_seconds', 'Time of the last day in which nobody could look.', 'host');
  const pending = gauge('outbox_pending', 'Messages that Slack has not taken yet.');
  const oldest = gauge('outbox_oldest_seconds', 'Age of the oldest of them.');
  const scansWaiting = gauge('scan_queue_waiting', 'Scans that wait for a process.');
  const scansRunning = gauge('scan_queue_running', 'Scans of the queue that run.');
  const scansOldest = gauge('scan_queue_oldest_seconds', 'How long the oldest of them waits.');
  const dead = gauge('outbox_dead_channels', 'Channels that refuse messages.');
  return {
    async read({ hosts, store, outbox, scanJobs, now }: MetricsParts): Promise<void> {
      const at = now();
      const names = hosts.map(({ name }) => name);
      for (const host of await hostStates(hosts, store)) {
        const { name, isReachable, lastGoodScanAt, grade, coverage } = host;
        if (isReachable !== null) reachable.labels(name).set(isReachable ? 1 : 0);
        if (lastGoodScanAt !== null) age.labels(name).set(Date.parse(lastGoodScanAt) / 1_000);
        if (typeof grade?.score === 'number') score.labels(name).set(grade.score);
        for (const severity of severities) {
          if (host.open !== null) open.labels(name, severity).set(host.open[severity]);
        }
        if (coverage !== null) {
          judged.labels(name, 'answered').set(coverage.answered);
          judged.labels(name, 'unknown').set(coverage.unknown);
        }
      }
      const since = at - DAY_MS;
      const intervals = await store.listBlindIntervals({ hosts: names, since });
      for (const name of names) {
        const own = intervals.filter(({ host }) => host === name);
        blind.labels(name).set(blindSeconds(own, since, at));
      }
      const backlog = await outbox.backlog();
      pending.set(backlog.pending);
      oldest.set(backlog.oldestDueAt === null ? 0 : Math.max(0, at - backlog.oldestDueAt) / 1_000);
      dead.set(backlog.deadChannels.length);
      const scans = await scanJobs.backlog();
      scansWaiting.set(scans.waiting);
      scansRunning.set(scans.running);
      scansOldest.set(scans.oldestMs / 1_000);
    },
  };
}

/** Overlapping intervals, as of two who look, count once. */
function blindSeconds(
  intervals: readonly { from: string; to: string | null }[],
  since: number,
  now: number,
): number {
  const spans = intervals
    .map(({ from, to }) => [Math.max(since, Date.parse(from)), to ? Date.parse(to) : now] as const)
    .toSorted((a, b) => a[0] - b[0]);
  let total = 0;
  let covered = since;
  for (const [from, to] of spans) {
    total += Math.max(0, to - Math.max(from, covered));
    covered = Math.max(covered, to);
  }
  return total / 1_000;
}
