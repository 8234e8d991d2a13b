import type { Store } from '../../src/store/open-store.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

let engine: EventEngine;
let place: TemporaryDatabase;
let store: Store;
let rig: WatchRig;

beforeEach(async () => {
  engine = await openEventEngine();
  place = temporaryDatabase();
  store = await place.open(Date.now);
  rig = openWatchRig(store, { 'web-1': engine.url }, { timings: { settleMs: 50 } });
  await until(async () => (await store.watches.listWatches(['web-1']))[0]?.since != null);
});
afterEach(async () => {
  await rig.close();
  await store.close();
  await engine.close();
  place.remove();
});

const facts = async () => {
  const [row] = await store.scans.listContainers({ hosts: ['web-1'], includeGone: true });
  return row?.facts;
};
async function start(): Promise<string> {
  const id = engine.create('app');
  engine.start(id);
  await until(async () => (await facts())?.state === 'running');
  return id;
}

it('looks anew at a container that ended', async () => {
  const id = await start();
  engine.die(id, 137);
  const FinishedAt = new Date(Date.now() + 7_000).toISOString();
  engine.change(id, { state: { Status: 'exited', Running: false, Pid: 0, FinishedAt } });
  await until(async () => (await facts())?.finishedAt === FinishedAt);

  expect((await facts())?.state).toBe('exited');
});

it('looks anew at each change of a container', async () => {
  const id = await start();
  for (const Memory of [64_000_000, 128_000_000]) {
    const running = { Status: 'running', Running: true, Pid: 4242 };
    engine.change(id, { state: running, host: { Memory } });
    engine.emit('update', id);
    await until(async () => (await facts())?.memoryLimitBytes === Memory);
  }

  expect((await facts())?.state).toBe('running');
});

it('follows a joined container to whose network it is, as a scan does', async () => {
  const web = engine.create('web');
  const middle = engine.create('middle');
  engine.change(middle, { host: { NetworkMode: `container:${web}` } });
  const sidecar = engine.create('sidecar');
  engine.change(sidecar, { host: { NetworkMode: `container:${middle}` } });
  engine.start(sidecar);
  const factsOf = async () =>
    (await store.scans.listContainers({ hosts: ['web-1'] })).find(
      ({ facts: { name } }) => name === 'sidecar',
    )?.facts;
  await until(async () => (await factsOf())?.state === 'running');

  expect((await factsOf())?.networkNamespace).toEqual({
    mode: `container:${middle}`,
    resolved: 'shared',
    via: ['middle', 'web'],
  });
});
