import { type AnyDatabase, textType } from '../src/store/columns.ts';

// By which hash containers with the same controls are known, and the content of which row that holds: an older version
// changes the content and not the hash. Null: of an older version; the next scan fills it.

export async function up(db: AnyDatabase): Promise<void> {
  for (const column of ['controls_hash', 'controls_hash_of']) {
    await db.schema.alterTable('container').addColumn(column, textType(db)).execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const column of ['controls_hash_of', 'controls_hash']) {
    await db.schema.alterTable('container').dropColumn(column).execute();
  }
}
