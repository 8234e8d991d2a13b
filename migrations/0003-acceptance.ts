import { sql } from 'kysely';
import { type AnyDatabase, createTableWithId, jsonType } from '../src/store/columns.ts';

// Decisions of people. A row is never deleted and never made to hold again: what follows is another
// row. `ended_at` is null until it is withdrawn, replaced or voided; expiry alone ends no row.

export async function up(db: AnyDatabase): Promise<void> {
  await decisionTable(db, 'acceptance')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('severity', 'integer', (column) => column.notNull())
    .addColumn('subject_kind', 'text', (column) => column.notNull())
    .addColumn('subject_key', 'text', (column) => column.notNull())
    .addColumn('binding_json', jsonType(db), (column) => column.notNull())
    .execute();
  await decisionTable(db, 'attestation')
    .addColumn('rule_id', 'text', (column) => column.notNull())
    // Name of a host, or `*` for every one.
    .addColumn('scope', 'text', (column) => column.notNull())
    .execute();
  await uniqueOpen(db, 'acceptance', ['host_id', 'fingerprint']);
  await uniqueOpen(db, 'attestation', ['rule_id', 'scope']);
  await createAudit(db);
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['audit', 'attestation', 'acceptance']) {
    await db.schema.dropTable(table).execute();
  }
}

function decisionTable(db: AnyDatabase, table: string) {
  return createTableWithId(db, table)
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('until_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', 'text')
    .addColumn('ended_kind', 'text')
    .addColumn('ended_why', 'text');
}

async function uniqueOpen(db: AnyDatabase, table: string, columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_open`)
    .on(table)
    .columns(columns)
    .unique()
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
}

async function createAudit(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'audit')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('who', 'text', (column) => column.notNull())
    // Channel, or `terminal`.
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('verb', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('before_json', jsonType(db))
    .addColumn('after_json', jsonType(db))
    .execute();
  await db.schema.createIndex('audit_at').on('audit').column('at').execute();
}
