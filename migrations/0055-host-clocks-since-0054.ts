import type { AnyDatabase } from '../src/store/columns.ts';

// How far the clock of a host was ahead of ours when it was scanned. Null: not told, or scanned by an earlier version.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('scan').addColumn('clock_ahead_ms', 'bigint').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('scan').dropColumn('clock_ahead_ms').execute();
}
