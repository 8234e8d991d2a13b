import { Gauge, type Registry } from 'prom-client';
import { withAges } from '../inspections/feed-ages.ts';
import { hostStates } from '../inspections/host-states.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { EdgeStore } from '../ports/edge-store.ts';
import type { FeedStore } from '../ports/feed-store.ts';
import type { OutboxStore } from '../ports/outbox.ts';
import type { BlindInterval } from '../ports/past.ts';
import type { LiveProcess } from '../ports/process-store.ts';
import type { ScanJobStore } from '../ports/scan-queue.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import { severities } from '../rules/rule.ts';
import { endOf, unionOf } from '../shared/periods.ts';
import { DAY_MS } from '../shared/time.ts';

export interface StoredMetricsParts {
  hosts: readonly HostDeclaration[];
  /** Names of those to whose events nobody is to listen. */
  unwatched: ReadonlySet<string>;
  store: ScanStore;
  watches: Pick<WatchStore, 'listWatches'>;
  edges: Pick<EdgeStore, 'listEdges'>;
  scanJobs: Pick<ScanJobStore, 'backlog'>;
  feeds: Pick<FeedStore, 'list'>;
  feedsStaleAfterMs: number;
  outbox: Pick<OutboxStore, 'backlog'>;
  now: Clock;
}

type Process = Pick<LiveProcess, 'role' | 'isDraining'>;

/**
 * Gives what sets the gauges of what the database holds, and tells how many hosts are heard; that rejects with
 * `OutsideError` when it cannot be read.
 */
export function storedGauges(
  registry: Registry,
  parts: StoredMetricsParts,
): (processes: readonly Process[]) => Promise<number> {
  const setHosts = hostGauges(registry, parts);
  const setEdges = edgeGauges(registry, parts);
  const setWork = workGauges(registry, parts);
  return async (processes) => {
    const heard = await setHosts();
    await setEdges();
    await setWork(processes);
    return heard;
  };
}

function gaugeOf(registry: Registry) {
  return <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `seawall_${name}`, help, labelNames, registers: [registry] });
}

function hostGauges(registry: Registry, parts: StoredMetricsParts): () => Promise<number> {
  const gauge = gaugeOf(registry);
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
  const heard = gauge(
    'hosts',
    'Hosts of the settings, by whether their events are heard.',
    'state',
  );
  return async () => {
    const { hosts, unwatched, store, watches, now } = parts;
    const at = now();
    const names = hosts.map(({ name }) => name);
    const since = at - DAY_MS;
    const states = await hostStates(hosts, store);
    const intervals = Map.groupBy(
      await store.listBlindIntervals({ hosts: names, since }),
      ({ host }) => host,
    );
    // What it said before goes: a series of a host that is gone, or of which less is known now, must not stay.
    for (const one of [reachable, age, score, open, judged, blind]) one.reset();
    for (const host of states) {
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
    for (const name of names) {
      blind.labels(name).set(blindSeconds(intervals.get(name) ?? [], since, at));
    }
    const watched = names.filter((name) => !unwatched.has(name));
    const isHeard = (await watches.listWatches(watched)).filter((one) => one.since !== null);
    heard.labels('heard').set(isHeard.length);
    heard.labels('silent').set(watched.length - isHeard.length);
    heard.labels('unwatched').set(names.length - watched.length);
    return isHeard.length;
  };
}

function edgeGauges(
  registry: Registry,
  { edges, now }: Pick<StoredMetricsParts, 'edges' | 'now'>,
): () => Promise<void> {
  const gauge = gaugeOf(registry);
  const states = gauge('edges', 'Hosts that dial out, by the state of their connection.', 'state');
  const copied = gauge(
    'edges_copied',
    'Those of which somebody else showed a key within the last day.',
  );
  return async () => {
    const known = await edges.listEdges();
    const connected = known.filter((edge) => edge.connectedAt !== null);
    const invited = known.filter((edge) => edge.publicKey === null);
    states.labels('connected').set(connected.length);
    states.labels('invited').set(invited.length);
    states.labels('away').set(known.length - connected.length - invited.length);
    const since = now() - DAY_MS;
    copied.set(known.filter(({ copy }) => copy !== null && copy.at > since).length);
  };
}

function workGauges(
  registry: Registry,
  parts: StoredMetricsParts,
): (processes: readonly Process[]) => Promise<void> {
  const gauge = gaugeOf(registry);
  const live = gauge('processes', 'Live processes on this database.', 'role', 'state');
  const waiting = gauge('scan_queue_waiting', 'Scans that wait for a process.');
  const running = gauge('scan_queue_running', 'Scans of the queue that run.');
  const oldestScan = gauge('scan_queue_oldest_seconds', 'How long the oldest of them waits.');
  const feedStates = gauge('feeds', 'Feeds of advisories, by whether they are too old.', 'state');
  const pending = gauge('outbox_pending', 'Messages that Slack has not taken yet.');
  const oldest = gauge('outbox_oldest_seconds', 'Age of the oldest of them.');
  const dead = gauge('outbox_dead_channels', 'Channels that refuse messages.');
  return async (processes) => {
    const { scanJobs, feeds, feedsStaleAfterMs: staleAfterMs, outbox, now } = parts;
    const at = now();
    for (const role of ['serve', 'worker'] as const) {
      const ofRole = processes.filter((one) => one.role === role);
      const draining = ofRole.filter(({ isDraining }) => isDraining).length;
      live.labels(role, 'working').set(ofRole.length - draining);
      live.labels(role, 'draining').set(draining);
    }
    const scans = await scanJobs.backlog();
    waiting.set(scans.waiting);
    running.set(scans.running);
    oldestScan.set(scans.oldestMs / 1_000);
    const known = withAges(await feeds.list(), { now: at, staleAfterMs });
    feedStates.labels('stale').set(known.filter(({ isOverdue }) => isOverdue).length);
    feedStates.labels('fresh').set(known.filter(({ isStale }) => !isStale).length);
    const backlog = await outbox.backlog();
    pending.set(backlog.pending);
    oldest.set(backlog.oldestDueAt === null ? 0 : Math.max(0, at - backlog.oldestDueAt) / 1_000);
    dead.set(backlog.deadChannels.length);
  };
}

/** Overlapping intervals, as of two who look, count once. */
function blindSeconds(
  intervals: readonly Pick<BlindInterval, 'from' | 'to'>[],
  since: number,
  now: number,
): number {
  const spans = intervals.map(({ from, to }) => ({
    from: Math.max(since, Date.parse(from)),
    to: to === null ? now : Date.parse(to),
  }));
  const lengths = unionOf(spans).map((one) => Math.max(0, endOf(one) - one.from));
  return lengths.reduce((sum, length) => sum + length, 0) / 1_000;
}
