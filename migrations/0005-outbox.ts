import { sql } from 'kysely';
import { type AnyDatabase, createTableWithId, jsonType } from '../src/store/columns.ts';

// What is owed to Slack. A row is never deleted: its key holds for all time. What it says is dropped
// once it was sent. Leases and waits belong to the channel, because order within it is a promise.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'outbox')
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('action_json', jsonType(db), (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('payload_json', jsonType(db))
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('put_at', 'bigint', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('state', 'text', (column) =>
      column
        .notNull()
        .defaultTo('pending')
        .check(sql<boolean>`${sql.ref('state')} in ('pending', 'sent', 'dead')`),
    )
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    // Start of the first try of which nobody knows whether Slack took it.
    .addColumn('unsure_since', 'bigint')
    // Slack's timestamp of the message, once it was sent.
    .addColumn('ts', 'text')
    .addColumn('last_error', 'text')
    // What it died of: `channel`, `message` or `withdrawn`.
    .addColumn('dead_by', 'text')
    .execute();
  await db.schema
    .createIndex('outbox_pending')
    .on('outbox')
    .columns(['channel', 'id'])
    .where(sql.ref('state'), '=', 'pending')
    .execute();
  await db.schema
    .createTable('outbox_channel')
    .addColumn('channel', 'text', (column) => column.primaryKey())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('not_before', 'bigint', (column) => column.notNull().defaultTo(0))
    // Grows with every message, so that a try knows whether there was one since it began.
    .addColumn('puts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('dead_since', 'bigint')
    .addColumn('dead_reason', 'text')
    .addColumn('dead_tried_at', 'bigint')
    .addColumn('reported_at', 'bigint')
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('outbox_channel').execute();
  await db.schema.dropTable('outbox').execute();
}
