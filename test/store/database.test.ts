import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { type OpenDatabase, openDatabase } from '../../src/store/database.ts';
import type { Tables } from '../../src/store/schema.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let one: OpenDatabase;
let other: OpenDatabase;

beforeEach(async () => {
  place = temporaryDatabase();
  one = await openDatabase(place.url, () => 0);
  other = await openDatabase(place.url, () => 0);
});
afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
  place.remove();
});

const add = (channel: string) => (db: Kysely<Tables>) =>
  db.insertInto('introduction').values({ channel, at: 1 }).execute();
const list = async (db: Kysely<Tables>) =>
  (await db.selectFrom('introduction').select('channel').orderBy('channel').execute()).map(
    ({ channel }) => channel,
  );

/** As long as another connection needs, if nothing is in its way. */
async function untilDoneOrWaiting(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  for (let turns = 0; !isDone && turns < 500; turns += 1) await turn();
}

describe('work that writes', () => {
  it('and reads first is not undone by what another connection writes meanwhile', async () => {
    let runs = 0;
    let others: Promise<unknown> = Promise.resolve();
    await one.write(async (db) => {
      runs += 1;
      await list(db);
      if (runs === 1) others = other.write(add('b'));
      await untilDoneOrWaiting(others);
      await add('a')(db);
    });
    await others;

    expect(runs).toBe(1);
    expect(await one.read(list)).toEqual(['a', 'b']);
  });

  it('is all undone when it fails', async () => {
    const failing = one.write(async (db) => {
      await add('a')(db);
      throw new TypeError('a bug');
    });

    await expect(failing).rejects.toThrow(TypeError);
    expect(await one.read(list)).toEqual([]);
  });

  it('is tried again when another adds the same row', async () => {
    const changed = await Promise.all(
      [one, other, one, other].map((database) =>
        database.write(async (db) => {
          const known = await list(db);
          if (!known.includes('a')) await add('a')(db);
          return known.length;
        }),
      ),
    );

    expect(changed.toSorted((a, b) => a - b)).toEqual([0, 1, 1, 1]);
  });
});

describe('work that reads', () => {
  it('sees one moment, whatever is written meanwhile', async () => {
    const seen = await one.read(async (db) => {
      const first = await list(db);
      await other.write(add('a'));
      return [first, await list(db)];
    });

    expect(seen).toEqual([[], []]);
    expect(await one.read(list)).toEqual(['a']);
  });

  it('may not write, and who comes next may', async () => {
    await expect(one.read(add('a'))).rejects.toThrow(/read.?only/i);
    await one.write(add('b'));

    expect(await one.read(list)).toEqual(['b']);
  });
});

describe('what a query holds', () => {
  it('of an empty list is nothing, and all but an empty list is everything, also deep in it', async () => {
    await one.write(add('a'));
    const channelsOf = (how: 'in' | 'not in') =>
      one.read(async (db) => {
        const from = db.selectFrom('introduction').select('channel');
        const flat = from.where('channel', how, []);
        const deep = from.where('channel', 'in', from.where('channel', how, []));
        const either = from.where((are) => are.or([are('channel', how, []), are('at', '=', 2)]));
        const counted = db
          .selectFrom('introduction')
          .select((are) => are.fn.countAll().filterWhere('channel', how, []).as('count'));
        const rows = await Promise.all([flat, deep, either].map((query) => query.execute()));
        const { count } = await counted.executeTakeFirstOrThrow();
        return [...rows.map((found) => found.length), Number(count)];
      });

    expect(await channelsOf('in')).toEqual([0, 0, 0, 0]);
    expect(await channelsOf('not in')).toEqual([1, 1, 1, 1]);
  });

  it('is stored and found again where a database cannot hold it as it is', async () => {
    const hostile = ['a\u0000b', '\ud800', 'plain'];
    for (const channel of hostile) await one.write(add(channel));
    const found = (channels: readonly string[]) =>
      one.read((db) =>
        db
          .selectFrom('introduction')
          .select('channel')
          .where('channel', 'in', channels)
          .where((are) =>
            are.exists(
              are
                .selectFrom('introduction')
                .select('at')
                .where('channel', '=', channels[0] ?? ''),
            ),
          )
          .execute(),
      );

    expect(await found(hostile)).toHaveLength(3);
    for (const channel of hostile) expect(await found([channel])).toHaveLength(1);
    expect(await found(['ab'])).toEqual([]);
  });
});
