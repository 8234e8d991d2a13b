import fc from 'fast-check';
import type { Store } from '../../../src/store/open-store.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { runs } from '../../support/long-run.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';
import { openWatchRig, type WatchRig } from '../../support/watch-rig.ts';

const HOST = 'web-1';
const timings = {
  leaseMs: 2_000,
  claim: '* * * * * *',
  retryMs: { least: 5, most: 40 },
  batchMs: 1,
  silentMs: 50,
  idleMs: 100,
  settleMs: 20,
};

/** What may happen to an engine and to the one that watches it. */
type Step =
  | { kind: 'run'; count: number }
  | { kind: 'noise'; count: number }
  | { kind: 'cut' | 'restart' | 'refuse' | 'allow' | 'stop' | 'begin' | 'wait' | 'keep' };

const step = fc.oneof(
  fc.record({ kind: fc.constant('run' as const), count: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('noise' as const), count: fc.integer({ min: 1, max: 300 }) }),
  fc.record({
    kind: fc.constantFrom(
      'cut' as const,
      'restart' as const,
      'refuse' as const,
      'allow' as const,
      'stop' as const,
      'begin' as const,
      'wait' as const,
      'keep' as const,
    ),
  }),
);

/** More than an engine remembers, while nobody hears it. */
const forgotten: Step[] = [
  { kind: 'run', count: 3 },
  { kind: 'wait' },
  { kind: 'refuse' },
  { kind: 'cut' },
  { kind: 'run', count: 9 },
  { kind: 'noise', count: 300 },
];

interface World {
  engine: EventEngine;
  place: TemporaryDatabase;
  store: Store;
  rig: WatchRig | null;
  /** Times of creation by name. */
  ran: Map<string, number>;
}

async function play(world: World, { kind, ...step }: Step): Promise<void> {
  const { engine, ran } = world;
  const count = 'count' in step ? step.count : 0;
  switch (kind) {
    case 'run':
      for (let index = 0; index < count; index += 1) {
        const name = `c-${ran.size}`;
        ran.set(name, Date.now());
        engine.run(name);
      }
      return;
    case 'noise':
      for (let index = 0; index < count; index += 1) engine.emit('pull', 'img', { type: 'image' });
      return;
    case 'keep':
      ran.set(`kept-${ran.size}`, Date.now());
      engine.start(engine.create(`kept-${ran.size - 1}`));
      return;
    case 'refuse':
    case 'allow':
      engine.refuse(kind === 'refuse');
      return;
    case 'cut':
    case 'restart':
      engine[kind]();
      return;
    case 'stop':
      await world.rig?.close();
      world.rig = null;
      return;
    case 'begin':
      world.rig ??= openWatchRig(world.store, { [HOST]: engine.url }, { timings });
      return;
    case 'wait':
      await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Names that are neither recorded nor could have been missed in a time that the ledger names. */
async function silentlyMissed({ store, place, ran }: World): Promise<string[]> {
  // In this order: what an interval covered is stored before the interval ends.
  const blind = await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 });
  const recorded = new Set(
    place.values<string>('select name from container union select name from glimpse'),
  );
  const isCovered = (at: number) =>
    blind.some(({ from, to }) => Date.parse(from) <= at && (to === null || at <= Date.parse(to)));
  return [...ran]
    .filter(([name, at]) => !recorded.has(name) && !isCovered(at))
    .map(([name]) => name);
}

const openIntervals = async (store: Store) =>
  (await store.scans.listBlindIntervals({ hosts: [HOST], since: 0 })).filter(
    ({ to }) => to === null,
  );

it('misses nothing silently, whatever breaks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const engine = await openEventEngine();
      const place = temporaryDatabase();
      const store = await place.open(Date.now);
      const world: World = { engine, place, store, rig: null, ran: new Map() };
      try {
        await play(world, { kind: 'begin' });
        await until(async () => (await store.watches.listWatches([HOST]))[0]?.since != null);
        for (const one of steps) await play(world, one);
        await play(world, { kind: 'allow' });
        await play(world, { kind: 'begin' });
        await until(async () => engine.streams() > 0);
        // What an open interval covers now may be heard again, and then has to be stored.
        await until(async () => (await openIntervals(store)).length === 0);
        // What waits for its look is stored when its turn comes.
        const deadline = Date.now() + 240_000;
        let missed: string[] = [];
        await until(async () => {
          missed = await silentlyMissed(world);
          return missed.length === 0 || Date.now() > deadline;
        });

        expect(missed.slice(0, 3)).toEqual([]);
      } finally {
        await world.rig?.close();
        await store.close();
        await engine.close();
        place.remove();
      }
    }),
    { numRuns: runs(8, 60), endOnFailure: true, examples: [[forgotten]] },
  );
}, 900_000);
