import type { BlindInterval } from '../../../src/ports/past.ts';
import type { BlindTime, WatchStore } from '../../../src/ports/watch-store.ts';
import { DAY_MS } from '../../../src/shared/time.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';
import { openWatchRig, type WatchRig } from '../../support/watch-rig.ts';

const HOSTS = { liar: 0, honest: 1 };
const DAY_ROWS = 100;
const QUEUE = 40;

let place: TemporaryDatabase;
let engines: EventEngine[];
let rig: WatchRig;
let aheadMs: number;
let store: Awaited<ReturnType<TemporaryDatabase['open']>>;
/** What was noted of the liar, in order; null: it is watched without a gap. */
let noted: (BlindTime | null)[];
const now = () => Date.now() + aheadMs;

beforeEach(async () => {
  // Far from the end of a day.
  aheadMs = DAY_MS - (Date.now() % DAY_MS) + DAY_MS / 2;
  place = temporaryDatabase();
  store = await place.open(now);
  engines = [await openEventEngine(now), await openEventEngine(now)];
  const urls = Object.entries(HOSTS).map(([name, index]) => [name, engines[index]?.url ?? '']);
  noted = [];
  const watches: WatchStore = {
    ...store.watches,
    setBlind(host, blind, held) {
      if (host === 'liar') noted.push(blind);
      return store.watches.setBlind(host, blind, held);
    },
  };
  rig = openWatchRig({ ...store, watches }, Object.fromEntries(urls), {
    now,
    timings: {
      dayRows: DAY_ROWS,
      queueMax: QUEUE,
      batchMs: 1,
      roomEveryMs: 50,
      idleMs: 200,
      silentMs: 600_000,
    },
  });
  for (const host of Object.keys(HOSTS)) await until(async () => (await sinceOf(host)) !== null);
});
afterEach(async () => {
  await rig.close();
  await store.close();
  for (const engine of engines) await engine.close();
  place.remove();
});

const engineOf = (host: keyof typeof HOSTS): EventEngine => engines[HOSTS[host]] as EventEngine;
const sinceOf = async (host: string) => (await store.watches.listWatches([host]))[0]?.since ?? null;
const blindTimes = (host: string): Promise<BlindInterval[]> =>
  store.scans.listBlindIntervals({ hosts: [host], since: 0 });
const unended: unknown = expect.objectContaining({
  cause: expect.stringContaining('100 events') as string,
  to: null,
});
/** How often its events were asked for, without what it remembers. */
const streamsOf = (host: keyof typeof HOSTS): number =>
  engineOf(host).requests.filter(({ path, query }) => path === '/events' && !('until' in query))
    .length;
/** Containers that were seen, as far as that; and the rows of events, of one host. */
const look = (host: string): { names: string[]; events: number } => {
  const ofHost = `host_id = (select id from host where name = '${host}')`;
  const names = `select name from container where ${ofHost} union select name from glimpse where ${ofHost}`;
  const events = `select count(*) from container_event where ${ofHost}`;
  return {
    names: place.values<string>(names),
    events: place.values<number>(events)[0] ?? 0,
  };
};

it('stores so much of a host in a day, says so, and goes on the next day', async () => {
  const invent = async () => {
    for (let index = 0; index < 20; index += 1)
      engineOf('liar').emit('kill', `${index}`.repeat(64));
    for (let index = 0; index < 20; index += 1) engineOf('liar').run(`invented-${index}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await until(async () => {
    await invent();
    return (await blindTimes('liar')).some(({ cause }) => cause.includes('more than 100 events'));
  });
  for (let index = 0; index < 10; index += 1) await invent();
  const stored = look('liar').events;
  expect(stored).toBeGreaterThan(DAY_ROWS / 2);
  expect(stored).toBeLessThanOrEqual(DAY_ROWS + QUEUE + 20);
  expect(await blindTimes('liar')).toContainEqual(unended);
  // Its stream is silent, and is opened anew; nothing is watched by that.
  const opened = streamsOf('liar');
  await until(() => streamsOf('liar') >= opened + 2);
  const full = noted.findIndex((blind) => blind?.cause.includes('100 events'));
  expect(noted.slice(full).filter((blind) => blind?.to !== null)).toEqual([]);
  // What was heard before may be doubted later; what was not is never taken back.
  const froms = noted.slice(full).map((blind) => blind?.from ?? Number.POSITIVE_INFINITY);
  expect(froms).toEqual(froms.toSorted((a, b) => b - a));
  expect(await blindTimes('liar')).toContainEqual(unended);

  const kept = engineOf('liar').create('made-meanwhile');
  engineOf('liar').start(kept);
  engineOf('honest').run('seen-meanwhile');
  await until(() => look('honest').names.includes('seen-meanwhile'));
  expect(await blindTimes('honest')).toEqual([]);
  expect(look('liar').names).not.toContain('made-meanwhile');

  aheadMs += DAY_MS;
  await until(() => look('liar').names.includes('made-meanwhile'));
  engineOf('liar').run('seen-next-day');
  await until(() => look('liar').names.includes('seen-next-day'));
  const told = (await blindTimes('liar')).filter(({ cause }) => cause.includes('100 events'));
  expect(told).not.toEqual([]);
  expect(told.every(({ to }) => to !== null)).toBe(true);
  expect(told.map(({ from }) => Date.parse(from))).toContain(froms.at(-1));
});
