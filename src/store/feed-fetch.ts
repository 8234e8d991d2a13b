import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Updateable } from 'kysely';
import type { AdvisoryRecord } from '../exposure/advisory.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedChange, FeedFetchStore, FeedState } from '../ports/feed-store.ts';
import { UserError } from '../shared/errors.ts';
import { clamp } from '../shared/text.ts';
import type { FeedTable } from './advisory-tables.ts';
import { CHUNK_ROWS, gather, inChunks } from './chunks.ts';
import { isPostgres } from './columns.ts';
import type { Database, OpenDatabase } from './database.ts';
import {
  beginFeed,
  FAILURE_CHARACTERS,
  insertRows,
  nameKey,
  type OfGeneration,
  orNothing,
  removeAdvisories,
  removeRows,
  toState,
} from './feed-rows.ts';
import { endLease, extendLease, takeLease } from './leases.ts';
import type { Db } from './schema.ts';

/** The longest pause between two writes. */
const PAUSE_MAX_MS = 50;
/** Less than what others have, who would else move what was written here to its place, and wait for the disk. */
const LOG_PAGES = 400;

/**
 * The same database for who writes much beside others: after each write it rests as long as that took, so that
 * they find a moment. Their thread waits for a lock of SQLite as a whole. Rejects as `Database.write`.
 */
export async function restingDatabase(database: OpenDatabase): Promise<Database> {
  if (!isPostgres(database.db)) {
    await sql`pragma wal_autocheckpoint = ${sql.raw(String(LOG_PAGES))}`.execute(database.db);
  }
  return {
    ...database,
    async write(work) {
      const startedAt = performance.now();
      const result = await database.write(work);
      await sleep(Math.min(performance.now() - startedAt, PAUSE_MAX_MS));
      return result;
    },
  };
}

export function createFeedFetches(database: Database, now: Clock): FeedFetchStore {
  const { read, write } = database;
  return {
    claim: (source, lease, isDue) =>
      write(async (db) => {
        await db
          .insertInto('feed')
          .values({ source, generation: 0, taking: 0, records: 0, ecosystems_json: '[]' })
          .onConflict((conflict) => conflict.column('source').doNothing())
          .execute();
        const row = await rowOf(db, source);
        if (!isDue({ triedAt: row.tried_at, hasFailed: row.failed_at !== null })) return 'not-due';
        const held = await takeLease(db, 'feed', isFeed(source), lease);
        return held === null ? 'busy' : { held, mark: row.fetched_json };
      }),
    extend: (source, held) => write((db) => extendLease(db, 'feed', isFeed(source), held)),
    settle: (source, held, ending) =>
      write(async (db) => {
        await endLease(db, 'feed', isFeed(source), held);
        await db
          .updateTable('feed')
          .set({
            tried_at: now(),
            ...(ending.kind === 'failed'
              ? { failed_at: now(), failure: clamp(ending.reason, FAILURE_CHARACTERS) }
              : { failed_at: null, failure: null }),
            ...(ending.kind === 'confirmed' ? { confirmed_at: now() } : {}),
            ...('mark' in ending && ending.mark
              ? { fetched_json: JSON.stringify(ending.mark) }
              : {}),
          })
          .where('source', '=', source)
          .execute();
      }),
    changeTimes: (source, ids) =>
      read(async (db) => {
        const feed = await rowOf(db, source);
        const found = await findRecords(db, { feed_id: feed.id, generation: feed.generation }, ids);
        return new Map(
          [...found.values()].map(({ advisory }) => [advisory.id, advisory.modified] as const),
        );
      }),
    change: (change) => writeChange(database, change, now),
  };
}

const isFeed = (source: string) => sql<boolean>`source = ${source}`;

const rowOf = (db: Db, source: string) =>
  db.selectFrom('feed').selectAll().where('source', '=', source).executeTakeFirstOrThrow();

/** Those of these ids that a generation has, by the keys of their rows. */
async function findRecords(
  db: Db,
  { feed_id: feedId, generation }: OfGeneration,
  ids: readonly string[],
): Promise<Map<number, AdvisoryRecord>> {
  const wanted = new Set(ids);
  const found = await gather(ids.map(nameKey), async (names) => {
    const rows = await db
      .selectFrom('advisory_name')
      .innerJoin('advisory', 'advisory.id', 'advisory_name.advisory_id')
      .select(['advisory.id', 'record_json'])
      .where('name', 'in', names)
      .where('feed_id', '=', feedId)
      .where('generation', '=', generation)
      .execute();
    // Others may name it as well.
    return rows.filter(({ record_json: record }) => wanted.has(record.advisory.id));
  });
  return new Map(found.map(({ id, record_json: record }) => [id, record]));
}

async function writeChange(
  { read, write }: Database,
  change: FeedChange,
  now: Clock,
): Promise<FeedState> {
  const { source } = change;
  const before = await read((db) => rowOf(db, source));
  if (before.generation === 0) throw new UserError(`The feed ${source} was never taken.`);
  const next = await write((db) => beginFeed(db, source));
  await removeRows(write, next);
  return orNothing(write, next, () => takeChange({ read, write }, before, next, change, now));
}

/** Writes the changed records under the generation, and puts them in their place. */
async function takeChange(
  { read, write }: Pick<Database, 'read' | 'write'>,
  before: Awaited<ReturnType<typeof rowOf>>,
  next: OfGeneration,
  { records, ids, mark }: FeedChange,
  now: Clock,
): Promise<FeedState> {
  const current = { feed_id: before.id, generation: before.generation };
  const ecosystems = new Set(before.ecosystems_json);
  let newest = before.as_of;
  let added = 0;
  let chunk: AdvisoryRecord[] = [];
  const store = async () => {
    const rows = chunk.map((record) => ({ kind: 'advisory' as const, record }));
    chunk = [];
    await write((db) => insertRows(db, next, rows));
  };
  for await (const record of records) {
    added += 1;
    for (const { ecosystem } of record.affected) ecosystems.add(ecosystem);
    const modified =
      record.advisory.modified === null ? null : Date.parse(record.advisory.modified);
    if (modified !== null && modified > (newest ?? 0)) newest = modified;
    if (chunk.push(record) === CHUNK_ROWS) await store();
  }
  await store();
  const old = await read((db) => findRecords(db, current, ids));
  return write((db) =>
    putInPlace(db, { current, next }, [...old.keys()], {
      as_of: newest,
      loaded_at: now(),
      records: before.records - old.size + added,
      ecosystems_json: JSON.stringify([...ecosystems].sort()),
      fetched_json: JSON.stringify(mark),
    }),
  );
}

/** All at once: whoever asks finds all of the change or nothing of it. */
async function putInPlace(
  db: Db,
  { current, next }: { current: OfGeneration; next: OfGeneration },
  old: readonly number[],
  values: Updateable<FeedTable>,
): Promise<FeedState> {
  const row = await db
    .updateTable('feed')
    .set((eb) => ({ ...values, revision: eb('revision', '+', 1) }))
    .where('id', '=', current.feed_id)
    .where('taking', '=', next.generation)
    .where('generation', '=', current.generation)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw new UserError('The feed was taken by somebody else meanwhile.');
  await inChunks(old, (ids) => removeAdvisories(db, ids));
  await db
    .updateTable('advisory')
    .set({ generation: current.generation })
    .where('feed_id', '=', next.feed_id)
    .where('generation', '=', next.generation)
    .execute();
  return toState(row);
}
