import { sql } from 'kysely';
import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

// What decides what containers reach, beside their own facts. Null: as in the host's scan before.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('scan').addColumn('reach_json', jsonType(db)).execute();
  await db.schema
    .createIndex('scan_reach')
    .on('scan')
    .columns(['host_id', 'id'])
    .where(sql.ref('reach_json'), 'is not', null)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('scan_reach').execute();
  await db.schema.alterTable('scan').dropColumn('reach_json').execute();
}
