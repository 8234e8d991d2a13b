import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

export async function up(db: AnyDatabase): Promise<void> {
  // Null: of a version that looked at no controls, or the engine could not be read.
  await db.schema.alterTable('container').addColumn('controls_json', jsonType(db)).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('container').dropColumn('controls_json').execute();
}
