import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration';
import { OutsideError } from '../shared/errors.ts';
import { isPostgres } from './columns.ts';
import { type Db, lasting } from './schema.ts';
import { isBusy, retryWhileBusy, toStoreError } from './store-error.ts';

export const kyselyMigrationLife = lasting('one row for each migration');

export const kyselyMigrationLockLife = lasting('one row');

/** Migrations by name, in whose order they run. */
export type Migrations = Readonly<Record<string, Required<Migration>>>;

/**
 * Brings the database to the newest migration and tells the names of those it ran, all of them in one
 * transaction with the note of having run. Of a newer Seawall it may have more, as long as the name of each says that it
 * serves this version: `NNNN-what-since-MMMM` serves every version that knows migration MMMM. Rejects with `OutsideError`
 * 'store-failed', naming the migration, when one failed (nothing is changed then), or serves newer versions only.
 * `unhurried` is the same database for what may take longer than a statement may.
 */
export async function migrateToLatest(
  db: Db,
  migrations: Migrations,
  unhurried = db,
): Promise<string[]> {
  await noteFinished(db);
  const executed = await retryWhileBusy(() => readExecuted(db));
  const all = { ...migrations, ...laterThat(executed, migrations) };
  // Kysely would read the whole schema first and take a lock, to find nothing to do.
  if (isDeepStrictEqual(executed, Object.keys(all).sort())) return [];
  return run(unhurried, all, (migrator) => migrator.migrateToLatest());
}

/** How many migrations the next start would run; the database stays as it is. */
export async function countWaiting(db: Db, migrations: Migrations): Promise<number> {
  const executed = new Set(await retryWhileBusy(() => readExecuted(db)));
  return Object.keys(migrations).filter((name) => !executed.has(name)).length;
}

/** Migrations of a newer version that this one can live with, to be left as they are. */
function laterThat(executed: readonly string[], known: Migrations): Migrations {
  const newest = Object.keys(known).sort().at(-1)?.slice(0, 4) ?? '';
  const left = { up: async () => {}, down: async () => {} };
  const serves = (name: string) => (SINCE.exec(name)?.[1] ?? '9999') <= newest;
  const names = executed.filter((name) => !(name in known) && serves(name));
  return Object.fromEntries(names.map((name) => [name, left]));
}

/** The oldest migration that a program must know to go on after this one. */
const SINCE = /-since-(\d{4})$/;

/** In the order in which they ran. */
async function readExecuted(db: Db): Promise<string[]> {
  const table = isPostgres(db)
    ? sql`select 1 where to_regclass('kysely_migration') is not null`
    : sql`select 1 from sqlite_schema where name = 'kysely_migration'`;
  if ((await table.execute(db)).rows.length === 0) return [];
  const executed = sql<{
    name: string;
  }>`select name from kysely_migration order by timestamp, name`;
  const { rows } = await executed.execute(db);
  return rows.map(({ name }) => name);
}

/** Takes the newest migration back; the counterpart of `migrateToLatest`, for tests of `down`. */
export const migrateDown = (db: Db, migrations: Migrations): Promise<string[]> =>
  run(db, migrations, (migrator) => migrator.migrateDown());

async function run(
  db: Db,
  migrations: Migrations,
  migrate: (migrator: Migrator) => ReturnType<Migrator['migrateToLatest']>,
): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  return retryWhileBusy(async () => {
    const { error, results = [] } = await migrate(migrator);
    if (isBusy(error)) throw error;
    if (error !== undefined) throw describeFailure(error, results);
    return results.map((result) => result.migrationName);
  });
}

/**
 * Notes what an SQLite file has of an older version that was killed between a migration and the note of it.
 * Until 0020, which drops the table, a migration left its checksum there in its own transaction.
 */
async function noteFinished(db: Db): Promise<void> {
  // There the note was part of that transaction.
  if (isPostgres(db)) return;
  await retryWhileBusy(async () => {
    const { rows } =
      await sql`select 1 from sqlite_schema where name = 'migration_checksum'`.execute(db);
    if (rows.length === 0) return;
    await sql`
      insert into kysely_migration (name, timestamp)
      select name, strftime('%Y-%m-%dT%H:%M:%fZ', 'now') from migration_checksum
      where name not in (select name from kysely_migration)`.execute(db);
  });
}

function describeFailure(error: unknown, results: readonly MigrationResult[]): OutsideError {
  const text = error instanceof Error ? error.message : String(error);
  const unknown = /previously executed migration (\S+) is missing/.exec(text)?.[1];
  if (unknown !== undefined) {
    return new OutsideError(
      'store-failed',
      `the database has migration ${unknown}, which this version does not know; run the newer Seawall that made it, or restore a backup of before`,
      { remedy: '' },
    );
  }
  const failed = results.find((result) => result.status === 'Error');
  const where = failed === undefined ? 'migrating' : `migration ${failed.migrationName} failed`;
  const told = toStoreError(error);
  const { detail, remedy } = told instanceof OutsideError ? told : { detail: text, remedy: null };
  return new OutsideError('store-failed', `${where}: ${detail}`, { remedy, cause: error });
}
