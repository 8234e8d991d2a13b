import { sql } from 'kysely';
import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
  textType,
} from '../src/store/columns.ts';

// Scans that one process asks for and another one may do.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'scan_job')
    .addColumn('host', textType(db), (column) => column.notNull())
    // `scan`, `inventory` or `deep-inventory`.
    .addColumn('what', textType(db), (column) => column.notNull())
    // 1: all who ask can do without the lists of the answer.
    .addColumn('is_brief', 'integer', (column) => column.notNull().check(isZeroOrOne('is_brief')))
    // These three by the clock of leases.
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('begun_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    // How often somebody took it and did not give it back.
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('lease_owner', textType(db))
    .addColumn('lease_token', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
    // The newest step of who does it.
    .addColumn('latest_json', jsonType(db))
    .addColumn('stopped_by', textType(db))
    // What it gave; else why it gave nothing.
    .addColumn('result_json', jsonType(db))
    .addColumn('problem', textType(db))
    .addColumn('problem_code', textType(db))
    .execute();
  // Of a host one job of a kind waits or runs.
  await db.schema
    .createIndex('scan_job_open')
    .on('scan_job')
    .columns(['host', 'what'])
    .unique()
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await db.schema.createIndex('scan_job_ended').on('scan_job').column('ended_at').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('scan_job').execute();
}
