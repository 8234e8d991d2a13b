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
  await addGrades(db);
  await addComposeHash(db);
}

/** What the posture of a scan says in short; null where its posture is that of a scan before. */
async function addGrades(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('scan').addColumn('score', 'integer').execute();
  await db.schema.alterTable('scan').addColumn('grade', textType(db)).execute();
  await fill(db, 'scan', 'posture_json', 'posture_json is not null', ({ score, grade }) => {
    return { score: score ?? null, grade: grade ?? null };
  });
  await db.schema.dropIndex('scan_posture').execute();
  await db.schema
    .createIndex('scan_posture')
    .on('scan')
    .columns(['host_id', 'id', 'seen_at', 'score', 'grade'])
    .where(sql.ref('posture_json'), 'is not', null)
    .execute();
}

/** What Compose says that an existing container was made from. Null: it did not make it. */
async function addComposeHash(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('container').addColumn('compose_hash', textType(db)).execute();
  await fill(db, 'container', 'facts_json', 'closed_at is null', ({ composeConfigHash: hash }) => {
    return hash ? { compose_hash: hash.slice(0, HASH_LENGTH) } : null;
  });
  await db.schema
    .createIndex('container_alike')
    .on('container')
    .columns(['host_id', 'compose_hash', 'image_id'])
    .where(sql<boolean>`closed_at is null and compose_hash is not null`)
    .execute();
}

/** Sets columns by what stands in the JSON of a row. */
async function fill(
  db: AnyDatabase,
  table: string,
  column: string,
  condition: string,
  // biome-ignore lint/suspicious/noExplicitAny: what versions of then wrote
  columnsOf: (json: any) => Record<string, unknown> | null,
): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom(table)
      .select(['id', column])
      .where(sql.raw<boolean>(condition))
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      const json = row[column];
      const columns = columnsOf(typeof json === 'string' ? JSON.parse(json) : json);
      if (columns === null) continue;
      await db.updateTable(table).set(columns).where('id', '=', row.id).execute();
    }
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const name of ['container_alike', 'scan_host_seen', 'scan_posture']) {
    await db.schema.dropIndex(name).execute();
  }
  await db.schema.alterTable('container').dropColumn('compose_hash').execute();
  for (const column of ['score', 'grade']) {
    await db.schema.alterTable('scan').dropColumn(column).execute();
  }
  await db.schema
    .createIndex('scan_posture')
    .on('scan')
    .columns(['host_id', 'id'])
    .where(sql.ref('posture_json'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('scan_host_started')
    .on('scan')
    .columns(['host_id', 'started_at'])
    .execute();
}
