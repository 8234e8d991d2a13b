import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

export async function up(db: AnyDatabase): Promise<void> {
  // What decides what the containers of a host reach: of the newest good scan alone.
  await db.schema
    .createTable('reach_facts')
    .addColumn('host_id', 'integer', (column) => column.primaryKey().references('host.id'))
    .addColumn('facts_json', jsonType(db), (column) => column.notNull())
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('reach_facts').execute();
}
