import { sql } from 'kysely';
import { type AnyDatabase, textType } from '../src/store/columns.ts';

// What questions about a whole fleet look up, without the rows, which take kilobytes.

const ROWS_AT_ONCE = 200;
/** As Compose makes it; a label may hold anything. */
const HASH_LENGTH = 64;

export async function up(db: AnyDatabase): Promise<void> {
  // When each host was read. Nothing looked for the start of a scan.
  await db.schema.dropIndex('scan_host_started').execute();
  await db.schema
    .createIndex('scan_host_seen')
    .on('scan')
    .columns(['host_id', 'seen_at', 'is_good'])
    .execute();
  // What Compose says that a container was made from. Null: it did not make it.
  await db.schema.alterTable('container').addColumn('compose_hash', textType(db)).execute();
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('container')
      .select(['id', 'facts_json'])
      .where('closed_at', 'is', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const { id, facts_json: facts } of rows) {
      const { composeConfigHash = null } = typeof facts === 'string' ? JSON.parse(facts) : facts;
      if (composeConfigHash === null) continue;
      await db
        .updateTable('container')
        .set({ compose_hash: composeConfigHash.slice(0, HASH_LENGTH) })
        .where('id', '=', id)
        .execute();
    }
    if (rows.length < ROWS_AT_ONCE) break;
    after = rows.at(-1)?.id ?? after;
  }
  await db.schema
    .createIndex('container_alike')
    .on('container')
    .columns(['host_id', 'compose_hash', 'image_id'])
    .where(sql<boolean>`closed_at is null and compose_hash is not null`)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('container_alike').execute();
  await db.schema.alterTable('container').dropColumn('compose_hash').execute();
  await db.schema.dropIndex('scan_host_seen').execute();
  await db.schema
    .createIndex('scan_host_started')
    .on('scan')
    .columns(['host_id', 'started_at'])
    .execute();
}
