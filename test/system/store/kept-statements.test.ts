import { sql } from 'kysely';
import { type OpenDatabase, openDatabase } from '../../../src/store/database.ts';
import { type TemporaryDatabase, temporaryPostgres } from '../../support/temporary-database.ts';

let place: TemporaryDatabase;
let database: OpenDatabase;

beforeEach(async () => {
  place = temporaryPostgres();
  place.run(
    'create table planned (id int, word text); insert into planned select n, n::text from generate_series(1, 10) n',
  );
  database = await openDatabase(place.url, Date.now);
});
afterEach(async () => {
  await database.close();
  place.run('drop table planned');
  place.remove();
});

/** The same statement on so many connections at once: each has its own until all have read. */
function readWith(id: number, connections = 1): Promise<Record<string, unknown>[]> {
  const { promise: allHaveRead, resolve } = Promise.withResolvers<void>();
  let haveRead = 0;
  const read = () =>
    database.read(async (transaction) => {
      const { rows } = await sql<
        Record<string, unknown>
      >`select * from planned where id = ${id}`.execute(transaction);
      haveRead += 1;
      if (haveRead === connections) resolve();
      await allHaveRead;
      return rows[0] ?? {};
    });
  return Promise.all(Array.from({ length: connections }, read));
}

/** Statements that the connection keeps which answers this. */
const keptStatements = (): Promise<string[]> =>
  database.read(async (transaction) => {
    const kept = await sql<{
      statement: string;
    }>`select statement from pg_prepared_statements`.execute(transaction);
    return kept.rows.map(({ statement }) => statement);
  });

const WANTED = 'select * from planned where id = $1';

it('keeps a statement that comes again and again, and no other', async () => {
  await readWith(1);
  await readWith(2);
  expect(await keptStatements()).toEqual([]);

  await readWith(3);
  expect(await keptStatements()).toEqual([WANTED]);
  expect(await readWith(4)).toEqual([{ id: 4, word: '4' }]);
});

it('keeps no page, which is planned for its length', async () => {
  const page = (length: number) =>
    database.read((transaction) =>
      sql`select id from planned where id > ${0} order by id limit ${length}`.execute(transaction),
    );
  for (const length of [1, 2, 3, 4]) await page(length);
  expect((await page(2)).rows).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await keptStatements()).toEqual([]);
});

it('parses anew on every connection when a migration changed the table', async () => {
  for (let round = 0; round < 3; round += 1) await readWith(1, 5);
  expect(await keptStatements()).toEqual([WANTED]);

  place.run("alter table planned add column more text default 'new'");
  const read = await readWith(5, 5);
  expect(read).toEqual(Array.from({ length: 5 }, () => ({ id: 5, word: '5', more: 'new' })));
  expect(await readWith(6, 5)).toHaveLength(5);
  expect(await keptStatements()).toContain(WANTED);
});

it('keeps none once another connection answered than the one that kept it, as poolers do it', async () => {
  for (let round = 0; round < 4; round += 1) await readWith(1);
  await database.read((transaction) => sql`deallocate all`.execute(transaction));

  expect(await readWith(7)).toEqual([{ id: 7, word: '7' }]);
  for (let round = 0; round < 4; round += 1) await readWith(8);
  expect(await keptStatements()).toEqual([]);
});

it('gives a statement the same name in every process, and never to another statement', async () => {
  const namesIn = (one: OpenDatabase) =>
    one.read(async (transaction) => {
      const kept = await sql<{
        name: string;
        statement: string;
      }>`select name, statement from pg_prepared_statements order by statement`.execute(
        transaction,
      );
      return kept.rows;
    });
  const other = await openDatabase(place.url, Date.now);
  try {
    const word = (one: OpenDatabase) =>
      one.read((transaction) => sql`select word from planned where id = ${1}`.execute(transaction));
    for (let round = 0; round < 3; round += 1) await word(other);
    for (const one of [database, other]) {
      for (let round = 0; round < 3; round += 1) {
        await one.read((transaction) =>
          sql`select * from planned where id = ${2}`.execute(transaction),
        );
      }
    }

    const [first] = await namesIn(database);
    const both = await namesIn(other);
    expect(first?.statement).toBe(WANTED);
    expect(both).toHaveLength(2);
    expect(both.find(({ name }) => name === first?.name)?.statement).toBe(WANTED);
  } finally {
    await other.close();
  }
});
