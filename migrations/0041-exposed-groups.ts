import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// Who has which packages is counted by image and inventory: in this order an index has those of one group one after
// another. Of whole file systems only the images that have one are joined.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('container_contents')
    .on('container')
    .columns([
      ...['host_id', 'image_id', 'inventory_id', 'container_id', 'closed_at', 'image', 'state'],
      'id',
    ])
    .execute();
  await db.schema
    .createIndex('image_filesystem_read')
    .on('image_filesystem')
    .columns(['host_id', 'image_id', 'filesystem_id', 'read_from'])
    .where(sql.ref('filesystem_id'), 'is not', null)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('image_filesystem_read').execute();
  await db.schema.dropIndex('container_contents').execute();
}
