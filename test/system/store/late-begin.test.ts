import { sql } from 'kysely';
import pg from 'pg';
import { type OpenDatabase, openDatabase } from '../../../src/store/database.ts';
import { type TemporaryDatabase, temporaryPostgres } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

let place: TemporaryDatabase;
let database: OpenDatabase;

beforeEach(async () => {
  place = temporaryPostgres();
  place.run(
    "create table noted (id int primary key, word text); insert into noted values (1, 'a')",
  );
  database = await openDatabase(place.url, Date.now);
});
afterEach(async () => {
  await database.close();
  place.run('drop table noted');
  place.remove();
});

/** The connection that answers: of one process at a time there is one. */
const connection = async (): Promise<number | undefined> => {
  const asked = sql<{ pid: number }>`select pg_backend_pid() as pid`;
  return (await database.read((db) => asked.execute(db))).rows[0]?.pid;
};
const words = () => place.values<string>('select word from noted order by id');

it('is rolled back with a first statement that fails, and the connection goes on', async () => {
  const before = await connection();
  const failing = database.write((db) => sql`insert into noted values (1, 'b')`.execute(db));
  await expect(failing).rejects.toMatchObject({ code: 'store-failed' });

  await database.write((db) => sql`insert into noted values (2, 'c')`.execute(db));
  expect(await connection()).toBe(before);
  expect(words()).toEqual(['a', 'c']);
});

it('leaves nothing where its connection is ended, and the next one works', async () => {
  const before = await connection();
  // The connection does not hear of it before it is used: all of this process waits meanwhile.
  place.run(`select pg_terminate_backend(${before}, 60000)`);
  const lost = database.write(async (db) => {
    await sql`insert into noted values (2, 'b')`.execute(db);
    await sql`insert into noted values (3, 'c')`.execute(db);
  });
  await expect(lost).rejects.toMatchObject({ code: 'store-failed', isRetryable: true });
  expect(words()).toEqual(['a']);

  await database.write((db) => sql`insert into noted values (2, 'd')`.execute(db));
  expect(words()).toEqual(['a', 'd']);
});

it('is tried again where the first statement meets another', async () => {
  const other = new pg.Client({ connectionString: place.url });
  await other.connect();
  await other.query("begin; update noted set word = word || 'b' where id = 1");
  let tries = 0;
  const writing = database.write((db) => {
    tries += 1;
    return sql`update noted set word = word || 'c' where id = 1`.execute(db);
  });
  const waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock'";
  await until(async () => place.values(waiting).length > 0);
  await other.query('commit');
  await writing;
  await other.end();

  expect(tries).toBe(2);
  expect(words()).toEqual(['abc']);
});

it('is undone with a first statement that is kept', async () => {
  for (let round = 2; round < 8; round += 1) {
    const undone = database.write(async (db) => {
      await sql`insert into noted values (${round}, 'b')`.execute(db);
      throw new TypeError('undone');
    });
    await expect(undone).rejects.toThrow('undone');
  }
  const kept = await database.read((db) =>
    sql`select statement from pg_prepared_statements`.execute(db),
  );
  expect(kept.rows).toEqual([{ statement: "insert into noted values ($1, 'b')" }]);
  expect(words()).toEqual(['a']);
});
