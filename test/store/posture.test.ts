import type { HostPosture } from '../../src/posture/assess-host.ts';
import type { Store } from '../../src/store/open-store.ts';
import { hostPosture, morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place, store } = own);
});

const scanOnDay = (day: number, posture: HostPosture, host = 'web-1') =>
  store.scans.saveScan(scanRecord({ startedAt: morning(day), posture, host }));
const countStored = (): number =>
  place.values<number>('select count(*) from scan where posture_json is not null')[0] ?? 0;

it('a posture comes back as it was stored', async () => {
  const posture = hostPosture({ score: 62, grade: 'D', pathsUnknown: ['engine: timeout'] });
  await scanOnDay(0, posture);

  expect((await store.scans.findLastScan('web-1'))?.posture).toEqual(posture);
});

it('one that stays the same is stored once, and is that of every scan', async () => {
  for (const day of [0, 1, 2]) await scanOnDay(day, hostPosture({ score: 62 }));

  expect(countStored()).toBe(1);
  expect((await store.scans.findLastScan('web-1'))?.posture?.score).toBe(62);
});

it('one that changes is stored, and so is one that changes back', async () => {
  for (const [day, score] of [62, 74, 62].entries()) await scanOnDay(day, hostPosture({ score }));

  expect(countStored()).toBe(3);
  expect((await store.scans.findLastScan('web-1'))?.posture?.score).toBe(62);
});

it('hosts do not share theirs', async () => {
  await scanOnDay(0, hostPosture({ score: 62 }));
  await scanOnDay(0, hostPosture({ score: 62 }), 'web-2');

  expect(countStored()).toBe(2);
});

it('a scan that could read nothing leaves the posture of the last good one', async () => {
  await scanOnDay(0, hostPosture({ score: 62 }));
  const blind = { score: null, grade: null, ceiling: null };
  await store.scans.saveScan(
    scanRecord({
      startedAt: morning(1),
      engine: null,
      containers: null,
      posture: hostPosture(blind),
    }),
  );

  expect((await store.scans.findLastScan('web-1'))?.posture?.score).toBeNull();
  expect((await store.scans.findLastGoodScan('web-1'))?.posture?.score).toBe(62);
});
