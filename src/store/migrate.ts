import type { Kysely, Transaction } from 'kysely';
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration';
import type { Clock } from '../ports/clock.ts';
import { OutsideError } from '../shared/errors.ts';
import { retryWhileBusy } from './busy.ts';
import type { AnyDatabase } from './columns.ts';
import type { Tables } from './schema.ts';
import { isBusy } from './store-error.ts';

/** Migrations by name, with the sha256 of the source text of each. */
export interface MigrationSet {
  migrations: Readonly<Record<string, Required<Migration>>>;
  checksums: Readonly<Record<string, string>>;
}

/**
 * Brings the database to the newest migration and tells the names of those it ran. Rejects with
 * `OutsideError` 'store-failed', naming the migration, when one failed (it is then rolled back),
 * when a released one was changed, or when the database was written by a newer Seawall.
 */
export async function migrateToLatest(
  db: Kysely<Tables>,
  set: MigrationSet,
  now: Clock,
): Promise<string[]> {
  await prepareChecksums(db);
  await refuseChanged(db, set);
  return run(db, set, now, (migrator) => migrator.migrateToLatest());
}

/** Takes the newest migration back; the counterpart of `migrateToLatest`, for tests of `down`. */
export async function migrateDown(
  db: Kysely<Tables>,
  set: MigrationSet,
  now: Clock,
): Promise<string[]> {
  return run(db, set, now, (migrator) => migrator.migrateDown());
}

async function prepareChecksums(db: Kysely<Tables>): Promise<void> {
  await retryWhileBusy(() =>
    db.schema
      .createTable('migration_checksum')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('sha256', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute(),
  );
}

async function refuseChanged(db: Kysely<Tables>, { checksums }: MigrationSet): Promise<void> {
  const applied = await retryWhileBusy(() =>
    db.selectFrom('migration_checksum').select(['name', 'sha256']).orderBy('name').execute(),
  );
  for (const { name, sha256 } of applied) {
    if (checksums[name] === undefined) {
      throw new OutsideError(
        'store-failed',
        `the database has migration ${name}, which this version does not know; run the newer Seawall that made it`,
      );
    }
    if (checksums[name] !== sha256) {
      throw new OutsideError(
        'store-failed',
        `migration ${name} is not the one that made this database; a released migration must not change`,
      );
    }
  }
}

type RunMigrator = (migrator: Migrator) => ReturnType<Migrator['migrateToLatest']>;

async function run(
  db: Kysely<Tables>,
  set: MigrationSet,
  now: Clock,
  migrate: RunMigrator,
): Promise<string[]> {
  const provider = { getMigrations: async () => wrapAll(set, now) };
  const migrator = new Migrator({ db, provider });
  return retryWhileBusy(async () => {
    const { error, results = [] } = await migrate(migrator);
    if (isBusy(error)) throw error;
    if (error !== undefined) throw describeFailure(error, results);
    return results.map((result) => result.migrationName);
  });
}

function describeFailure(error: unknown, results: readonly MigrationResult[]): OutsideError {
  const failed = results.find((result) => result.status === 'Error');
  const where = failed === undefined ? 'migrating' : `migration ${failed.migrationName} failed`;
  const text = error instanceof Error ? error.message : String(error);
  return new OutsideError('store-failed', `${where}: ${text}`, { cause: error });
}

function wrapAll({ migrations, checksums }: MigrationSet, now: Clock): Record<string, Migration> {
  const wrapped = Object.entries(migrations).map(([name, migration]): [string, Migration] => {
    const sha256 = checksums[name];
    if (sha256 === undefined) throw new Error(`no checksum for migration ${name}`);
    return [name, wrap(name, migration, sha256, now)];
  });
  return Object.fromEntries(wrapped);
}

/**
 * A migration in one transaction with its checksum; Kysely gives SQLite none. Kysely notes a
 * migration after that transaction, so one whose checksum stands already is not run again.
 */
function wrap(name: string, migration: Required<Migration>, sha256: string, now: Clock): Migration {
  return {
    up: (db: AnyDatabase) =>
      inTransaction(db, async (transaction) => {
        const known = await transaction
          .selectFrom('migration_checksum')
          .select('name')
          .where('name', '=', name)
          .executeTakeFirst();
        if (known !== undefined) return;
        await migration.up(transaction);
        await transaction
          .insertInto('migration_checksum')
          .values({ name, sha256, applied_at: now() })
          .execute();
      }),
    down: (db: AnyDatabase) =>
      inTransaction(db, async (transaction) => {
        await migration.down(transaction);
        await transaction.deleteFrom('migration_checksum').where('name', '=', name).execute();
      }),
  };
}

function inTransaction(
  db: AnyDatabase,
  work: (transaction: Transaction<Tables>) => Promise<void>,
): Promise<void> {
  if (db.isTransaction) return work(db as Transaction<Tables>);
  return db.transaction().execute(work);
}
