import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
} from '../src/store/columns.ts';

// `digest_run` has one row per channel and local day, made before anything is posted: its unique key
// is what keeps a second digest away, whoever starts one.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'digest_schedule')
    .addColumn('channel', 'text', (column) => column.notNull().unique())
    // Local time `HH:MM`, and days such as `mon,tue`.
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('timezone', 'text', (column) => column.notNull())
    .addColumn('days', 'text', (column) => column.notNull())
    .addColumn('is_off', 'integer', (column) => column.notNull().check(isZeroOrOne('is_off')))
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_by', 'text', (column) => column.notNull())
    .execute();
  await createTableWithId(db, 'digest_run')
    .addColumn('channel', 'text', (column) => column.notNull())
    // Calendar day such as `2026-11-24` in the zone beside it.
    .addColumn('local_day', 'text', (column) => column.notNull())
    .addColumn('timezone', 'text', (column) => column.notNull())
    // `running`, `done` or `missed`.
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('is_manual', 'integer', (column) => column.notNull().check(isZeroOrOne('is_manual')))
    .addColumn('scheduled_by', 'text')
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('composed_at', 'bigint')
    .addColumn('finished_at', 'bigint')
    // What is to be posted, from when it is made until it is handed over.
    .addColumn('messages_json', jsonType(db))
    .addUniqueConstraint('digest_run_day', ['channel', 'local_day'])
    .execute();
  await db.schema.createIndex('digest_run_state').on('digest_run').column('state').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['digest_run', 'digest_schedule']) {
    await db.schema.dropTable(table).execute();
  }
}
