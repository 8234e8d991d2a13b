import type { Store } from '../../src/store/open-store.ts';
import {
  currentFinding,
  hostPosture,
  morning,
  observedContainer,
  scanRecord,
} from '../support/scan-records.ts';
import { hostName, seedFleet } from '../support/seed-fleet.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

const undecided = [
  { rule: 'r', subjectKind: 'container' as const, subjectKey: null, reason: 'connection refused' },
];
const down = {
  ...{ engine: null, containers: null, undecided },
  unreadSections: [{ section: 'engine' as const, reason: 'connection refused' }],
};
const DAY_MS = 86_400_000;
/** Of a fleet as is needed where it is about its hosts. */
const small = { days: 1, now: Date.parse(morning(1)), running: 2, images: 8 };
const hosts = ['web-1', 'constructor', "o'hara", 'down', 'never read', 'never scanned'];
let database: TemporaryDatabase;
let store: Store;

storeForEach(
  (own) => {
    ({ place: database, store } = own);
  },
  () => Date.parse(morning(9)),
);

const scan = (host: string, day: number, difference: object = {}) =>
  store.scans.saveScan(
    scanRecord({ host, startedAt: morning(day), finishedAt: morning(day), ...difference }),
  );

test('all hosts at once say what each says alone', async () => {
  const findings = [currentFinding(), currentFinding({ subjectKey: 'db', severity: 'low' })];
  for (const [index, host] of hosts.slice(0, 4).entries()) {
    const posture = hostPosture({ score: 40 + index, grade: 'F' });
    await scan(host, 1, { findings, posture, containers: [observedContainer(host)] });
    await scan(host, 2, { findings, posture, undecided: host === 'web-1' ? undecided : [] });
  }
  await scan('down', 3, down);
  await scan('down', 4, down);
  await scan('never read', 3, down);
  await store.acceptances.accept(
    { host: 'constructor', fingerprint: currentFinding().fingerprint },
    {
      actor: { id: 'U1', name: 'alice', place: 'C1' },
      at: Date.parse(morning(3)),
      ...{ reason: 'known', until: morning(30) },
    },
  );

  const found = await store.scans.listHostScans({ hosts });
  expect(found.map(({ host }) => host)).toEqual([
    ...['constructor', 'down', 'never read', "o'hara", 'web-1'],
  ]);
  const left = await store.scans.listUndecided({ hosts });
  expect(left.map(({ host }) => host)).toEqual(['down', 'never read', 'web-1']);
  const counts = await store.scans.countUndecided({ hosts, rules: ['r', 'another'] });
  expect(counts).toEqual([{ reason: 'connection refused', count: 3 }]);
  expect(await store.scans.countUndecided({ hosts, rules: ['another'] })).toEqual([]);
  for (const { host, last, lastGood } of found) {
    const { posture: _posture, ...alone } = (await store.scans.findLastScan(host)) ?? {};
    const ofHost = left.filter((one) => one.host === host).map(({ host: _host, ...one }) => one);
    expect({ ...last, undecided: ofHost }).toEqual(alone);
    const good = await store.scans.findLastGoodScan(host);
    const { id, finishedAt, engine, posture } = good ?? {};
    const grade = posture && { score: posture.score, grade: posture.grade };
    expect(lastGood).toEqual(good && { id, finishedAt, engine, grade });
  }
  expect(found.find(({ host }) => host === 'constructor')?.last.accepted.high).toBe(1);
  const postures = await store.scans.listPostures({ hosts });
  for (const { host, scannedAt, posture } of postures) {
    const good = await store.scans.findLastGoodScan(host);
    expect({ scannedAt, posture }).toEqual({ scannedAt: good?.finishedAt, posture: good?.posture });
  }
  expect(postures.map(({ host }) => host).sort()).toEqual([
    ...['constructor', 'down', "o'hara", 'web-1'],
  ]);
});

test('a posture that was read before is given until a good scan finds another, and after a trim', async () => {
  const read = async () => {
    const found = await store.scans.listPostures({ hosts: ['web-1', 'never read'] });
    return found.map(({ posture, scannedAt }) => [posture?.score, scannedAt]);
  };
  const scored = (score: number) => ({ posture: hostPosture({ score, grade: 'F' }) });
  await scan('never read', 0, down);
  await scan('web-1', 1, scored(40));
  expect(await read()).toEqual([[40, morning(1)]]);
  await scan('web-1', 2, scored(40));
  expect(await read()).toEqual([[40, morning(2)]]);
  await scan('web-1', 3, { ...down, ...scored(0) });
  expect(await read()).toEqual([[40, morning(2)]]);
  await scan('web-1', 4, scored(50));
  expect(await read()).toEqual([[50, morning(4)]]);
  await scan('web-1', 5, scored(50));
  await store.tidy({ historyDays: 1, auditDays: 1, auditFile: '/nowhere' });
  expect(await read()).toEqual([[50, morning(5)]]);
});

test('scans that were read before are given until there are others, with what is accepted by now', async () => {
  const read = async () => {
    const [found] = await store.scans.listHostScans({ hosts: ['web-1'] });
    const { finishedAt, open, accepted, engine } = found?.last ?? {};
    return [finishedAt, found?.lastGood?.finishedAt, open?.high, accepted?.high, engine === null];
  };
  const finding = { host: 'web-1', fingerprint: currentFinding().fingerprint };
  const by = { actor: { id: 'U1', name: 'alice', place: 'C1' }, at: Date.parse(morning(3)) };
  await scan('web-1', 1, { findings: [currentFinding()] });
  expect(await read()).toEqual([morning(1), morning(1), 1, 0, false]);
  await store.acceptances.accept(finding, { ...by, reason: 'known', until: morning(30) });
  expect(await read()).toEqual([morning(1), morning(1), 0, 1, false]);
  await store.acceptances.unaccept(finding, by);
  expect(await read()).toEqual([morning(1), morning(1), 1, 0, false]);
  await scan('web-1', 4, down);
  expect(await read()).toEqual([morning(4), morning(1), 0, 0, true]);
  await scan('web-1', 5);
  expect(await read()).toEqual([morning(5), morning(5), 0, 0, false]);
  // A backup takes the place of the database: another scan has the key.
  const at = Date.parse(morning(6));
  database.run(`update scan set seen_at = ${at}, finished_at = ${at}, open_high = 2
    where id = (select max(id) from scan)`);
  expect(await read()).toEqual([morning(6), morning(6), 2, 0, false]);
});

test('what is kept of scans nobody can change', async () => {
  await scan('web-1', 1, { findings: [currentFinding()] });
  await scan('web-1', 2, down);
  const read = async () => store.scans.listHostScans({ hosts: ['web-1'] });
  const [found] = await read();
  const before = structuredClone(found);
  const { last, lastGood } = found ?? {};
  const parts: object[] = [last?.open, last?.coverage, last?.unreadSections, lastGood?.engine].map(
    (part) => part ?? {},
  );
  for (const part of parts) expect(() => Object.assign(part, { 0: 7, high: 7 })).toThrow();
  expect(await read()).toEqual([before]);
});

test('of many hosts those between them that nobody asks about are left out', async () => {
  const many = Array.from({ length: 30 }, (_, index) => hostName(index));
  await seedFleet(database.url, { ...small, hosts: many.length });
  // A few between the first and the last; then more than are named one by one.
  for (const hosts of [many.filter((_, index) => index % 9 !== 4), [hostName(2), hostName(29)]]) {
    const groups = await store.scans.listControlGroups({ hosts });
    expect([...new Set(groups.map(({ host }) => host))]).toEqual(hosts);
    const { findings } = await store.scans.listWorstFindings({ hosts, subjects: 1_000 });
    expect([...new Set(findings.map(({ host }) => host))].sort()).toEqual(hosts);
    const window = { hosts, since: 0, stretchMs: DAY_MS };
    const histories = await store.scans.listScanHistory(window);
    expect(histories.map(({ host }) => host)).toEqual(hosts);
    // What was not read is not 0.
    expect(await store.scans.listScanHistory({ ...window, withChanges: false })).toEqual(
      histories.map((one) => ({ ...one, scans: { ...one.scans, opened: [], closed: [] } })),
    );
    const postures = await store.scans.listPostures({ hosts });
    expect(postures.map(({ host }) => host)).toEqual(hosts);
    expect(await store.scans.listScansAndPostures({ hosts })).toEqual({
      scans: await store.scans.listHostScans({ hosts }),
      postures,
    });
  }
});

test('hosts come in order of name, whatever the order in which they were first scanned', async () => {
  const many = Array.from({ length: 230 }, (_, index) => hostName(index));
  const values = many.map((name) => `('${name}')`).reverse();
  database.run(`insert into host (name) values ${values.join(', ')}`);
  const asked = [0, 3, 100, 228, 229].map(hostName);
  for (const host of asked) await scan(host, 1, { containers: [observedContainer('one')] });

  const groups = await store.scans.listControlGroups({ hosts: many });
  expect(groups.map(({ host }) => host)).toEqual(asked);
  const histories = await store.scans.listScanHistory({ hosts: many, since: 0, stretchMs: DAY_MS });
  expect(histories.map(({ host }) => host)).toEqual(asked);
  const postures = await store.scans.listPostures({ hosts: many });
  expect(postures.map(({ host }) => host)).toEqual(asked);
});

test('more hosts than one statement takes are all there, and none is no error', async () => {
  const many = Array.from({ length: 230 }, (_, index) => hostName(index));
  await seedFleet(database.url, { ...small, hosts: many.length });

  expect((await store.scans.listHostScans({ hosts: many })).map(({ host }) => host)).toEqual(many);
  expect(await store.scans.listHostScans({ hosts: [] })).toEqual([]);
  expect(await store.scans.listPostures({ hosts: ['nobody'] })).toEqual([]);
});

test('the gravest subjects of more hosts than one statement takes are those of all', async () => {
  const many = Array.from({ length: 230 }, (_, index) => hostName(index));
  const values = many.map((name) => `('${name}')`).join(', ');
  database.run(`insert into host (name) values ${values}`);
  const [first, last] = [hostName(0), hostName(229)];
  const grave = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      currentFinding({ rule: `rule-${index}`, severity: 'critical', subjectKey: 'db' }),
    );
  const worst = async (subjects: number) => {
    const { findings } = await store.scans.listWorstFindings({ hosts: many, subjects });
    return [...new Set(findings.map(({ host }) => host))];
  };

  await scan(last, 2, { findings: grave(40) });
  expect(await worst(1)).toEqual([last]);
  await scan(first, 2, { findings: grave(41) });
  expect(await worst(1)).toEqual([first]);
  expect(await worst(2)).toEqual([first, last]);
});

test('when hosts could not be read is the same for many as for one', async () => {
  const many = Array.from({ length: 25 }, (_, index) => `host-${index}`);
  for (const host of many) await scan(host, 1);
  for (const host of many.slice(0, 2)) await scan(host, 2, down);
  await scan('host-0', 3);
  await scan('host-2', 2, down);
  await scan('host-2', 3, down);
  await scan('host-2', 4);

  for (const since of [0, 1, 2, 3, 4, 5].map((day) => Date.parse(morning(day)))) {
    const alone = [];
    for (const host of many) {
      alone.push(...(await store.scans.listBlindIntervals({ hosts: [host], since })));
    }
    const together = await store.scans.listBlindIntervals({ hosts: many, since });
    expect(together.map(({ host, from, to }) => `${host} ${from} ${to}`).sort()).toEqual(
      alone.map(({ host, from, to }) => `${host} ${from} ${to}`).sort(),
    );
  }
});

test('how far the clock of a host was ahead stays with its newest good scan', async () => {
  const engine = { id: 'engine-1', version: '26.1.5', apiVersion: '1.45' };
  await scan('web-1', 1, { engine: { ...engine, clockAheadMs: -11 * 3_600_000_000 } });
  await scan('web-1', 2, down);
  await scan('web-2', 1, { engine });
  const [one, two] = await store.scans.listHostScans({ hosts: ['web-1', 'web-2'] });

  expect(one?.last.engine).toBeNull();
  expect(one?.lastGood?.engine).toEqual({ ...engine, clockAheadMs: -11 * 3_600_000_000 });
  expect(two?.last.engine).toEqual({ ...engine, clockAheadMs: null });
});
