import { sql } from 'kysely';
import { type AnyDatabase, createTableWithId, jsonType } from '../src/store/columns.ts';

// How containers should look, as people approved it. A row is never deleted: `ended_at` is null while
// it holds, and at most one of a container's stable name does.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'baseline')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    // Stable name of the container, which redeployments keep.
    .addColumn('container_key', 'text', (column) => column.notNull())
    .addColumn('container_name', 'text', (column) => column.notNull())
    .addColumn('fields_json', jsonType(db), (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', 'text')
    // `withdrawn` or `replaced`.
    .addColumn('ended_kind', 'text')
    .execute();
  await db.schema
    .createIndex('baseline_open')
    .on('baseline')
    .columns(['host_id', 'container_key'])
    .unique()
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  // What the image of a container declares. Null: of a version that did not look, or it was unread.
  await db.schema.alterTable('container').addColumn('image_json', jsonType(db)).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('container').dropColumn('image_json').execute();
  await db.schema.dropTable('baseline').execute();
}
