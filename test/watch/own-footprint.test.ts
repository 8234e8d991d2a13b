import { selfAmong } from '../../src/inspections/self-among.ts';
import type { Store } from '../../src/store/open-store.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

const HOST = 'web-1';
const label = { 'seawall.probe': '1' };
let engine: EventEngine;
let place: TemporaryDatabase;
let store: Store;
let rig: WatchRig | undefined;

beforeEach(async () => {
  engine = await openEventEngine();
  place = temporaryDatabase();
  store = await place.open(Date.now);
});
afterEach(async () => {
  await rig?.close();
  rig = undefined;
  await store.close();
  await engine.close();
  place.remove();
});

/** Everything that is known to exist, or to have existed. */
const names = () => place.values('select name from container union select name from glimpse');
const probes = () => store.watches.listOwnProbes([HOST]);

async function watch(): Promise<void> {
  rig = openWatchRig(store, { [HOST]: engine.url });
  await until(async () => (await store.watches.listWatches([HOST]))[0]?.since != null);
}

it('counts probes that never ran, and lists none of them', async () => {
  await watch();
  const ids = [1, 2].map((number) => engine.create(`seawall-probe-${number}`, label));
  await until(async () => (await probes())[0]?.count === 2);
  for (const id of ids) engine.destroy(id);
  engine.create('job');
  await until(async () => names().includes('job'));

  expect(names()).toEqual(['job']);
  expect(await probes()).toEqual([{ host: HOST, count: 2, since: expect.any(String) }]);
});

it('lists what runs under the name and label of a probe, and counts it as none', async () => {
  await watch();
  const id = engine.create('seawall-probe-posing', label);
  engine.create('before');
  await until(async () => (await probes()).length === 1 && names().includes('before'));
  expect(await probes()).toMatchObject([{ count: 1 }]);

  engine.start(id);
  await until(async () => names().includes('seawall-probe-posing'));
  expect(await probes()).toEqual([]);
});

it('lists what has the label or the name alone', async () => {
  await watch();
  engine.create('labelled', label);
  engine.create('seawall-probe-named');
  await until(async () => names().length === 2);

  expect(await probes()).toEqual([]);
});

describe('the container that this program runs in', () => {
  const id = 'a'.repeat(64);
  const self = async (own: Parameters<typeof selfAmong>[0]['own']) =>
    selfAmong(
      { own, watches: store.watches },
      [HOST],
      await store.scans.listContainers({ hosts: [HOST] }),
    );
  const scan = (...others: ReturnType<typeof observedContainer>[]) =>
    store.scans.saveScan(
      scanRecord({ containers: [observedContainer(id, { name: 'seawall' }), ...others] }),
    );

  it('is found by its id, or the beginning of it', async () => {
    await scan();

    for (const own of [id, id.slice(0, 12)]) {
      expect((await self({ id: own, isNetworkOwners: true })).container).toEqual({
        host: HOST,
        name: 'seawall',
        id,
      });
    }
    expect((await self(null)).container).toBeNull();
    expect((await self({ id: 'b'.repeat(64), isNetworkOwners: false })).container).toBeNull();
  });

  it('is not taken for the one whose network it joined', async () => {
    const networkNamespace = { mode: `container:${id}`, resolved: 'shared' as const, via: [] };
    await scan(observedContainer('c'.repeat(64), { networkNamespace }));

    expect((await self({ id, isNetworkOwners: true })).container).toBeNull();
    expect((await self({ id, isNetworkOwners: false })).container).not.toBeNull();
  });
});
