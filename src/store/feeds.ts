import { type Kysely, type Selectable, sql } from 'kysely';
import { idsOf } from '../exposure/advisory.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedLoad, FeedRow, FeedState, FeedStore } from '../ports/feed-store.ts';
import { UserError } from '../shared/errors.ts';
import { clamp } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { readKnownOf, readRecordsOf } from './advisory-rows.ts';
import type { FeedTable } from './advisory-tables.ts';
import { CHUNK_ROWS } from './chunks.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

const FAILURE_CHARACTERS = 500;
/** Rows of feeds that one statement removes: each takes its names along. */
const REMOVED_AT_ONCE = 1_000;

/** Feeds and what they say in the database. */
export function createFeedsStore(database: Database, now: Clock): FeedStore {
  const { read, write } = database;
  return {
    list: () =>
      read(async (db) => {
        const rows = await db.selectFrom('feed').selectAll().orderBy('source').execute();
        return rows.map(toState);
      }),
    async replace(load) {
      try {
        return await replace(database, load, now);
      } catch (error) {
        const reason = clamp(
          error instanceof Error ? error.message : String(error),
          FAILURE_CHARACTERS,
        );
        await write((db) => noteFailure(db, load.source, reason, now()));
        throw error;
      }
    },
    recordsOf: (id) => read((db) => readRecordsOf(db, id)),
    knownOf: (ids) => read((db) => readKnownOf(db, ids)),
  };
}

const toState = (row: Selectable<FeedTable>): FeedState => ({
  source: row.source,
  asOf: row.as_of === null ? null : isoTime(row.as_of),
  loadedAt: row.loaded_at === null ? null : isoTime(row.loaded_at),
  records: row.records,
  ecosystems: row.ecosystems_json,
  failure:
    row.failed_at === null || row.failure === null
      ? null
      : { at: isoTime(row.failed_at), reason: row.failure },
});

async function replace(
  { write }: Database,
  { source, rows, asOf }: FeedLoad,
  now: Clock,
): Promise<FeedState> {
  const next = await write((db) => beginFeed(db, source));
  await removeRows(write, next);
  const ecosystems = new Set<string>();
  let records = 0;
  let chunk: FeedRow[] = [];
  const store = async () => {
    const full = chunk;
    chunk = [];
    await write((db) => insertRows(db, next, full));
  };
  for await (const row of rows) {
    records += 1;
    if (row.kind === 'advisory') {
      for (const { ecosystem } of row.record.affected) ecosystems.add(ecosystem);
    }
    if (chunk.push(row) === CHUNK_ROWS) await store();
  }
  await store();
  if (records === 0) throw new UserError(`The feed ${source} has nothing that Seawall knows.`);
  const newest = asOf();
  const state = await write((db) =>
    switchFeed(db, next, {
      as_of: newest === null ? null : Date.parse(newest),
      loaded_at: now(),
      records,
      ecosystems_json: JSON.stringify([...ecosystems].sort()),
    }),
  );
  await removeRows(write, next);
  return state;
}

/** The next generation of a feed, which nobody else writes. */
async function beginFeed(db: Kysely<Tables>, source: string): Promise<OfGeneration> {
  const { id, taking } = await db
    .insertInto('feed')
    .values({ source, generation: 0, taking: 1, records: 0, ecosystems_json: '[]' })
    .onConflict((conflict) =>
      conflict.column('source').doUpdateSet((eb) => ({ taking: eb('feed.taking', '+', 1) })),
    )
    .returning(['id', 'taking'])
    .executeTakeFirstOrThrow();
  return { feed_id: id, generation: taking };
}

type OfGeneration = Pick<Selectable<Tables['advisory']>, 'feed_id' | 'generation'>;

async function insertRows(
  db: Kysely<Tables>,
  generation: OfGeneration,
  rows: readonly FeedRow[],
): Promise<void> {
  const records = rows.flatMap((row) => (row.kind === 'advisory' ? [row.record] : []));
  if (records.length > 0) {
    const inserted = await db
      .insertInto('advisory')
      .values(records.map((record) => ({ ...generation, record_json: JSON.stringify(record) })))
      .returning('id')
      .execute();
    const names = records.flatMap(({ advisory }, index) => {
      const id = inserted[index]?.id;
      if (id === undefined) throw new Error('an advisory was not stored');
      return idsOf(advisory).map((name) => ({ name: nameKey(name), advisory_id: id }));
    });
    for (let start = 0; start < names.length; start += CHUNK_ROWS) {
      await db
        .insertInto('advisory_name')
        .values(names.slice(start, start + CHUNK_ROWS))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  }
  const exploited = rows.flatMap((row) => (row.kind === 'exploited' ? [row.entry] : []));
  if (exploited.length > 0) {
    await db
      .insertInto('known_exploited')
      .values(
        exploited.map((entry) => ({
          ...generation,
          cve: nameKey(entry.cve),
          entry_json: JSON.stringify(entry),
        })),
      )
      .execute();
  }
  const predictions = rows.flatMap((row) => (row.kind === 'prediction' ? [row.entry] : []));
  if (predictions.length > 0) {
    await db
      .insertInto('exploit_prediction')
      .values(
        predictions.map(({ cve, probability, percentile }) => ({
          ...generation,
          ...{ cve: nameKey(cve), probability, percentile },
        })),
      )
      .execute();
  }
}

/** Ids are compared without case: people type `cve-…`. */
const nameKey = (id: string): string => id.toUpperCase();

async function switchFeed(
  db: Kysely<Tables>,
  { feed_id: id, generation }: OfGeneration,
  values: {
    as_of: number | null;
    loaded_at: number;
    records: number;
    ecosystems_json: string;
  },
): Promise<FeedState> {
  const before = await db
    .selectFrom('feed')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (before.taking !== generation) {
    throw new UserError(`The feed ${before.source} was taken by somebody else meanwhile.`);
  }
  if (before.as_of !== null && values.as_of !== null && values.as_of < before.as_of) {
    throw new UserError(
      `The feed ${before.source} of ${isoTime(values.as_of)} is older than what is there, of ${isoTime(before.as_of)}.`,
      { hint: 'What is there stays.' },
    );
  }
  const row = await db
    .updateTable('feed')
    .set({ ...values, generation, failed_at: null, failure: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toState(row);
}

async function noteFailure(
  db: Kysely<Tables>,
  source: string,
  failure: string,
  at: number,
): Promise<void> {
  await db
    .updateTable('feed')
    .set({ failed_at: at, failure })
    .where('source', '=', source)
    .execute();
}

/** Removes rows of generations before this one that do not answer, a part at a time. */
async function removeRows(
  write: Database['write'],
  { feed_id: feedId, generation }: OfGeneration,
): Promise<void> {
  for (const table of ['advisory', 'known_exploited', 'exploit_prediction'] as const) {
    for (;;) {
      const removed = await write(async (db) => {
        const old = sql`select id from ${sql.table(table)}
          where feed_id = ${feedId} and generation < ${generation}
          and generation <> (select generation from feed where id = ${feedId})
          limit ${REMOVED_AT_ONCE}`;
        if (table === 'advisory') {
          await sql`delete from advisory_name where advisory_id in (${old})`.execute(db);
        }
        const { numAffectedRows } = await sql`
          delete from ${sql.table(table)} where id in (${old})`.execute(db);
        return Number(numAffectedRows ?? 0);
      });
      if (removed === 0) break;
    }
  }
}
