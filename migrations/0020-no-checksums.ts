import type { AnyDatabase } from '../src/store/columns.ts';

// The store compared the text of each migration with that of the one that had run. A suite does so now.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('migration_checksum').ifExists().execute();
}

/** Who needs the table makes it. */
export async function down(): Promise<void> {}
