import type { AnyDatabase } from '../src/store/columns.ts';

// By which reader the file system of an image was read. Null: an older one, or nobody read it.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('image_filesystem').addColumn('reader', 'integer').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('image_filesystem').dropColumn('reader').execute();
}
