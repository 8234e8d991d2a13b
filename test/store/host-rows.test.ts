import * as migrations from '../../migrations/index.ts';
import { CHUNK_ROWS } from '../../src/store/chunks.ts';
import type { OpenDatabase } from '../../src/store/database.ts';
import { ensureHost, isInRange, isNamed, isOfHosts, readHosts } from '../../src/store/host-rows.ts';
import { migrateToLatest } from '../../src/store/migrate.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const others = Array.from({ length: CHUNK_ROWS }, (_, index) => `web-${index}`);
const hostile = ['it\'s "quoted"', 'a\\u0000b', 'a\0b', 'half \ud800', '\ufdd0', '[1]'];

let place: TemporaryDatabase;
let database: OpenDatabase;
const ids: number[] = [];
beforeAll(async () => {
  place = temporaryDatabase();
  database = await place.openDatabase(() => 0);
  await migrateToLatest(database.db, migrations);
  for (const name of [...hostile, ...others]) ids.push(await ensureHost(database.db, name, null));
});
afterAll(async () => {
  await database.close();
  place.remove();
});

it.each([
  ['none', []],
  ['few', hostile],
  ['many', [...others, 'nobody', ...hostile]],
])('finds hosts by %s of their names', async (_, names) => {
  const rows = await database.db
    .selectFrom('host')
    .select('name')
    .where(isNamed(database.db, names))
    .execute();
  const known = names.filter((name) => name !== 'nobody');
  expect(rows.map(({ name }) => name).sort()).toEqual(known.sort());
});

it.each([
  ['none', () => []],
  ['few', () => ids.slice(3, 9)],
  ['those of a range', () => ids.slice(5, 150)],
  ['a range with gaps', () => ids.slice(5, 150).filter((_, index) => index % 10 > 0)],
  ['each second', () => ids.filter((_, index) => index % 2 === 0)],
  ['a range in another order', () => ids.slice(5, 150).reverse()],
])('finds hosts by %s of their keys', async (_, pick) => {
  const asked = pick();
  for (const isOf of [isInRange, isOfHosts]) {
    const rows = await database.db
      .selectFrom('host')
      .select('id')
      .where(isOf('host.id', asked))
      .orderBy('id')
      .execute();
    expect(rows.map(({ id }) => id)).toEqual(asked.toSorted((a, b) => a - b));
  }
});

it('finds of many names those that are known, and those that come meanwhile', async () => {
  const { db } = database;
  const asked = [...others, 'nobody', ...hostile, 'later'];
  const inOrder = async () => [...(await readHosts(db, asked)).values()];
  const before = await inOrder();
  expect(before.toSorted()).toEqual([...others, ...hostile].sort());
  expect(await inOrder()).toEqual(before);
  const found = await db.transaction().execute(async (transaction) => {
    const id = await ensureHost(transaction, 'later', null);
    return [id, (await readHosts(transaction, asked)).get(id)];
  });
  expect(found[1]).toBe('later');
  expect(await inOrder()).toHaveLength(before.length + 1);
  // Its key is given to the next.
  const failing = db.transaction().execute(async (transaction) => {
    await ensureHost(transaction, 'never', null);
    expect(await readHosts(transaction, [...asked, 'never'])).toHaveProperty(
      'size',
      before.length + 2,
    );
    throw new Error('undone');
  });
  await expect(failing).rejects.toThrow('undone');
  const instead = await ensureHost(db, 'instead', null);
  const now = await readHosts(db, [...asked, 'never', 'instead']);
  expect(now.get(instead)).toBe('instead');
  expect([...now.values()]).not.toContain('never');
});
