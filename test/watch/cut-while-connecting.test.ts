import type { Store } from '../../src/store/open-store.ts';
import { type EventEngine, openEventEngine } from '../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig, type WatchRig } from '../support/watch-rig.ts';

const HOST = 'web-1';
const LATER_MS = 5_000;
const timings = { claim: '* * * * * *', retryMs: { least: 5, most: 40 }, batchMs: 1, idleMs: 100 };

let aheadMs: number;
let database: TemporaryDatabase;
let store: Store;
let engine: EventEngine;
let rig: WatchRig;
const clock = () => Date.now() + aheadMs;
beforeEach(async () => {
  aheadMs = 0;
  database = temporaryDatabase();
  store = await database.open(clock);
  engine = await openEventEngine(clock);
});
afterEach(async () => {
  await rig.close();
  await engine.close();
  await store.close();
  database.remove();
});

const isWatched = async () => (await store.watches.listWatches([HOST]))[0]?.since != null;
const knows = (name: string) =>
  database.values('select name from container union select name from glimpse').includes(name);
const ended = async () =>
  (await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 })).filter(
    ({ to }) => to !== null,
  );

/** Ends all streams; then something runs, and the engine forgets it. When that was. */
function loseOne(): number {
  engine.cut();
  const at = clock();
  engine.run('lost');
  for (let index = 0; index < 300; index += 1) engine.emit('pull', 'img', { type: 'image' });
  return at;
}

async function expectBlindAt(at: number): Promise<void> {
  await until(async () => (await ended()).length > 0);
  expect(knows('lost')).toBe(false);
  expect(await ended()).toEqual([
    expect.objectContaining({ from: expect.any(String), to: expect.any(String) }),
  ]);
  const [{ from, to } = { from: '', to: '' }] = await ended();
  expect(Date.parse(from)).toBeLessThanOrEqual(at);
  expect(Date.parse(to ?? '')).toBeGreaterThanOrEqual(at);
}

it('what runs after a new stream began, and ended again, is in the ledger when the engine forgot it', async () => {
  let lostAt: number | null = null;
  let follows = 0;
  rig = openWatchRig(
    store,
    { [HOST]: engine.url },
    {
      timings,
      now: clock,
      before: (doors) => (host) => {
        const door = doors(host);
        follows += 1;
        const isSecond = follows === 2;
        const get: typeof door.reader.get = async (path, query) => {
          if (isSecond && path === '/info' && lostAt === null) {
            aheadMs += LATER_MS;
            lostAt = loseOne();
          }
          return door.reader.get(path, query);
        };
        return { ...door, reader: Object.setPrototypeOf({ get }, door.reader) };
      },
    },
  );
  await until(isWatched);
  await until(() => lostAt !== null);

  await expectBlindAt(lostAt ?? 0);
});

it('what a new stream tells proves nothing of the time in which the older one had ended', async () => {
  let lostAt: number | null = null;
  let follows = 0;
  rig = openWatchRig(
    store,
    { [HOST]: engine.url },
    {
      timings,
      now: clock,
      before: (doors) => (host) => {
        const door = doors(host);
        follows += 1;
        const isSecond = follows === 2;
        return {
          ...door,
          events: {
            ...door.events,
            async follow(onEvent) {
              if (!isSecond) return door.events.follow(onEvent);
              lostAt = loseOne();
              aheadMs += LATER_MS;
              const stream = await door.events.follow(onEvent);
              engine.run('after');
              await until(() => knows('after'));
              return stream;
            },
          },
        };
      },
    },
  );
  await until(isWatched);
  await until(() => lostAt !== null);

  await expectBlindAt(lostAt ?? 0);
});
