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
  // What the newest list of a host has, and what is known of each.
  await db.schema
    .createIndex('image_filesystem_seen')
    .on('image_filesystem')
    .columns(['host_id', 'last_seen', 'image_id', 'filesystem_id'])
    .execute();
  await db.schema
    .createIndex('image_contents')
    .on('image')
    .columns(['host_id', 'image_id', 'inventory_id'])
    .execute();
  // Of the images of one chain of layers those of a host, and one that was inventoried.
  await db.schema.dropIndex('image_layers').execute();
  await db.schema
    .createIndex('image_layers')
    .on('image')
    .columns(['layers_key', 'host_id', 'inventory_id', 'id'])
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('image_layers').execute();
  await db.schema.createIndex('image_layers').on('image').column('layers_key').execute();
  await db.schema.dropIndex('image_contents').execute();
  await db.schema.dropIndex('image_filesystem_seen').execute();
  await db.schema.dropIndex('image_filesystem_read').execute();
  await db.schema.dropIndex('container_contents').execute();
}
