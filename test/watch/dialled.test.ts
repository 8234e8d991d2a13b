import type { Store } from '../../src/store/open-store.ts';
import type { Dialled } from '../../src/watch/watch-parts.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { loneProcess, openWatchRig, type WatchRig } from '../support/watch-rig.ts';

// Two bots and a worker, and a host that dials out to one of the bots at a time.

const HOST = 'behind-nat';
const timings = {
  ...{ claim: '* * * * * *', retryMs: { least: 5, most: 40 }, batchMs: 1 },
  // Whatever stands still meanwhile.
  leaseMs: 600_000,
};
let database: TemporaryDatabase;
let store: Store;
let engine: EventEngine;
let rigs: WatchRig[];
let connectedTo: 'one' | 'other' | null;

beforeEach(async () => {
  database = temporaryDatabase();
  store = await database.open(Date.now);
  engine = await openEventEngine();
  [rigs, connectedTo] = [[], 'one'];
});
afterEach(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  await store.close();
  await engine.close();
  database.remove();
});

let looks = 0;
const peers = async () => {
  looks += 1;
  return [
    ...['one', 'other'].map(loneProcess),
    { ...loneProcess('worker'), role: 'worker' as const },
  ];
};
/** As a process sees it; each of them could reach the engine, which an edge would not let it. */
const start = (owner: string) => {
  const dialled = (): Dialled => {
    const at = (is: boolean) => new Set(is ? [HOST] : []);
    return {
      here: at(connectedTo === owner),
      elsewhere: at(connectedTo !== null && connectedTo !== owner),
      nowhere: at(connectedTo === null),
    };
  };
  rigs.push(openWatchRig(store, { [HOST]: engine.url }, { timings, owner, peers, dialled }));
};
const isRecorded = (name: string) =>
  until(() =>
    database.values('select name from container union select name from glimpse').includes(name),
  );
const holder = async () => (await store.watches.listHolders()).find(({ host }) => host === HOST);
const isHeldBy = (owner: string) => until(async () => (await holder())?.owner === owner);

it('is watched where it is connected, beside a worker, and goes with its connection', async () => {
  for (const owner of ['worker', 'other', 'one']) start(owner);
  await isHeldBy('one');
  await until(async () => engine.streams() === 1);
  engine.run('first');
  await isRecorded('first');
  // By this the next one knows that the engine remembers everything since.
  await until(() => database.values('select mark_id from watch')[0] !== null);

  connectedTo = 'other';
  await isHeldBy('other');
  engine.run('second');
  await isRecorded('second');
  // Until the next sign of life nobody seems to hear it; what was missed would stay in the ledger.
  await until(
    async () => (await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 })).length === 0,
  );
});

it('stays with who had it while it is connected to nobody', async () => {
  for (const owner of ['worker', 'other', 'one']) start(owner);
  await isHeldBy('one');
  await until(async () => engine.streams() === 1);
  connectedTo = null;
  engine.run('after');
  await isRecorded('after');
  const taking = database.values('select lease_token from watch');
  const soFar = looks;
  await until(() => looks > soFar + 3 * rigs.length);

  expect((await holder())?.owner).toBe('one');
  // Nor was it given away and taken again meanwhile.
  expect(database.values('select lease_token from watch')).toEqual(taking);
});
