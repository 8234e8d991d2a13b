import { sql } from 'kysely';
import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
} from '../src/store/columns.ts';

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('watch')
    .addColumn('host_id', 'integer', (column) => column.primaryKey().references('host.id'))
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
    // The last event that is stored with everything before it; beyond 2^53, so a text.
    .addColumn('mark_nano', 'text')
    .addColumn('mark_id', 'text')
    .addColumn('mark_action', 'text')
    .addColumn('covered_until', 'bigint')
    // Null for a host that is not meant to be watched.
    .addColumn('since_at', 'bigint')
    // 0: whoever holds the host does not hear it yet.
    .addColumn('is_hearing', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_hearing')),
    )
    .execute();
  await createTableWithId(db, 'watch_blind')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('from_at', 'bigint', (column) => column.notNull())
    .addColumn('to_at', 'bigint')
    .addColumn('cause', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('watch_blind_open')
    .on('watch_blind')
    .column('host_id')
    .unique()
    .where(sql.ref('to_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('watch_blind_host')
    .on('watch_blind')
    .columns(['host_id', 'to_at'])
    .execute();
  await createGlimpse(db);
  await createContainerEvent(db);
  // What a scan asks, which must not bring back what was seen to go; and what is old enough to leave.
  await db.schema
    .createIndex('container_closed')
    .on('container')
    .columns(['host_id', 'closed_at'])
    .where(sql.ref('closed_at'), 'is not', null)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('container_closed').execute();
  for (const table of ['container_event', 'glimpse', 'watch_blind', 'watch']) {
    await db.schema.dropTable(table).execute();
  }
}

/** Containers whose configuration nobody could read before they were gone. */
async function createGlimpse(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'glimpse')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('container_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('image', 'text', (column) => column.notNull())
    .addColumn('labels_json', jsonType(db), (column) => column.notNull())
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint')
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('glimpse_container')
    .on('glimpse')
    .columns(['host_id', 'container_id'])
    .unique()
    .execute();
}

async function createContainerEvent(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'container_event')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('container_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('time_nano', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('detail_json', jsonType(db), (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('container_event_once')
    .on('container_event')
    .columns(['host_id', 'container_id', 'time_nano', 'kind'])
    .unique()
    .execute();
  await db.schema
    .createIndex('container_event_host_at')
    .on('container_event')
    .columns(['host_id', 'at'])
    .execute();
}
