import type { WatchState, WatchStore } from '../../src/ports/watch-store.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { Holdings } from '../../src/watch/holdings.ts';
import { createShareOut } from '../../src/watch/share-out.ts';
import { type WatchParts, watchTimings } from '../../src/watch/watch-parts.ts';
import { loneProcess } from '../support/watch-rig.ts';

const NAMES = Array.from({ length: 6 }, (_, index) => `web-${index}`);
const STEP_MS = 2_000;

let holders: Map<string, string>;
/** Those of whom all know that they live. */
let living: string[];
let passedMs: number;
const { now } = performance;

beforeEach(() => {
  [holders, living, passedMs] = [new Map(), [], 0];
  performance.now = () => passedMs;
});
afterEach(() => {
  performance.now = now;
});

/** A process that shares hosts out over one table of who holds what. */
function join(owner: string, hosts = NAMES): () => Promise<void> {
  const store: Pick<WatchStore, 'claimFree' | 'listHolders' | 'countContainers'> = {
    async claimFree(names) {
      const free = names.filter((host) => !holders.has(host));
      for (const host of free) holders.set(host, owner);
      return new Map(free.map((host) => [host, {} as WatchState]));
    },
    listHolders: async () => [...holders].map(([host, by]) => ({ host, owner: by })),
    countContainers: async () => new Map(),
  };
  const holdings: Pick<Holdings, 'hosts' | 'begin' | 'handOver'> = {
    hosts: () => [...holders.keys()].filter((host) => holders.get(host) === owner),
    begin: () => {},
    async handOver(names) {
      for (const host of names) holders.delete(host);
    },
  };
  const peers = async () => living.map(loneProcess);
  const parts = {
    store,
    owner,
    peers,
    hosts: () => hosts,
    timings: watchTimings,
    log: silentLogger,
  };
  living.push(owner);
  return createShareOut(parts as unknown as WatchParts, holdings as Holdings);
}
const countsOf = (...owners: string[]) =>
  owners.map((one) => [...holders.values()].filter((by) => by === one).length);

/** All have their turns for a time. */
async function pass(ms: number, ...turns: (() => Promise<void>)[]): Promise<void> {
  for (let at = 0; at < ms; at += STEP_MS) {
    for (const turn of turns) await turn();
    passedMs += STEP_MS;
  }
}

it('gives one that was deaf for a while its share once it hears again', async () => {
  const [one, two, deaf] = [join('one'), join('two'), join('deaf')];
  await pass(60_000, one, two);
  const [first = 0, second = 0] = countsOf('one', 'two');
  expect(first + second).toBe(6);

  await pass(watchTimings.weighMs + 60_000, one, two, deaf);
  expect(countsOf('one', 'two', 'deaf')).toEqual([2, 2, 2]);
});

it('offers what nobody takes ever more seldom', async () => {
  const [all, other] = [join('all'), join('other', NAMES.slice(0, 1))];
  let unheard = 0;
  const look = async () => {
    if (holders.size < NAMES.length) unheard += STEP_MS;
  };
  await pass(60_000, all, other);
  unheard = 0;
  await pass(24 * 3_600_000, all, other, look);

  expect(holders.size).toBe(NAMES.length);
  // In pauses that double, where one that is as long each time would leave one host unheard for an hour of the day.
  expect(unheard).toBeGreaterThan(0);
  expect(unheard).toBeLessThan(10 * 60_000);
});
