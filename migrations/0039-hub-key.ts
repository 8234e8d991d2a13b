import { type AnyDatabase, textType } from '../src/store/columns.ts';

// The key by which edges know the hub, whichever process they reach.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('hub_key')
    // 1: there is one.
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('public_key', textType(db), (column) => column.notNull())
    .addColumn('private_key', textType(db), (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('hub_key').execute();
}
