import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../src/store/open-store.ts';
import { type EdgeRig, openEdgeRig } from '../support/edge-rig.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

const root = makeTemporaryFolder();
const HOUR = 3_600_000;
let now: number;
let database: TemporaryDatabase;
let store: Store;
let engine: EventEngine;
let edges: EdgeRig;
let rig: WatchRig;
let turns: string[];
beforeEach(async () => {
  now = Date.now();
  database = temporaryDatabase();
  store = await database.open(() => now);
  engine = await openEventEngine(() => now);
  edges = await openEdgeRig(store, () => now);
  turns = [];
  rig = openWatchRig(
    store,
    { 'web-7': 'edge://web-7' },
    {
      now: () => now,
      tunnels: edges.tunnels,
      timings: { retryMs: { least: 10, most: 20 }, silentMs: 50 },
      onTurn: (host, turn) => turns.push(`${host} ${turn}`),
    },
  );
});
afterEach(async () => {
  await rig.close();
  await edges.close();
  await engine.close();
  await store.close();
  database.remove();
});

const blind = () => store.scans.listBlindIntervals({ hosts: ['web-7'], since: 0 });

test('an hour in which an edge is away is in the ledger, from the last thing heard to the first', async () => {
  const [key, folder] = [await edges.add('web-7'), mkdtempSync(join(root, 'edge-'))];
  const first = edges.startEdge({ key, folder, engineUrl: engine.url });
  await until(async () => engine.streams() === 1);
  engine.run('before');
  await until(() => database.values('select kind from container_event').includes('gone'));
  const lastHeard = now;

  await first.stop();
  await until(async () => edges.tunnels.find('web-7') === null);
  await until(async () => {
    now += 100;
    return turns.length === 1;
  });
  now = lastHeard + HOUR;
  // The engine forgets what happened meanwhile.
  engine.run('unseen');
  for (let noise = 0; noise < 300; noise += 1) engine.emit('pull', 'x', { type: 'image' });
  edges.startEdge({ folder, engineUrl: engine.url });
  await until(async () => turns.length === 2);

  expect(turns).toEqual(['web-7 silent', 'web-7 back']);
  const [only, ...others] = await blind();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ host: 'web-7', to: new Date(lastHeard + HOUR).toISOString() });
  // Where an event is still looked at, nothing from a second before it on counts as heard (see `EventQueue`).
  const from = Date.parse(only?.from ?? '');
  expect(from).toBeLessThanOrEqual(lastHeard);
  expect(from).toBeGreaterThanOrEqual(lastHeard - 1_000);
});
