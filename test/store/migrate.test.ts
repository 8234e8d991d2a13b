import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import * as migrations from '../../migrations/index.ts';
import type { OutsideError } from '../../src/shared/errors.ts';
import type { AnyDatabase } from '../../src/store/columns.ts';
import { connectSqlite as connect } from '../../src/store/database.ts';
import { migrateDown, migrateToLatest } from '../../src/store/migrate.ts';
import { placeForFile, type TemporaryFile } from '../support/temporary-database.ts';

function schemaOf(database: Database.Database): string[] {
  const rows = database
    .prepare("select sql from sqlite_schema where name not like '%kysely%' order by name")
    .all() as { sql: string | null }[];
  return rows.map((row) => row.sql ?? '');
}

describe('migrations', () => {
  let database: Database.Database;
  let db: ReturnType<typeof connect>;

  beforeEach(() => {
    database = new Database(':memory:');
    db = connect(database);
  });
  afterEach(() => db.destroy());

  it('go up, down and up again', async () => {
    await migrateToLatest(db, migrations);
    const first = schemaOf(database);
    for (const _ of Object.keys(migrations)) await migrateDown(db, migrations);
    const empty = schemaOf(database);
    const ran = await migrateToLatest(db, migrations);

    expect(ran).toEqual(Object.keys(migrations));
    expect(empty.filter((sql) => /table "?(host|scan|finding)/.test(sql))).toEqual([]);
    expect(schemaOf(database)).toEqual(first);
  });

  it('run once', async () => {
    await migrateToLatest(db, migrations);

    expect(await migrateToLatest(db, migrations)).toEqual([]);
  });

  it('are refused where those that ran did so in another order', async () => {
    await migrateToLatest(db, migrations);
    const [first = ''] = Object.keys(migrations);
    database
      .prepare("update kysely_migration set timestamp = '2999-01-01T00:00:00.000Z' where name = ?")
      .run(first);

    await expect(migrateToLatest(db, migrations)).rejects.toMatchObject({ code: 'store-failed' });
  });

  it('leave nothing of one that failed half way, and say its name', async () => {
    const failing = {
      up: async (any: AnyDatabase) => {
        await any.schema.createTable('half').addColumn('a', 'text').execute();
        throw new Error('the second half failed');
      },
      down: async () => {},
    };
    const set = { ...migrations, '9999-failing': failing };

    const failure = migrateToLatest(db, set);

    await expect(failure).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringContaining('9999-failing failed: the second half failed'),
    });
    expect(schemaOf(database).join()).not.toContain('half');
    expect(await migrateToLatest(db, migrations)).toEqual(Object.keys(migrations));
  });

  it('are all undone when one of them fails', async () => {
    const names = Object.keys(migrations);
    const earlier = Object.fromEntries(Object.entries(migrations).slice(0, -2));
    await migrateToLatest(db, earlier);
    const before = schemaOf(database);
    const failing = { up: () => Promise.reject(new Error('no')), down: async () => {} };

    await expect(migrateToLatest(db, { ...migrations, '9999-failing': failing })).rejects.toThrow();
    expect(schemaOf(database)).toEqual(before);
    expect(await migrateToLatest(db, migrations)).toEqual(names.slice(-2));
  });
});

describe('a released migration', () => {
  it('is the one that made the databases there are: its text never changes', () => {
    const folder = readdirSync('migrations').filter((name) => /^\d/.test(name));
    const found = folder.sort().map((name) => {
      // Line ends do not count: a checkout may have converted them.
      const source = readFileSync(`migrations/${name}`, 'utf8').replaceAll('\r\n', '\n');
      return `${createHash('sha256').update(source).digest('hex')}  migrations/${name}`;
    });

    // `npm run generate` adds the line of a new one.
    const kept = readFileSync('test/store/fixtures/migrations.sha256', 'utf8').trimEnd();
    expect(found).toEqual(kept.split('\n'));
  });

  it('takes of the project only in what its databases differ, since all else may change', () => {
    const helpers =
      /^(?:type )?(?:AnyDatabase|isPostgres|createTableWithId|jsonType|textType|isZeroOrOne)$/;
    for (const name of readdirSync('migrations').filter((one) => /^\d/.test(one))) {
      const source = readFileSync(`migrations/${name}`, 'utf8');
      const imports = [...source.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']*)'/gm)];
      for (const [, names = '', from = ''] of imports.filter(([, , one]) => one !== 'kysely')) {
        expect([name, from]).toEqual([name, '../src/store/columns.ts']);
        const taken = names.split(',').map((one) => one.trim());
        expect([name, taken.filter((one) => one !== '' && !helpers.test(one))]).toEqual([name, []]);
      }
    }
  });

  it('refuses a database of a newer version, by the name of what it does not know', async () => {
    const place = placeForFile();
    await (await place.open()).close();
    place.run("insert into kysely_migration values ('9999-newer', '2100-01-01T00:00:00.000Z')");

    await expect(place.open()).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringContaining('the database has migration 9999-newer'),
    });
    place.remove();
  });
});

describe('opening a database', () => {
  let place: TemporaryFile;

  beforeEach(() => {
    place = placeForFile();
  });
  afterEach(() => place.remove());

  it('sets what keeps data safe', async () => {
    await (await place.open()).close();

    expect(place.withConnection((connection) => connection.pragma('journal_mode'))).toEqual([
      { journal_mode: 'wal' },
    ]);
  });

  it('reports a file that is no database and leaves every byte', async () => {
    const content = Buffer.from('not a database, but somebody wants it\n'.repeat(500));
    mkdirSync(dirname(place.path), { recursive: true });
    writeFileSync(place.path, content);

    const failure: OutsideError = await place.open().then(
      () => Promise.reject(new Error('opened')),
      (error) => error,
    );

    expect(failure).toMatchObject({ code: 'store-failed', isRetryable: false });
    expect(failure.detail).toContain(place.path);
    expect(readFileSync(place.path)).toEqual(content);
  });

  it('reports a damaged page and leaves every byte', async () => {
    await (await place.open()).close();
    const content = readFileSync(place.path);
    content.fill(0xff, 4096 + 8, 4096 * 12);
    writeFileSync(place.path, content);

    await expect(place.open()).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringContaining('damaged'),
    });
    expect(readFileSync(place.path)).toEqual(content);
  });

  it('reports a folder that cannot be made', async () => {
    writeFileSync(dirname(place.path), 'a file where the folder should be');

    await expect(place.open()).rejects.toMatchObject({ code: 'store-failed' });
  });
});
