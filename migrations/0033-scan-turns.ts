import { type AnyDatabase, textType } from '../src/store/columns.ts';

// Which process scans a host by itself, and how that ended last.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('scan_turn')
    .addColumn('host_id', 'bigint', (column) => column.primaryKey().references('host.id'))
    .addColumn('lease_owner', textType(db))
    .addColumn('lease_token', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
    // Null before the first.
    .addColumn('ended_at', 'bigint')
    // Why no scan came of it; null when one did.
    .addColumn('problem', textType(db))
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('scan_turn').execute();
}
