import Database from 'better-sqlite3';
import { connectSqlite } from '../../src/store/database.ts';

const open = () => {
  const database = new Database(':memory:');
  const prepared: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = ((text: string) => {
    prepared.push(text);
    return prepare(text);
  }) as typeof database.prepare;
  database.exec('create table introduction (channel text, at integer)');
  return { database, prepared, db: connectSqlite(database) };
};

test('a statement that comes again is prepared once, and knows a column that was added meanwhile', async () => {
  const { database, prepared, db } = open();
  const add = (channel: string) =>
    db.insertInto('introduction').values({ channel, at: 1 }).execute();
  const list = () => db.selectFrom('introduction').selectAll().execute();

  await add('a');
  expect(await list()).toEqual([{ channel: 'a', at: 1 }]);
  await add('b');
  database.exec('alter table introduction add column note text');

  expect(await list()).toEqual([
    { channel: 'a', at: 1, note: null },
    { channel: 'b', at: 1, note: null },
  ]);
  expect(prepared).toHaveLength(2);
  await db.destroy();
});

test('reading is refused to write each time, and what follows is not', async () => {
  const { db } = open();
  const add = (at: number) =>
    db
      .transaction()
      .execute((one) => one.insertInto('introduction').values({ channel: 'a', at }).execute());

  for (const at of [1, 2]) {
    const reading = db
      .transaction()
      .setAccessMode('read only')
      .execute((one) => one.insertInto('introduction').values({ channel: 'b', at }).execute());
    await expect(reading).rejects.toThrow('readonly');
    await add(at);
  }

  expect(await db.selectFrom('introduction').select('at').execute()).toEqual([
    { at: 1 },
    { at: 2 },
  ]);
  await db.destroy();
});
