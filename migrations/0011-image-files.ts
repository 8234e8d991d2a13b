import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

export async function up(db: AnyDatabase): Promise<void> {
  // What was found in the images of a host: too dear to be read in every scan.
  await db.schema
    .createTable('image_files')
    .addColumn('host_id', 'integer', (column) => column.primaryKey().references('host.id'))
    .addColumn('images_json', jsonType(db), (column) => column.notNull())
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('image_files').execute();
}
