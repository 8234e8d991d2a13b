import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

export async function up(db: AnyDatabase): Promise<void> {
  // Null: of a version that looked at no controls, or the engine could not be read.
  for (const column of ['controls_json', 'isolation_json']) {
    await db.schema.alterTable('container').addColumn(column, jsonType(db)).execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const column of ['isolation_json', 'controls_json']) {
    await db.schema.alterTable('container').dropColumn(column).execute();
  }
}
