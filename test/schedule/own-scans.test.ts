import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Held } from '../../src/ports/lease.ts';
import { assembleCore, type Core } from '../../src/programs/assemble.ts';
import { defaultPolicy } from '../../src/rules/policy.ts';
import {
  type OwnScans,
  type OwnScansParts,
  openOwnScans,
  ownScanTimings,
} from '../../src/schedule/own-scans.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { openRecordedEngine } from '../support/recorded-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
type Scan = Parameters<OwnScansParts['onScan']>[0];

let database: TemporaryDatabase;
let engine: Awaited<ReturnType<typeof openRecordedEngine>>;
let opened: { close(): Promise<void> }[];
let now: number;
let scans: Scan[];
/** How often a process looked what is due. */
let looks: number;
/** Of hosts with an engine of their own. */
const urls: Record<string, string> = {};
beforeEach(async () => {
  now = Date.parse('2026-01-01T06:00:00.000Z');
  database = temporaryDatabase();
  engine = await openRecordedEngine();
  opened = [];
  scans = [];
  looks = 0;
});
afterEach(async () => {
  for (const one of opened.toReversed()) await one.close();
  await engine.close();
  database.remove();
});

const timings = { ...ownScanTimings, startMs: 0, look: '* * * * * *', againMs: 50 };

/** A process that scans hosts by itself; those named `down…` have no engine. */
async function start(
  names: readonly string[],
  difference: Partial<OwnScansParts> = {},
): Promise<{ core: Core; own: OwnScans }> {
  const core = await assembleCore({
    hosts: names.map((name) => ({
      ...{ name, isDefault: false, tls: undefined, labels: {}, evidence: 'api' as const },
      url: urls[name] ?? (name.startsWith('down') ? 'tcp://127.0.0.1:1' : engine.url),
    })),
    databaseUrl: database.url,
    policy: defaultPolicy,
    now: () => now,
  });
  const { turns } = core.context;
  const listWanted: typeof turns.listWanted = () => {
    looks += 1;
    return turns.listWanted();
  };
  const own = openOwnScans({
    ...{
      context: { ...core.context, turns: { ...turns, listWanted } },
      everyMs: 6 * HOUR_MS,
      unwatched: new Set<string>(),
    },
    ...{ onScan: (scan) => scans.push(scan), log: silentLogger, timings, ...difference },
  });
  opened.push(core.store, own);
  return { core, own };
}

const counts = () => database.values<number>('select count(*) as count from scan')[0];

test('scans each host at the start, and again once its newest scan is old', async () => {
  const { core } = await start(['web-1', 'down-1']);
  await until(() => scans.length === 2);

  expect(scans).toContainEqual({ host: 'web-1', reason: 'start', outcome: 'good' });
  expect(scans).toContainEqual({ host: 'down-1', reason: 'start', outcome: 'unreadable' });
  await until(async () => (await core.store.audit.list({}, 5)).total > 0);
  const { entries } = await core.store.audit.list({}, 5);
  expect(entries).toMatchObject([
    { verb: 'scan', who: 'seawall', what: expect.stringContaining('by itself: Seawall started') },
  ]);
  now += 6 * HOUR_MS;
  await until(() => scans.length === 4);
  expect(scans.slice(2).map(({ reason }) => reason)).toEqual(['every', 'every']);
});

test('the audit names who was scanned also while another scan goes on', async () => {
  const sockets = new Set<Socket>();
  const hung = createServer((socket) => sockets.add(socket));
  await once(hung.listen(0, '127.0.0.1'), 'listening');
  urls.hung = `tcp://127.0.0.1:${(hung.address() as AddressInfo).port}`;
  const { core, own } = await start(['web-1', 'hung']);
  const letGo = async () => {
    for (const socket of sockets) socket.destroy();
    hung.close();
  };
  opened.push({ close: letGo });
  const rows = async () => (await core.store.audit.list({}, 5)).entries;
  await until(() => scans.length === 1 && sockets.size > 0);
  const before = looks;
  await until(() => {
    own.want('unknown', 'back');
    return looks > before + 2;
  });
  // More may follow that one row tells with it.
  expect(await rows()).toEqual([]);
  now += 60_000;
  await until(async () => (await rows()).length > 0);

  expect(scans.map(({ host }) => host)).toEqual(['web-1']);
  expect(await rows()).toMatchObject([{ what: 'web-1, by itself: Seawall started' }]);
});

test('a scan that anybody began since does as well, and no turn is taken for it', async () => {
  const { core } = await start(['web-1']);
  await until(() => scans.length === 1);
  const { turns } = core.context;
  const asked: string[] = [];
  const listLast = (hosts: readonly string[]) => {
    asked.push(...hosts);
    return turns.listLast(hosts);
  };
  const { own } = await start(['web-1'], {
    context: { ...core.context, turns: { ...turns, listLast } },
  });
  await until(() => asked.length > 0);
  await own.close();

  expect(counts()).toBe(1);
  expect(database.values('select lease_token from scan_turn')).toEqual([1]);
});

test('a host that falls silent or comes back is scanned, however often that is said once', async () => {
  const { own } = await start(['web-1']);
  await until(() => scans.length === 1);
  now += 1_000;
  own.want('web-1', 'silent');
  own.want('web-1', 'back');
  own.want('unknown', 'back');
  await until(() => scans.length === 2);

  expect(scans[1]).toEqual({ host: 'web-1', reason: 'silent', outcome: 'good' });
});

test('a host that another process watches is scanned once when it falls silent', async () => {
  const { core } = await start(['web-1']);
  await until(() => scans.length === 1);
  const { watches, turns } = core.store;
  const held = (await watches.claim('web-1', { owner: 'another', leaseMs: HOUR_MS }))?.held as Held;
  now += 1_000;
  await watches.setBlind('web-1', { from: now, to: null, cause: 'cut' }, held, 'silent');
  await until(() => scans.length === 2);

  expect(await turns.listWanted()).toEqual([]);
  expect(scans[1]).toEqual({ host: 'web-1', reason: 'silent', outcome: 'good' });
  expect(counts()).toBe(2);
});

test('what cannot be stored is tried again, and a bug is known', async () => {
  const { core } = await start(['web-1']);
  await until(() => scans.length === 1);
  const broken = {
    ...core.context,
    snapshots: { takeSnapshot: () => Promise.reject(new Error('a bug')) },
  };
  now += 60_001;
  const own = openOwnScans({
    ...{ context: broken, everyMs: 6 * HOUR_MS, unwatched: new Set<string>() },
    ...{ onScan: (scan: Scan) => scans.push(scan), log: silentLogger, timings },
  });
  opened.push(own);
  await until(() => scans.length === 2);
  now += timings.unreadMs;
  await until(() => scans.length === 3);

  expect(scans.slice(1).map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  expect(await core.store.turns.listEnded(['web-1'])).toEqual([
    { host: 'web-1', endedAt: expect.any(Number), problem: expect.stringContaining('bug') },
  ]);
});

test('nothing is scanned where the settings want it so, and a close gives the turn back', async () => {
  await start(['web-1'], { everyMs: null });
  const { own } = await start(['web-2']);
  await until(() => database.values('select lease_token from scan_turn').length === 1);
  await own.close();

  expect(database.values('select lease_owner from scan_turn')).toEqual([null]);
  expect(scans.filter(({ host }) => host === 'web-1')).toEqual([]);
});

test('of many hosts a few are scanned at once, and all of them', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `down-${index}`);
  const { core } = await start(names, { everyMs: null });
  let [running, most] = [0, 0];
  const { snapshots } = core.context;
  const counted = {
    async takeSnapshot(...asked: Parameters<typeof snapshots.takeSnapshot>) {
      running += 1;
      most = Math.max(most, running);
      return snapshots.takeSnapshot(...asked).finally(() => {
        running -= 1;
      });
    },
  };
  const own = openOwnScans({
    ...{ context: { ...core.context, snapshots: counted }, everyMs: 6 * HOUR_MS, timings },
    ...{
      unwatched: new Set<string>(),
      log: silentLogger,
      onScan: (scan: Scan) => scans.push(scan),
    },
  });
  opened.push(own);
  await until(() => scans.length === names.length);

  expect(most).toBeLessThanOrEqual(4);
  expect(counts()).toBe(names.length);
});
