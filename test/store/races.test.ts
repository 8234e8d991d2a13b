import { findingKey } from '../../src/ports/alert-store.ts';
import type { AlertCursor, HostNews } from '../../src/ports/host-news.ts';
import type { Held } from '../../src/ports/lease.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { read } from '../../src/shared/reading.ts';
import type { PackageInventory } from '../../src/snapshot/facts/packages.ts';
import type { Store } from '../../src/store/open-store.ts';
import { alertSignal, cursorOf } from '../support/alert-signal.ts';
import { holdTable } from '../support/held-table.ts';
import { owed } from '../support/outbox-rig.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

// Two connections, as two processes have them, whose transactions are held where they meet.

const now = Date.parse(morning(0));
const actor = { id: 'U1', name: 'U1', place: 'C1' };
let place: TemporaryDatabase;
let one: Store;
let other: Store;

beforeEach(async () => {
  place = temporaryDatabase();
  one = await place.open(() => now + 3_600_000);
  other = await place.open(() => now + 3_600_000);
});
afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
  place.remove();
});

const scanAt = (minute: number, difference: Parameters<typeof scanRecord>[0] = {}) =>
  scanRecord({
    startedAt: new Date(now + minute * 60_000).toISOString(),
    finishedAt: new Date(now + minute * 60_000 + 1_000).toISOString(),
    ...difference,
  });
const values = (query: string) => place.values<number>(query).map(Number);

describe('a finding that is accepted while a scan finds it worse', () => {
  const name = { host: 'web-1', fingerprint: currentFinding().fingerprint };
  const terms = { actor, at: now, reason: 'needed', until: morning(30) };

  test('is accepted no more', async () => {
    await one.scans.saveScan(scanAt(0, { findings: [currentFinding({ severity: 'low' })] }));
    const held = await holdTable(place, 'acceptance');
    const accepting = one.acceptances.accept(name, terms);
    await held.untilWaiting(1);
    const worse = scanAt(1, { findings: [currentFinding({ severity: 'critical' })] });
    const scanning = other.scans.saveScan(worse);
    // Without a lock it is over by now, and knows of no acceptance.
    await Promise.race([scanning, held.untilWaiting(2)]);
    await held.release();
    await Promise.all([accepting, scanning]);

    const [finding] = await one.scans.listOpenFindings({ hosts: ['web-1'] });
    expect(finding?.severity).toBe('critical');
    expect(finding?.acceptance?.state).not.toBe('in-force');
  });

  test('is accepted once by two at once', async () => {
    await one.scans.saveScan(scanAt(0, { findings: [currentFinding()] }));
    await Promise.all([one, other].map((store) => store.acceptances.accept(name, terms)));

    const made = await one.acceptances.listAcceptances({ hosts: ['web-1'] });
    expect(made.map(({ state }) => state).sort()).toEqual(['in-force', 'replaced']);
  });
});

test('two that approve a baseline at once leave one in force', async () => {
  await one.scans.saveScan(scanAt(0));
  const baseline = { host: 'web-1', key: 'web', container: 'web', fields: {}, reason: 'known' };
  await Promise.all(
    [one, other].map((store) => store.baselines.approve(baseline as never, { actor, at: now })),
  );

  expect(await one.baselines.list({ hosts: ['web-1'] })).toHaveLength(1);
  expect(values('select count(*) from baseline')).toEqual([2]);
});

test('alerts of two hosts at once keep to the messages of their channel', async () => {
  const perHour = 3;
  const signal = (host: string, name: string) =>
    alertSignal({ key: findingKey(host, name), host, at: now });
  const applying = async (store: Store, host: string, from: AlertCursor) =>
    store.alerts.apply(
      { channel: 'C1', host, from, to: { ...from, findingsAt: now } },
      {
        signals: ['a', 'b'].map((name) => signal(host, name)),
        ...{ updates: [], ends: [], acceptances: [] },
        told: { kinds: [], before: 0, why: '' },
      },
      { perHour },
      now,
    );
  const cursors = [
    await cursorOf(one.alerts, 'C1', 'web-1', now - 1),
    await cursorOf(one.alerts, 'C1', 'web-2', now - 1),
  ] as const;
  const held = await holdTable(place, 'alert');
  const both = [applying(one, 'web-1', cursors[0]), applying(other, 'web-2', cursors[1])];
  await held.untilWaiting(2);
  await held.release();
  await Promise.all(both);

  expect(values('select count(*) from alert_post')).toEqual([perHour]);
  expect(values("select count(*) from alert where kind = 'flood'")).toEqual([1]);
  expect(values("select count from alert where kind = 'flood'")[0]).toBeGreaterThanOrEqual(2);
});

describe('inventories that two hosts share', () => {
  const inventoryOf = (...names: string[]): PackageInventory => ({
    manager: 'dpkg',
    operatingSystem: null,
    packages: names.map((name) => ({
      ...{ name, version: '1', architecture: 'amd64', sourceName: name, sourceVersion: '1' },
    })),
  });
  const withPackages = (id: string, inventory: PackageInventory) => ({
    ...observedContainer(id),
    surface: {
      ports: read([]),
      setUid: read({ count: 0, rootCount: 0, isWhole: true }),
      processes: read({ count: 1, source: 'top' as const }),
      installed: read({ inventory, isOwn: false }),
    },
  });
  const [first, second] = [inventoryOf('a', 'b'), inventoryOf('c', 'd')];

  test('are stored once by scans at once, and neither scan undoes the other', async () => {
    const held = await holdTable(place, 'inventory_package');
    const scanOf = (host: string, ...inventories: PackageInventory[]) =>
      scanAt(0, {
        host,
        containers: inventories.map((inventory, index) => withPackages(`a${index}`, inventory)),
      });
    const both = [
      one.scans.saveScan(scanOf('web-1', first, second)),
      other.scans.saveScan(scanOf('web-2', second, first)),
    ];
    await held.untilWaiting(2);
    await held.release();
    await Promise.all(both);
    await Promise.all([one.close(), other.close()]);

    expect(values('select count(*) from inventory')).toEqual([2]);
    expect(values('select count(*) from package')).toEqual([4]);
    expect(values('select count(*) from inventory_package')).toEqual([4]);
    expect(held.deadlocks()).toBe(0);
  });

  test('keep no other writer of a host waiting while one is stored', async () => {
    await one.scans.saveScan(scanAt(0, { findings: [currentFinding()] }));
    const held = await holdTable(place, 'inventory_package');
    const scanning = one.scans.saveScan(scanAt(1, { containers: [withPackages('a1', first)] }));
    await held.untilWaiting(1);
    await other.watches.claim('web-1', { owner: 'a', leaseMs: 60_000 });
    await other.watches.retire(['web-1']);
    await held.release();
    await scanning;

    expect(await one.scans.countGoodScans('web-1', morning(0))).toBe(2);
  });
});

test('what a watcher sees while a scan is stored comes after it, so that no news are passed over', async () => {
  await one.scans.saveScan(scanAt(0));
  const state = await one.watches.claim('web-1', { owner: 'a', leaseMs: 60_000 });
  const cursor = await cursorOf(one.alerts, 'C1', 'web-1', now);
  const sighting: Sighting = {
    ...{ kind: 'created', containerId: 'b', name: 'b', image: 'redis:7' },
    labels: { composeProject: null, composeService: null, owner: null },
    ...{ at: now + 90_000, timeNano: `${now + 90_000}000001` },
    ...{ observed: read(observedContainer('b')), exitCode: null, exec: null, execId: null },
  };
  const held = await holdTable(place, 'undecided');
  const undecided = [
    { rule: 'r', subjectKind: 'container' as const, subjectKey: 'a', reason: 'late' },
  ];
  const record = scanAt(1, { containers: [observedContainer('a')], undecided });
  const scanning = one.scans.saveScan(record);
  await held.untilWaiting(1);
  const batch = { sightings: [sighting], mark: null, coveredUntil: null };
  const watching = other.watches.apply('web-1', batch, state?.held as Held);
  await Promise.race([watching, held.untilWaiting(2)]);
  const newsSince = async (from: AlertCursor): Promise<HostNews> => {
    const [news] = await other.alerts.readNews('C1', new Map([['web-1', from]]), now);
    return news as HostNews;
  };
  const early = await newsSince(cursor);
  await held.release();
  await Promise.all([scanning, watching]);
  const late = await newsSince(early.cursor);

  const told = [...early.appeared, ...late.appeared].map(({ facts }) => facts.id);
  expect(told.sort()).toEqual(['a', 'b']);
});

describe('messages of a channel', () => {
  const lease = { owner: 'a', leaseMs: 60_000 };

  test('are taken back or claimed, not both', async () => {
    await one.outbox.put([owed('a')], now);
    const held = await holdTable(place, 'outbox');
    const claiming = one.outbox.claim(lease, now);
    await held.untilWaiting(1);
    const withdrawing = other.outbox.withdraw(['a'], 'told otherwise');
    await held.untilWaiting(2);
    await held.release();

    expect([(await claiming)?.key ?? null, await withdrawing]).toEqual(['a', false]);
    expect(await one.outbox.statesOf(['a'])).toMatchObject([{ state: 'pending' }]);
  });

  test('that are put while the channel dies do not die with it', async () => {
    await one.outbox.put([owed('a')], now);
    const claimed = await one.outbox.claim(lease, now);
    const held = await holdTable(place, 'outbox');
    const putting = one.outbox.put([owed('b')], now);
    await held.untilWaiting(1);
    const refusal = { reason: 'is_archived', at: now, notice: null };
    const dying = other.outbox.markChannelDead(claimed as never, refusal);
    await held.untilWaiting(2);
    await held.release();
    await putting;

    expect(await dying).toBe('again');
    expect(await one.outbox.statesOf(['b'])).toMatchObject([{ state: 'pending' }]);
  });
});
