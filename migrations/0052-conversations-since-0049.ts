import { type AnyDatabase, textType } from '../src/store/columns.ts';

// The line that was answered last in each thread and direct message, so that “and on web-2?” has something to change.
export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('conversation')
    // Channel and thread, e.g. `C0123456789 1763629200.000100`; the channel alone for a direct message without one.
    .addColumn('key', textType(db), (column) => column.primaryKey())
    .addColumn('line', textType(db), (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('conversation').execute();
}
