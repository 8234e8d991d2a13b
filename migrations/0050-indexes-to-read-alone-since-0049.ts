import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// What a history and a digest read of each host stands in indexes, so that the rows, of kilobytes each, are left alone:
// of scans what was open after each; of containers their keys as well, which SQLite has in every index, and PostgreSQL has not.
// A match writes tens of thousands of rows that are not closed: what looks for closed ones needs none of these in its index.
// All are built beside those that they replace, of which 0051 drops what nobody needs: on PostgreSQL a drop keeps readers out
// until all migrations have run. In the order in which a scan is stored, so that neither is in the way of the other.

const names = ['container_now_id', 'scan_host_open', 'exposed_closed_in', 'exposed_closed_at'];

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('container_now_id')
    .on('container')
    .columns(['host_id', 'closed_at', 'container_id', 'name', 'state', 'image_id', 'pid'])
    .columns(['first_seen', 'last_seen', 'content_hash', 'controls_hash_of', 'controls_hash', 'id'])
    .where(sql.ref('closed_at'), 'is', null)
    .execute();
  await db.schema
    .createIndex('scan_host_open')
    .on('scan')
    .columns(['host_id', 'seen_at', 'is_good'])
    .columns(['open_low', 'open_medium', 'open_high', 'open_critical'])
    .execute();
  for (const column of ['closed_in', 'closed_at']) {
    await db.schema
      .createIndex(`exposed_${column}`)
      .on('exposed')
      .column(column)
      .where(sql.ref(column), 'is not', null)
      .execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const name of names) await db.schema.dropIndex(name).execute();
}
