import { sql } from 'kysely';
import { type AnyDatabase, textType } from '../src/store/columns.ts';

// Libraries and programs that no package manager of a system installed are matched like packages of systems, and
// the packages of images without a container are read.

const KEY = ['vulnerability', 'package_id', 'os_id', 'os_version', 'opened_in'];

export async function up(db: AnyDatabase): Promise<void> {
  // 0: it is about a package. Where it is not, `package_id` is 0, and the release is empty.
  await db.schema
    .alterTable('exposed')
    .addColumn('component_id', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.dropIndex('exposed_key').execute();
  await db.schema
    .createIndex('exposed_key')
    .on('exposed')
    .columns([...KEY, 'component_id'])
    .unique()
    .execute();
  // When its packages were last read without a container, and why that failed; null for what was not tried.
  await db.schema.alterTable('image').addColumn('system_tried_at', 'bigint').execute();
  await db.schema.alterTable('image').addColumn('system_reason', textType(db)).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('image').dropColumn('system_reason').execute();
  await db.schema.alterTable('image').dropColumn('system_tried_at').execute();
  await sql`delete from exposed where component_id <> 0`.execute(db);
  await db.schema.dropIndex('exposed_key').execute();
  await db.schema.createIndex('exposed_key').on('exposed').columns(KEY).unique().execute();
  await db.schema.alterTable('exposed').dropColumn('component_id').execute();
}
