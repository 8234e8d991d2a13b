import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// What the indexes of 0050 replace.

const names = ['container_now', 'scan_host_seen', 'exposed_closed', 'exposed_over'];

export async function up(db: AnyDatabase): Promise<void> {
  for (const name of names) await db.schema.dropIndex(name).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('container_now')
    .on('container')
    .columns(['host_id', 'closed_at', 'container_id', 'name', 'state', 'image_id', 'pid'])
    .columns(['first_seen', 'last_seen', 'content_hash', 'controls_hash_of', 'controls_hash'])
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('scan_host_seen')
    .on('scan')
    .columns(['host_id', 'seen_at', 'is_good'])
    .execute();
  await db.schema.createIndex('exposed_closed').on('exposed').column('closed_in').execute();
  await db.schema.createIndex('exposed_over').on('exposed').column('closed_at').execute();
}
