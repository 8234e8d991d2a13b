import type { AnyDatabase } from '../src/store/columns.ts';

// The engine's id of a command that was begun in a container, by which its end is known.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('container_event').addColumn('exec_id', 'text').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('container_event').dropColumn('exec_id').execute();
}
