import { sql } from 'kysely';
import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

export async function up(db: AnyDatabase): Promise<void> {
  // Null: the same as in the host's scan before, so that unchanged days cost nothing.
  await db.schema.alterTable('scan').addColumn('posture_json', jsonType(db)).execute();
  await db.schema
    .createIndex('scan_posture')
    .on('scan')
    .columns(['host_id', 'id'])
    .where(sql.ref('posture_json'), 'is not', null)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('scan_posture').execute();
  await db.schema.alterTable('scan').dropColumn('posture_json').execute();
}
