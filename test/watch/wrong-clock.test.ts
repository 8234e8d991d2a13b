import type { Store } from '../../src/store/open-store.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig } from '../support/watch-rig.ts';

const HOUR_MS = 3_600_000;
let database: TemporaryDatabase;
let store: Store;
let engine: EventEngine;
beforeEach(async () => {
  database = temporaryDatabase();
  store = await database.open(Date.now);
  engine = await openEventEngine();
});
afterEach(async () => {
  await engine.close();
  await store.close();
  database.remove();
});

const isWatched = async () => (await store.watches.listWatches(['web-1']))[0]?.since != null;
const ended = async () =>
  (await store.scans.listBlindIntervals({ hosts: ['web-1'], since: 0 })).filter(
    ({ to }) => to !== null,
  );

test('what a process with a wrong clock says to have watched is not believed for the future', async () => {
  const hosts = { 'web-1': engine.url };
  const ahead = openWatchRig(store, hosts, { now: () => Date.now() + HOUR_MS });
  await until(isWatched);
  engine.run('seen');
  await until(() => database.values('select mark_action from watch').includes('destroy'));
  await ahead.close();
  const [covered] = database.values<number>('select covered_until from watch');
  expect(Number(covered)).toBeGreaterThan(Date.now() + HOUR_MS / 2);

  const missedAt = Date.now();
  engine.run('missed');
  engine.restart();
  const right = openWatchRig(store, hosts, {});
  await until(async () => (await ended()).length > 0);
  await right.close();

  const [{ from, to } = { from: '', to: '' }] = await ended();
  expect(Date.parse(from)).toBeLessThanOrEqual(missedAt);
  expect(Date.parse(to ?? '')).toBeGreaterThanOrEqual(missedAt);
});
