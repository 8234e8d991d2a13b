import type { AnyDatabase } from '../src/store/columns.ts';
import { jsonType } from '../src/store/columns.ts';

// Each taking of a lease has a number of its own, so that nothing is written under one that was lost. What
// a digest says is put into the outbox as its run ends, and kept nowhere else.

const tables = ['digest_run', 'outbox_channel', 'watch'];

export async function up(db: AnyDatabase): Promise<void> {
  for (const table of tables) {
    await db.schema
      .alterTable(table)
      .addColumn('lease_token', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await db.schema.alterTable('digest_run').dropColumn('messages_json').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('digest_run').addColumn('messages_json', jsonType(db)).execute();
  for (const table of tables) {
    await db.schema.alterTable(table).dropColumn('lease_token').execute();
  }
}
