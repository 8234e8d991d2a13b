import type { Store } from '../../src/store/open-store.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

let database: TemporaryDatabase;
let engine: EventEngine;
let store: Store;
let rig: WatchRig;
let turns: string[];
beforeEach(async () => {
  database = temporaryDatabase();
  store = await database.open(Date.now);
  engine = await openEventEngine();
  turns = [];
  rig = openWatchRig(
    store,
    { 'web-1': engine.url },
    {
      timings: { retryMs: { least: 10, most: 20 }, silentMs: 50 },
      onTurn: (host, turn) => turns.push(`${host} ${turn}`),
    },
  );
});
afterEach(async () => {
  await rig.close();
  await engine.close();
  await store.close();
  database.remove();
});

test('it is told that a host fell silent and came back, and nothing of a short break', async () => {
  const isWatched = async () => (await store.watches.listWatches(['web-1']))[0]?.since != null;
  await until(isWatched);
  engine.run('web');
  // By this it is known that the engine remembers everything since: that is stored with the last of its events.
  await until(() => database.values('select mark_action from watch').includes('destroy'));
  engine.cut();
  await until(() => engine.streams() === 0);
  await until(() => engine.streams() === 1);
  expect(turns).toEqual([]);
  expect(await store.turns.listWanted()).toEqual([]);

  engine.refuse(true);
  engine.cut();
  await until(() => turns.length === 1);
  // Whoever scans may be another process.
  expect(await store.turns.listWanted()).toEqual([{ host: 'web-1', turn: 'silent' }]);
  engine.refuse(false);
  await until(() => turns.length === 2);

  expect(turns).toEqual(['web-1 silent', 'web-1 back']);
  expect(await store.turns.listWanted()).toEqual([{ host: 'web-1', turn: 'back' }]);
});
