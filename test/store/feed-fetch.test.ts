import type { FeedChange, FeedFetchStore, FetchMark } from '../../src/ports/feed-store.ts';
import { LeaseLost } from '../../src/ports/lease.ts';
import type { OpenDatabase } from '../../src/store/database.ts';
import { createFeedFetches, restingDatabase } from '../../src/store/feed-fetch.ts';
import { createFeedsStore } from '../../src/store/feeds.ts';
import { osv, osvAffected } from '../support/exposure-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
const opened: OpenDatabase[] = [];
const clock = { at: 0 };

async function openFetches() {
  const whole = await place.openDatabase(() => clock.at);
  opened.push(whole);
  const database = await restingDatabase(whole);
  return {
    feeds: createFeedsStore(database, () => clock.at),
    fetches: createFeedFetches(database, () => clock.at),
  };
}

beforeEach(() => {
  place = temporaryDatabase();
  clock.at = Date.parse('2026-11-27T08:00:00Z');
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  place.remove();
});

const mark: FetchMark = {
  ...{ url: 'https://osv.example/', etag: '"1"', lastModified: null },
  ...{ newestChange: null, wholeAt: '2026-11-27T08:00:00.000Z' },
};
const source = 'osv/Debian';
const affected = [osvAffected('Debian:12', 'openssl', [{ introduced: '0' }])];
const recordOf = (id: string, more = {}) =>
  osv({ id, affected, modified: '2026-11-20T00:00:00Z', ...more });
async function* each<T>(items: readonly T[], fails?: Error): AsyncGenerator<T> {
  yield* items;
  if (fails) throw fails;
}
const lease = (owner: string) => ({ owner, leaseMs: 60_000 });
const always = () => true;
const passTime = (ms: number) => {
  clock.at += ms;
  place.passTime(ms);
};
async function claimed(fetches: FeedFetchStore, owner: string) {
  const found = await fetches.claim(source, lease(owner), always);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

test('one of several processes has a feed, until it is silent', async () => {
  const [a, b] = [await openFetches(), await openFetches()];
  const { held, mark: first } = await claimed(a.fetches, 'a');

  expect(first).toBeNull();
  expect(await b.fetches.claim(source, lease('b'), always)).toBe('busy');
  passTime(45_000);
  await a.fetches.extend(source, held);
  passTime(45_000);
  expect(await b.fetches.claim(source, lease('b'), always)).toBe('busy');
  passTime(60_000);
  const later = await claimed(b.fetches, 'b');
  await expect(a.fetches.extend(source, held)).rejects.toThrow(LeaseLost);
  await expect(a.fetches.settle(source, held, { kind: 'confirmed' })).rejects.toThrow(LeaseLost);
  await b.fetches.settle(source, later.held, { kind: 'confirmed', mark });

  const due = { triedAt: clock.at, hasFailed: false };
  expect(
    await a.fetches.claim(source, lease('a'), (last) => {
      expect(last).toEqual(due);
      return false;
    }),
  ).toBe('not-due');
  expect((await claimed(a.fetches, 'a')).mark).toEqual(mark);
});

test('a failure is kept, also of a feed that was never taken', async () => {
  const { feeds, fetches } = await openFetches();
  const at = new Date(clock.at).toISOString();
  const first = await claimed(fetches, 'a');
  await fetches.settle(source, first.held, { kind: 'failed', reason: 'x'.repeat(900) });

  expect(await feeds.list()).toMatchObject([
    {
      source,
      loadedAt: null,
      triedAt: at,
      failure: { at, reason: expect.stringMatching(/^x{400}/) },
    },
  ]);
  const second = await claimed(fetches, 'a');
  await fetches.settle(source, second.held, { kind: 'tried' });
  expect(await feeds.list()).toMatchObject([{ confirmedAt: null, failure: null }]);
});

describe('a change', () => {
  const ids = ['A-1', 'A-2', 'A-3'];
  const take = async () => {
    const parts = await openFetches();
    const rows = ids.map((id) => ({ kind: 'advisory' as const, record: recordOf(id) }));
    const asOf = () => '2026-11-20T00:00:00.000Z';
    await parts.feeds.replace({ source, rows: each(rows), asOf, mark });
    return parts;
  };
  const change = (more: Partial<FeedChange> = {}): FeedChange => ({
    source,
    records: each([
      recordOf('A-1', { modified: '2026-11-25T00:00:00Z', aliases: ['A-2'] }),
      recordOf('A-9'),
    ]),
    ids: ['A-1', 'A-3', 'A-9'],
    mark: { ...mark, etag: '"2"' },
    ...more,
  });
  const answering = () =>
    place
      .values(
        `select record_json from advisory join feed on feed.id = feed_id
       and feed.generation = advisory.generation order by advisory.id`,
      )
      .map((text) => JSON.parse(String(text)).advisory.id as string);

  test('puts new records in the place of the old ones, and leaves the others', async () => {
    const { feeds, fetches } = await take();

    const state = await fetches.change(change());

    expect(state).toMatchObject({
      ...{ records: 3, revision: 2, asOf: '2026-11-25T00:00:00.000Z', ecosystems: ['Debian:12'] },
    });
    expect(answering()).toEqual(['A-2', 'A-1', 'A-9']);
    expect(await feeds.recordsOf('A-3')).toEqual([]);
    expect(place.values('select count(*) from advisory')).toEqual([3]);
    expect(await fetches.changeTimes(source, ['A-1', 'A-2', 'A-3'])).toEqual(
      new Map([
        ['A-2', '2026-11-20T00:00:00.000Z'],
        ['A-1', '2026-11-25T00:00:00.000Z'],
      ]),
    );
  });

  test('of which a record cannot be had leaves what was, and its rows go with the next', async () => {
    const { fetches } = await take();
    const records = each([recordOf('A-1', { aliases: ['A-7'] })], new Error('cut'));

    await expect(fetches.change(change({ records }))).rejects.toThrow('cut');

    expect(answering()).toEqual(ids);
    await fetches.change(change({ records: each([]), ids: ['A-1'] }));
    expect(answering()).toEqual(['A-2', 'A-3']);
    expect(place.values('select count(*) from advisory')).toEqual([2]);
  });

  test('gives way to who takes all of it meanwhile', async () => {
    const { feeds, fetches } = await take();
    async function* records() {
      const rows = each([{ kind: 'advisory' as const, record: recordOf('A-8') }]);
      await feeds.replace({ source, rows, asOf: () => null });
      yield recordOf('A-1');
    }

    await expect(fetches.change(change({ records: records() }))).rejects.toThrow('meanwhile');
    expect(answering()).toEqual(['A-8']);
    await expect(fetches.change(change({ source: 'osv/None' }))).rejects.toThrow();
  });
});
