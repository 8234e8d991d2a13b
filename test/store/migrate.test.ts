import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { checksums } from '../../migrations/checksums.ts';
import { migrations } from '../../migrations/index.ts';
import type { OutsideError } from '../../src/shared/errors.ts';
import type { AnyDatabase } from '../../src/store/columns.ts';
import { connectSqlite as connect } from '../../src/store/database.ts';
import { migrateDown, migrateToLatest } from '../../src/store/migrate.ts';
import { placeForFile, type TemporaryFile } from '../support/temporary-database.ts';

const now = () => 1_000;
const released = { migrations, checksums };

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
    await migrateToLatest(db, released, now);
    const first = schemaOf(database);
    for (const _ of Object.keys(migrations)) await migrateDown(db, released, now);
    const empty = schemaOf(database);
    const ran = await migrateToLatest(db, released, now);

    expect(ran).toEqual(Object.keys(migrations));
    expect(empty.filter((sql) => /table "?(host|scan|finding)/.test(sql))).toEqual([]);
    expect(schemaOf(database)).toEqual(first);
  });

  it('run once', async () => {
    await migrateToLatest(db, released, now);

    expect(await migrateToLatest(db, released, now)).toEqual([]);
  });

  it('leave nothing of one that failed half way, and say its name', async () => {
    const failing = {
      up: async (any: AnyDatabase) => {
        await any.schema.createTable('half').addColumn('a', 'text').execute();
        throw new Error('the second half failed');
      },
      down: async () => {},
    };
    const set = {
      migrations: { ...migrations, '9999-failing': failing },
      checksums: { ...checksums, '9999-failing': 'f' },
    };

    const failure = migrateToLatest(db, set, now);

    await expect(failure).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringContaining('9999-failing failed: the second half failed'),
    });
    expect(schemaOf(database).join()).not.toContain('half');
    expect(await migrateToLatest(db, released, now)).toEqual([]);
  });

  it('are not run again when only the note of having run is missing', async () => {
    await migrateToLatest(db, released, now);
    database.exec('delete from kysely_migration');

    expect(await migrateToLatest(db, released, now)).toEqual(Object.keys(migrations));
  });
});

describe('the checksum of a migration', () => {
  let place: TemporaryFile;

  beforeEach(() => {
    place = placeForFile();
  });
  afterEach(() => place.remove());

  it('is kept for each that ran', async () => {
    const store = await place.open();
    await store.close();

    const kept = place.rows('select name, sha256, applied_at from migration_checksum');

    const expected = Object.keys(migrations).map((name) => {
      const source = readFileSync(`migrations/${name}.ts`);
      const sha256 = createHash('sha256').update(source).digest('hex');
      return { name, sha256, applied_at: 1_000 };
    });
    expect(store.migrated).toEqual(Object.keys(migrations));
    expect(kept).toEqual(expected);
  });

  it('refuses, by name, a database that a changed migration made', async () => {
    await (await place.open()).close();
    place.run("update migration_checksum set sha256 = 'other'");

    await expect(place.open()).rejects.toMatchObject({
      code: 'store-failed',
      detail: expect.stringContaining('0001-initial'),
    });
  });

  it('refuses a database of a newer version', async () => {
    await (await place.open()).close();
    place.run("insert into migration_checksum values ('0999-newer', 'x', 1)");

    await expect(place.open()).rejects.toMatchObject({
      detail: expect.stringContaining('0999-newer'),
    });
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
