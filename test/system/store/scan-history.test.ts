import type { PastScans } from '../../../src/ports/past.ts';
import type { ScanRecord } from '../../../src/ports/scan-record.ts';
import type { Store } from '../../../src/store/open-store.ts';
import { currentFinding, hostPosture, morning, scanRecord } from '../../support/scan-records.ts';
import { storeForEach } from '../../support/store-for-each.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
let store: Store;
let reopen: (clock: () => number) => Promise<Store>;

storeForEach((own) => {
  ({ store, reopen } = own);
});

const web = currentFinding();
const db = currentFinding({ subjectKey: 'db', severity: 'low' });
const worse = { ...web, severity: 'critical' } as const;
const unread = { subjectKind: 'container' as const, subjectKey: null, reason: 'timeout' };
const down = { engine: null, containers: null, undecided: [{ rule: web.rule, ...unread }] };
const midnight = (day: number) => new Date(Date.parse(morning(day)) - 6 * HOUR_MS).toISOString();
const at = (day: number, hour: number) =>
  new Date(Date.parse(midnight(day)) + hour * HOUR_MS).toISOString();
const scan = (startedAt: string, difference: Partial<ScanRecord> = {}) =>
  store.scans.saveScan(scanRecord({ startedAt, finishedAt: startedAt, ...difference }));
/** Stretch by stretch, the times of which are easier to read. */
const historyOf = async (since: string, stretchMs = DAY_MS, hosts = ['web-1']) => {
  const found = await store.scans.listScanHistory({ hosts, since: Date.parse(since), stretchMs });
  return found.map(({ host, firstGoodAt, scans, unread }) => ({
    ...{ host, firstGoodAt },
    stretches: [
      ...scans.stretch.map((stretch, index) => ({ stretch, scan: pastScan(scans, index) })),
      ...unread.map((stretch) => ({ stretch, scan: null })),
    ]
      .sort((a, b) => a.stretch - b.stretch)
      .map(({ stretch, scan }) => ({ from: new Date(stretch * stretchMs).toISOString(), scan })),
  }));
};
const pastScan = ({ open, ...scans }: PastScans, index: number) => ({
  at: scans.at[index],
  score: scans.score[index],
  grade: scans.grade[index],
  open: Object.fromEntries(Object.entries(open).map(([name, counts]) => [name, counts[index]])),
  accepted: scans.accepted[index],
  changes: index === 0 ? null : { opened: scans.opened[index], closed: scans.closed[index] },
});
const scored = (score: number) => ({ posture: hostPosture({ score, grade: 'D' }) });

it('is the last good scan of each day, with what it left open', async () => {
  await scan(at(0, 6), { findings: [web], ...scored(60) });
  await scan(at(0, 23), { findings: [web, db], ...scored(61) });
  await scan(at(1, 6), { findings: [db], ...scored(65) });

  expect(await historyOf(midnight(0))).toEqual([
    {
      host: 'web-1',
      firstGoodAt: at(0, 6),
      stretches: [
        {
          from: midnight(0),
          scan: {
            at: Date.parse(at(0, 23)),
            score: 61,
            grade: 'D',
            open: { low: 1, medium: 0, high: 1, critical: 0 },
            accepted: { low: 0, medium: 0, high: 0, critical: 0 },
            changes: null,
          },
        },
        {
          from: midnight(1),
          scan: {
            at: Date.parse(at(1, 6)),
            score: 65,
            grade: 'D',
            open: { low: 1, medium: 0, high: 0, critical: 0 },
            accepted: { low: 0, medium: 0, high: 0, critical: 0 },
            changes: { opened: 0, closed: 1 },
          },
        },
      ],
    },
  ]);
});

it('carries the posture on while it is stored as unchanged', async () => {
  await scan(at(0, 6), scored(60));
  for (const day of [1, 2]) await scan(at(day, 6), scored(60));
  await scan(at(3, 6), scored(70));
  await scan(at(4, 6), scored(70));

  const [history] = await historyOf(midnight(1));

  expect(history?.stretches.map((stretch) => stretch.scan?.score)).toEqual([60, 60, 70, 70]);
});

it('has no value for a day on which every scan failed, and none for a day without one', async () => {
  await scan(at(0, 6), scored(60));
  await scan(at(1, 6), { ...down, ...scored(0) });
  await scan(at(3, 6), scored(60));

  const [history] = await historyOf(midnight(0));

  expect(history?.stretches.map(({ from, scan: found }) => [from, found?.score ?? null])).toEqual([
    [midnight(0), 60],
    [midnight(1), null],
    [midnight(3), 60],
  ]);
});

it('keeps the score of the good scan of a day on which a later one failed', async () => {
  await scan(at(0, 6), scored(60));
  await scan(at(0, 9), { ...down, posture: hostPosture({ score: null, grade: null }) });
  await scan(at(1, 6), { ...down, posture: hostPosture({ score: null, grade: null }) });
  await scan(at(2, 6), scored(60));

  const [history] = await historyOf(midnight(0));

  expect(history?.stretches.map((stretch) => stretch.scan?.score ?? null)).toEqual([60, null, 60]);
});

it('counts changes over a gap, and a change of severity as none', async () => {
  await scan(at(0, 6), { findings: [web] });
  await scan(at(1, 6), down);
  await scan(at(2, 6), { findings: [worse, db] });
  await scan(at(3, 6), { findings: [worse, db] });

  const [history] = await historyOf(midnight(0));

  expect(history?.stretches.map((stretch) => stretch.scan?.changes ?? null)).toEqual([
    null,
    null,
    { opened: 1, closed: 0 },
    { opened: 0, closed: 0 },
  ]);
});

it('keeps hosts apart and leaves out one that was never scanned', async () => {
  await scan(at(0, 6), { findings: [web], ...scored(60) });
  await scan(at(0, 7), { host: 'web-2', findings: [web, db], ...scored(40) });
  await scan(at(1, 7), { host: 'web-2', findings: [db], ...scored(50) });

  const histories = await historyOf(midnight(0), DAY_MS, ['web-1', 'web-2', 'nowhere']);

  expect(
    histories.map(({ host, stretches }) => [host, stretches.map(({ scan: one }) => one?.score)]),
  ).toEqual([
    ['web-1', [60]],
    ['web-2', [40, 50]],
  ]);
});

it('knows the day of the first good scan, also when it lies before the time', async () => {
  await scan(at(0, 6), down);
  await scan(at(1, 6));
  await scan(at(5, 6));

  expect(await historyOf(midnight(4))).toMatchObject([
    { firstGoodAt: at(1, 6), stretches: [{ from: midnight(5) }] },
  ]);
  await scan(at(0, 6), { host: 'web-2', ...down });
  expect(await historyOf(midnight(4), DAY_MS, ['web-2'])).toEqual([
    { host: 'web-2', firstGoodAt: null, stretches: [] },
  ]);
});

it('cuts shorter stretches too', async () => {
  await scan(at(0, 6), scored(60));
  await scan(at(0, 6.2), scored(61));
  await scan(at(0, 8), scored(62));

  const [history] = await historyOf(midnight(0), HOUR_MS);

  expect(history?.stretches.map(({ from, scan: one }) => [from, one?.score])).toEqual([
    [at(0, 6), 61],
    [at(0, 8), 62],
  ]);
});

it('reads ninety days with four scans each', async () => {
  for (let hour = 0; hour < 90 * 24; hour += 6) {
    await scan(at(0, hour), { ...scored(40 + Math.floor(hour / 240)), findings: [web] });
  }

  const [history] = await historyOf(midnight(0));

  expect(history?.stretches).toHaveLength(90);
  expect(history?.stretches.at(-1)).toMatchObject({
    scan: { at: Date.parse(at(89, 18)), score: 48 },
  });
});

it('is the last scan of a stretch of many', async () => {
  for (let day = 0; day < 9; day += 1) await scan(at(day, 6), scored(60 + day));

  const [history] = await historyOf(midnight(0), 28 * DAY_MS);
  const scores = history?.stretches.map((stretch) => stretch.scan?.score);

  expect(scores?.at(-1)).toBe(68);
  expect(scores?.length).toBeLessThanOrEqual(2);
});

it('is the last scan of each stretch of many, and null where all of its many scans failed', async () => {
  await store.close();
  store = await reopen(() => Date.parse(at(3, 0)));
  for (let hour = 0; hour < 72; hour += 3) {
    const isDown = hour >= 24 && hour < 48;
    await scan(at(0, hour), isDown ? down : { ...scored(20 + hour), findings: [web] });
  }

  const [history] = await historyOf(midnight(0));

  expect(history?.stretches.map(({ from, scan: one }) => [from, one?.score ?? null])).toEqual([
    [midnight(0), 41],
    [midnight(1), null],
    [midnight(2), 89],
  ]);
});
