import { sql } from 'kysely';
import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
} from '../src/store/columns.ts';

// One row of `alert` is one trouble in one channel: what comes again while it is open is counted.

export async function up(db: AnyDatabase): Promise<void> {
  await createAlert(db);
  // Posts, so that a channel gets no more of them in an hour than its settings allow.
  await createTableWithId(db, 'alert_post')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('alert_post_channel')
    .on('alert_post')
    .columns(['channel', 'at'])
    .execute();
  // How far the news of a host were looked through for a channel.
  await db.schema
    .createTable('alert_cursor')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('findings_at', 'bigint', (column) => column.notNull())
    .addColumn('container_id', 'integer', (column) => column.notNull())
    .addColumn('engine_change_id', 'integer', (column) => column.notNull())
    .addColumn('event_id', 'integer', (column) => column.notNull())
    .addColumn('blind_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_cursor_key', ['channel', 'host'])
    .execute();
  // Security defaults of an engine, such as `seccomp=builtin`: the newest, and each change of them.
  await createTableWithId(db, 'engine_defaults')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('defaults_json', jsonType(db), (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('engine_defaults_host')
    .on('engine_defaults')
    .columns(['host_id', 'id'])
    .execute();
}

async function createAlert(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'alert')
    .addColumn('channel', 'text', (column) => column.notNull())
    // The same for the same trouble, e.g. `finding:web-1:1a2b…`.
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('next_json', jsonType(db), (column) => column.notNull())
    .addColumn('first_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    // Times of it that have a message in the thread.
    .addColumn('replies', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('resolved_at', 'bigint')
    .addColumn('resolved_why', 'text')
    .addColumn('snoozed_until', 'bigint')
    .addColumn('snoozed_by', 'text')
    // The message that stands for many; null for one that has its own.
    .addColumn('flood_id', 'integer', (column) => column.references('alert.id'))
    // 1: no message, because a snooze held when it came.
    .addColumn('is_silent', 'integer', (column) => column.notNull().check(isZeroOrOne('is_silent')))
    // 1: its message was handed over.
    .addColumn('is_told', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_told')),
    )
    // 1: its message says something older than the row.
    .addColumn('is_stale', 'integer', (column) => column.notNull().check(isZeroOrOne('is_stale')))
    .execute();
  await db.schema
    .createIndex('alert_open')
    .on('alert')
    .columns(['channel', 'key'])
    .unique()
    .where(sql.ref('resolved_at'), 'is', null)
    .execute();
  await db.schema.createIndex('alert_key').on('alert').columns(['channel', 'key', 'id']).execute();
  await db.schema.createIndex('alert_flood').on('alert').columns(['flood_id']).execute();
  await db.schema.createIndex('alert_stale').on('alert').columns(['is_stale', 'channel']).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['engine_defaults', 'alert_cursor', 'alert_post', 'alert']) {
    await db.schema.dropTable(table).execute();
  }
}
