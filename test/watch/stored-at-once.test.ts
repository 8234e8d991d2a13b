import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '../../src/store/open-store.ts';
import { openEventEngine } from '../support/event-engine.ts';
import { temporaryDatabase } from '../support/temporary-database.ts';
import { until } from '../support/until.ts';
import { openWatchRig } from '../support/watch-rig.ts';

const HOSTS = 40;
const AT_ONCE = 3;
const BATCH_MS = 1_000;
const counted = new Set(['apply', 'setBlind', 'listKnown']);

const now = performance.now.bind(performance);
afterEach(() => {
  performance.now = now;
});

/** A store that counts how many hosts use it for their own at once. */
function countUses(store: Store) {
  const uses = { now: 0, most: 0, all: 0 };
  const full = Promise.withResolvers<void>();
  const watches = new Proxy(store.watches, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (!counted.has(String(name))) return method.apply(target, args);
        uses.now += 1;
        uses.all += 1;
        uses.most = Math.max(uses.most, uses.now);
        if (uses.now >= AT_ONCE) full.resolve();
        try {
          // The first wait for the others however slow the machine is, and all of them for one more.
          await full.promise;
          await pause(10);
          return await method.apply(target, args);
        } finally {
          uses.now -= 1;
        }
      };
    },
  });
  return { uses, store: { ...store, watches } };
}

it('takes up many hosts a few at a time, so that commands find a connection', async () => {
  const engine = await openEventEngine();
  const place = temporaryDatabase();
  const opened = await place.open(Date.now);
  const { uses, store } = countUses(opened);
  engine.create('app');
  const names = Array.from({ length: HOSTS }, (_, index) => `h${index}`);
  const rig = openWatchRig(store, Object.fromEntries(names.map((name) => [name, engine.url])), {
    timings: { storedAtOnce: AT_ONCE },
  });
  try {
    const isWatched = async () => {
      const watches = await opened.watches.listWatches(names);
      return watches.length === HOSTS && watches.every(({ since }) => since !== null);
    };
    await until(isWatched);
    expect(uses.all).toBeGreaterThan(HOSTS);
    expect(uses.most).toBe(AT_ONCE);
  } finally {
    await rig.close();
    await opened.close();
    await engine.close();
    place.remove();
  }
});

it('stores a container and the end of the one that it replaces together', async () => {
  // However long this process stands still, no time passes in which the batch could not wait for what is looked at.
  let passedMs = now();
  performance.now = () => passedMs;
  const engine = await openEventEngine();
  const place = temporaryDatabase();
  const opened = await place.open(Date.now);
  const batches: (string | null)[][] = [];
  const apply: Store['watches']['apply'] = (host, batch, held) => {
    batches.push(batch.sightings.map(({ kind }) => kind));
    return opened.watches.apply(host, batch, held);
  };
  const store = { ...opened, watches: { ...opened.watches, apply } };
  const rig = openWatchRig(store, { 'web-1': engine.url }, { timings: { batchMs: BATCH_MS } });
  try {
    const old = engine.create('app');
    engine.start(old);
    await until(async () => (await opened.watches.listWatches(['web-1']))[0]?.since != null);
    await until(() => batches.flat().length > 0);
    // Nothing keeps the next batch waiting but what it waits for itself.
    passedMs += BATCH_MS;
    batches.length = 0;
    engine.die(old, 0);
    engine.destroy(old);
    engine.start(engine.create('app'));
    await until(() => batches.flat().includes('started'));

    expect(batches).toEqual([['ended', 'gone', 'created', 'started']]);
  } finally {
    await rig.close();
    await opened.close();
    await engine.close();
    place.remove();
  }
});
