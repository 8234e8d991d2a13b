import type { Kysely } from 'kysely';
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration';
import { OutsideError } from '../shared/errors.ts';
import { retryWhileBusy } from './busy.ts';
import { bounded, type Life } from './life.ts';
import type { Tables } from './schema.ts';
import { isBusy } from './store-error.ts';

export const kyselyMigrationLife: Life = bounded(
  'the end of the database',
  'one row for each migration',
);

export const kyselyMigrationLockLife: Life = bounded('the end of the database', 'one row');

/** Migrations by name, in whose order they run. */
export type Migrations = Readonly<Record<string, Required<Migration>>>;

/**
 * Brings the database to the newest migration and tells the names of those it ran, all of them in one
 * transaction with the note of having run. Rejects with `OutsideError` 'store-failed', naming the migration,
 * when one failed (nothing is changed then), or when the database was written by a newer Seawall.
 */
export const migrateToLatest = (db: Kysely<Tables>, migrations: Migrations): Promise<string[]> =>
  run(db, migrations, (migrator) => migrator.migrateToLatest());

/** Takes the newest migration back; the counterpart of `migrateToLatest`, for tests of `down`. */
export const migrateDown = (db: Kysely<Tables>, migrations: Migrations): Promise<string[]> =>
  run(db, migrations, (migrator) => migrator.migrateDown());

async function run(
  db: Kysely<Tables>,
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

function describeFailure(error: unknown, results: readonly MigrationResult[]): OutsideError {
  const text = error instanceof Error ? error.message : String(error);
  const unknown = /previously executed migration (\S+) is missing/.exec(text)?.[1];
  if (unknown !== undefined) {
    return new OutsideError(
      'store-failed',
      `the database has migration ${unknown}, which this version does not know; run the newer Seawall that made it`,
    );
  }
  const failed = results.find((result) => result.status === 'Error');
  const where = failed === undefined ? 'migrating' : `migration ${failed.migrationName} failed`;
  return new OutsideError('store-failed', `${where}: ${text}`, { cause: error });
}
