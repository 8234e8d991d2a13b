import { sql } from 'kysely';
import { type AnyDatabase, textType } from '../src/store/columns.ts';

// What questions about a whole fleet look up, without the rows, which take kilobytes.

const ROWS_AT_ONCE = 200;
/** As Compose makes it; a label may hold anything. */
const HASH_LENGTH = 64;
/** More than any engine takes. */
const IMAGE_LENGTH = 500;

export async function up(db: AnyDatabase): Promise<void> {
  // When each host was read. Nothing looked for the start of a scan.
  await db.schema.dropIndex('scan_host_started').execute();
  await db.schema
    .createIndex('scan_host_seen')
    .on('scan')
    .columns(['host_id', 'seen_at', 'is_good'])
    .execute();
  await addGrades(db);
  await addFacts(db);
}

/** What the posture of a scan says in short; null where its posture is that of a scan before. */
async function addGrades(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('scan').addColumn('score', 'integer').execute();
  await db.schema.alterTable('scan').addColumn('grade', textType(db)).execute();
  await fill(db, 'scan', 'posture_json', ({ score = null, grade = null }) => ({ score, grade }));
  await db.schema.dropIndex('scan_posture').execute();
  await db.schema
    .createIndex('scan_posture')
    .on('scan')
    .columns(['host_id', 'id', 'seen_at', 'score', 'grade'])
    .where(sql.ref('posture_json'), 'is not', null)
    .execute();
}

/**
 * What is asked of the facts of many containers: of what image each was started, which the index of who was there
 * when has too; its first process, null where it has none; and of what configuration Compose made it.
 */
async function addFacts(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('container')
    .addColumn('image', textType(db), (column) => column.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('container').addColumn('pid', 'bigint').execute();
  await db.schema.alterTable('container').addColumn('compose_hash', textType(db)).execute();
  await fill(db, 'container', 'facts_json', (facts) => ({
    image: facts.imageReference?.slice(0, IMAGE_LENGTH) ?? '',
    pid: facts.pid ?? null,
    compose_hash: facts.composeConfigHash?.slice(0, HASH_LENGTH) ?? null,
  }));
  await db.schema
    .createIndex('container_alike')
    .on('container')
    .columns(['host_id', 'compose_hash', 'image_id'])
    .where(sql<boolean>`closed_at is null and compose_hash is not null`)
    .execute();
  await db.schema.dropIndex('container_span').execute();
  await spanIndex(db, ['image']);
}

const spanIndex = (db: AnyDatabase, more: string[]): Promise<void> =>
  db.schema
    .createIndex('container_span')
    .on('container')
    .columns([
      ...['host_id', 'closed_at', 'opened_at', 'inventory_id', 'image_id', 'container_id', 'name'],
      ...['state', ...more],
    ])
    .execute();

/** Sets columns by what stands in the JSON of a row. */
async function fill(
  db: AnyDatabase,
  table: string,
  column: string,
  // biome-ignore lint/suspicious/noExplicitAny: what versions of then wrote
  columnsOf: (json: any) => Record<string, unknown>,
): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom(table)
      .select(['id', column])
      .where(column, 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      const json = row[column];
      const columns = columnsOf(typeof json === 'string' ? JSON.parse(json) : json);
      await db.updateTable(table).set(columns).where('id', '=', row.id).execute();
    }
    if (rows.length < ROWS_AT_ONCE) return;
    after = rows.at(-1)?.id ?? after;
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const name of ['container_alike', 'container_span', 'scan_host_seen', 'scan_posture']) {
    await db.schema.dropIndex(name).execute();
  }
  for (const column of ['compose_hash', 'pid', 'image']) {
    await db.schema.alterTable('container').dropColumn(column).execute();
  }
  await spanIndex(db, []);
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
