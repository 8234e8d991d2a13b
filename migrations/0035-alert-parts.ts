import { sql } from 'kysely';
import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
  textType,
} from '../src/store/columns.ts';

// One alert speaks of everything about one container, part by part; people acknowledge and assign it, and a
// channel says itself what it is told.

const added = [
  'version',
  'subject',
  'owner',
  'raised_by',
  'acknowledged_at',
  'acknowledged_by',
  'assigned_to',
  'assigned_by',
  'assigned_at',
];

export async function up(db: AnyDatabase): Promise<void> {
  const alter = () => db.schema.alterTable('alert');
  // Grows with every change, so that a message that is older than its row stays stale.
  await alter()
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  // What all parts are about, e.g. `proxy on web-1`; null where the title says it.
  await alter().addColumn('subject', textType(db)).execute();
  // Value of the label that tells whose the container is.
  await alter().addColumn('owner', textType(db)).execute();
  // Who did what brought it back, e.g. took an acceptance away.
  await alter().addColumn('raised_by', textType(db)).execute();
  await alter().addColumn('acknowledged_at', 'bigint').execute();
  await alter().addColumn('acknowledged_by', textType(db)).execute();
  await alter().addColumn('assigned_to', textType(db)).execute();
  await alter().addColumn('assigned_by', textType(db)).execute();
  await alter().addColumn('assigned_at', 'bigint').execute();
  await createParts(db);
  // What alerts were until now has one part each.
  await sql`
    insert into alert_part (alert_id, key, kind, severity, title, what, detail, next_json, first_at, last_at,
      count, resolved_at, resolved_why)
    select id, key, kind, severity, title, title, detail, next_json, first_at, last_at,
      count, resolved_at, resolved_why from alert where kind <> 'flood'`.execute(db);
  await createLines(db);
  await db.schema
    .createTable('alert_setting')
    .addColumn('channel', textType(db), (column) => column.primaryKey())
    .addColumn('severity', textType(db), (column) => column.notNull())
    // Null: every host of the channel.
    .addColumn('host', textType(db))
    .addColumn('is_off', 'integer', (column) => column.notNull().check(isZeroOrOne('is_off')))
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_by', textType(db), (column) => column.notNull())
    .execute();
}

async function createParts(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'alert_part')
    .addColumn('alert_id', 'bigint', (column) => column.notNull().references('alert.id'))
    // The same for the same trouble, e.g. `finding:web-1:1a2b…`.
    .addColumn('key', textType(db), (column) => column.notNull())
    .addColumn('kind', textType(db), (column) => column.notNull())
    .addColumn('severity', textType(db), (column) => column.notNull())
    .addColumn('title', textType(db), (column) => column.notNull())
    // The title without what it is about.
    .addColumn('what', textType(db), (column) => column.notNull())
    .addColumn('detail', textType(db))
    .addColumn('fix', textType(db))
    .addColumn('next_json', jsonType(db), (column) => column.notNull())
    .addColumn('first_at', 'bigint', (column) => column.notNull())
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('resolved_why', textType(db))
    // Who accepted it, while that holds.
    .addColumn('accepted_by', textType(db))
    .addColumn('accepted_until', 'bigint')
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('alert_part');
  await index('alert_part_key').columns(['alert_id', 'key']).unique().execute();
  await index('alert_part_trouble').column('key').execute();
}

/** Lines in the thread of an alert. */
async function createLines(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'alert_line')
    .addColumn('alert_id', 'bigint', (column) => column.notNull().references('alert.id'))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('text', textType(db), (column) => column.notNull())
    // Id of the person who is told by name.
    .addColumn('mention', textType(db))
    // 1: it was handed over.
    .addColumn('is_told', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_told')),
    )
    .execute();
  await db.schema.createIndex('alert_line_alert').on('alert_line').column('alert_id').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['alert_setting', 'alert_line', 'alert_part']) {
    await db.schema.dropTable(table).execute();
  }
  for (const column of added.toReversed()) {
    await db.schema.alterTable('alert').dropColumn(column).execute();
  }
}
