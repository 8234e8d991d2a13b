import { sql } from 'kysely';
import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
} from '../src/store/columns.ts';

// Times are epoch milliseconds in a bigint, booleans integers 0 or 1. A row of `finding`,
// `container` or `undecided` is an interval: `closed_at` is null while it lasts, and a row that
// did not change is never touched.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'host')
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('engine_id', 'text')
    .execute();
  await createScan(db);
  await createHostSummary(db);
  await createFinding(db);
  await createContainer(db);
  await createUndecided(db);
  await db.schema
    .createTable('delivery')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('delivery_seen').on('delivery').column('seen_at').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  const tables = ['delivery', 'undecided', 'container', 'finding', 'host_summary', 'scan', 'host'];
  for (const table of tables) await db.schema.dropTable(table).execute();
}

async function createScan(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'scan')
    .addColumn('uid', 'text', (column) => column.notNull().unique())
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint', (column) => column.notNull())
    // Time of the scan in intervals: its start, moved on when the host's last scan was not earlier.
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('is_good', 'integer', (column) => column.notNull().check(isZeroOrOne('is_good')))
    .addColumn('engine_id', 'text')
    .addColumn('engine_version', 'text')
    .addColumn('api_version', 'text')
    .addColumn('answered', 'integer', (column) => column.notNull())
    .addColumn('unknown', 'integer', (column) => column.notNull())
    .addColumn('not_applicable', 'integer', (column) => column.notNull())
    .addColumn('total', 'integer', (column) => column.notNull())
    .addColumn('open_low', 'integer', (column) => column.notNull())
    .addColumn('open_medium', 'integer', (column) => column.notNull())
    .addColumn('open_high', 'integer', (column) => column.notNull())
    .addColumn('open_critical', 'integer', (column) => column.notNull())
    .addColumn('unread_sections_json', jsonType(db), (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('scan_host_started')
    .on('scan')
    .columns(['host_id', 'started_at'])
    .execute();
}

async function createHostSummary(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('host_summary')
    .addColumn('host_id', 'integer', (column) => column.primaryKey().references('host.id'))
    .addColumn('last_scan_id', 'integer', (column) => column.notNull().references('scan.id'))
    .addColumn('last_good_scan_id', 'integer', (column) => column.references('scan.id'))
    .addColumn('open_low', 'integer', (column) => column.notNull())
    .addColumn('open_medium', 'integer', (column) => column.notNull())
    .addColumn('open_high', 'integer', (column) => column.notNull())
    .addColumn('open_critical', 'integer', (column) => column.notNull())
    .execute();
}

async function createFinding(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'finding')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    // 1 low to 4 critical, so that the worst sorts first.
    .addColumn('severity', 'integer', (column) => column.notNull())
    .addColumn('subject_kind', 'text', (column) => column.notNull())
    .addColumn('subject_key', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('subjects_json', jsonType(db), (column) => column.notNull())
    .addColumn('evidence_json', jsonType(db), (column) => column.notNull())
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint')
    // Set when a good scan no longer saw it; null: the host's last good scan did.
    .addColumn('last_seen', 'bigint')
    .addColumn('closed_at', 'bigint')
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('finding');
  await index('finding_open')
    .columns(['host_id', 'fingerprint'])
    .unique()
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
  await index('finding_host_first_seen').columns(['host_id', 'first_seen']).execute();
  await index('finding_host_closed')
    .columns(['host_id', 'closed_at'])
    .where(sql.ref('closed_at'), 'is not', null)
    .execute();
  await index('finding_worst')
    .columns(['severity desc', 'rule_id', 'host_id'])
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
}

async function createContainer(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'container')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('container_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('image_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('facts_json', jsonType(db), (column) => column.notNull())
    .addColumn('facets_json', jsonType(db), (column) => column.notNull())
    .addColumn('unverified_facets_json', jsonType(db), (column) => column.notNull())
    // Over facts and facets: tells a change without reading the old ones.
    .addColumn('content_hash', 'text', (column) => column.notNull())
    // Of the container; `opened_at` is when this row's facts were first seen.
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint')
    .addColumn('closed_at', 'bigint')
    // 1: closed because the container is gone; 0: open, or followed by a row with newer facts.
    .addColumn('is_gone', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_gone')),
    )
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('container');
  await index('container_open')
    .columns(['host_id', 'container_id'])
    .unique()
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
  await index('container_image').columns(['image_id', 'first_seen', 'closed_at']).execute();
  await index('container_host_first_seen').columns(['host_id', 'first_seen']).execute();
  await index('container_gone')
    .columns(['host_id', 'container_id'])
    .where(sql.ref('is_gone'), '=', 1)
    .execute();
}

async function createUndecided(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'undecided')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('subject_kind', 'text', (column) => column.notNull())
    // Null: the rule could judge no subject of the host.
    .addColumn('subject_key', 'text')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('closed_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('undecided_host_first_seen')
    .on('undecided')
    .columns(['host_id', 'first_seen'])
    .execute();
  await db.schema
    .createIndex('undecided_open')
    .on('undecided')
    .columns(['host_id', 'rule_id', 'subject_kind', 'subject_key'])
    .unique()
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
}
