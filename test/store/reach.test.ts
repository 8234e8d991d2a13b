import { assess } from '../../src/assessment/assess.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import type { Store } from '../../src/store/open-store.ts';
import { morning, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import type { TemporaryDatabase } from '../support/temporary-database.ts';

let database: TemporaryDatabase;
let store: Store;

storeForEach((own) => {
  ({ place: database, store } = own);
});

const facts = reachFacts(assess(exampleSnapshot({})));
const other = { ...facts, networks: unread('no answer') };
const save = (day: number, difference: Parameters<typeof scanRecord>[0]) =>
  store.scans.saveScan(
    scanRecord({ startedAt: morning(day), finishedAt: morning(day), ...difference }),
  );

it('is what the newest scan saw that could read the host', async () => {
  expect(await store.scans.findReachFacts('web-1')).toBeNull();
  await save(0, { reach: other });
  await save(1, { reach: facts });
  await save(2, { reach: facts });
  expect(await store.scans.findReachFacts('web-1')).toEqual(facts);

  await save(3, { reach: null, engine: null, containers: null });
  expect(await store.scans.findReachFacts('web-1')).toEqual(facts);
  expect(await store.scans.findReachFacts('web-2')).toBeNull();
});

it('is kept once for each host', async () => {
  for (const day of [0, 1]) {
    await save(day, { reach: facts });
    await save(day, { reach: other, host: 'web-2' });
  }
  const rows = database.values<number>('select count(*) from reach_facts')[0];

  expect(rows).toBe(2);
});
