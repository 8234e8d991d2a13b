import { type Selectable, sql } from 'kysely';
import { namesOf } from '../exposure/advisory.ts';
import { mayBePart } from '../exposure/feed-covers.ts';
import type { FeedRow, FeedState, FetchMark } from '../ports/feed-store.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { nameAdvisoryPackages } from './advisory-packages.ts';
import type { FeedTable } from './advisory-tables.ts';
import { CHUNK_ROWS, idsOf } from './chunks.ts';
import type { Database } from './database.ts';
import { isFree } from './leases.ts';
import type { Db, Tables } from './schema.ts';
import { insertStatements } from './statement-rows.ts';

// Rows of a feed that is being taken, which stand under a generation of their own until they answer.

/** Rows of feeds that one statement removes: each takes its names along. */
const REMOVED_AT_ONCE = 1_000;

/** Of the reason why a feed was not taken. */
export const FAILURE_CHARACTERS = 500;

/** One taking of a feed. */
export type OfGeneration = Pick<Selectable<Tables['advisory']>, 'feed_id' | 'generation'>;

/** The mark of a file that is all of a feed: no address is like it, so that the next fetch takes all. */
export const OF_FILE: FetchMark = {
  url: '',
  etag: null,
  lastModified: null,
  newestChange: null,
  wholeAt: '',
};

/** Also where it was imported without a mark, by an earlier version that knows no parts and works beside this one. */
const isPart = ({ is_part: said, generation, fetched_json: mark, source }: Selectable<FeedTable>) =>
  said === 1 || (generation > 0 && mark === null && mayBePart(source));

export const toState = (row: Selectable<FeedTable>): FeedState => ({
  source: row.source,
  asOf: isoTimeOrNull(row.as_of),
  loadedAt: isoTimeOrNull(row.loaded_at),
  records: row.records,
  ecosystems: row.ecosystems_json,
  isPart: isPart(row),
  failure:
    row.failed_at === null || row.failure === null
      ? null
      : { at: isoTime(row.failed_at), reason: row.failure },
  revision: row.revision,
  confirmedAt: isoTimeOrNull(row.confirmed_at),
  triedAt: isoTimeOrNull(row.tried_at),
});

/** The next generation of a feed, which nobody else writes. */
export async function beginFeed(db: Db, source: string): Promise<OfGeneration> {
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

/** Writes rows of a feed under the generation that is being taken. */
export async function insertRows(
  db: Db,
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
    const ids = idsOf(inserted);
    if (ids.length !== records.length) throw new Error('an advisory was not stored');
    await nameAdvisoryPackages(db, records, ids);
    const names = records.flatMap(({ advisory }, index) => {
      const id = ids[index] ?? 0;
      return namesOf(advisory).map((name) => ({ name, advisory_id: id }));
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
  await insertStatements(
    db,
    generation,
    rows.flatMap((row) => (row.kind === 'statement' ? [row.statement] : [])),
  );
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
export const nameKey = (id: string): string => id.toUpperCase();

const FEED_TABLES = ['advisory', 'known_exploited', 'exploit_prediction', 'vex_statement'] as const;

/** Removes rows of generations before this one that do not answer, a part at a time. */
export async function removeRows(
  write: Database['write'],
  { feed_id: feedId, generation }: OfGeneration,
): Promise<void> {
  for (const table of FEED_TABLES) {
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

/**
 * What takes a generation, or leaves no row of it where it fails. Rejects as the work does; what cannot be removed either is
 * removed by whoever takes the feed next.
 */
export async function orNothing<T>(
  write: Database['write'],
  next: OfGeneration,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await removeRows(write, { ...next, generation: next.generation + 1 }).catch(() => {});
    throw error;
  }
}

/** Removes advisories by the keys of their rows, with their names. */
export async function removeAdvisories(db: Db, ids: readonly number[]): Promise<void> {
  await db.deleteFrom('advisory_name').where('advisory_id', 'in', ids).execute();
  await db.deleteFrom('advisory').where('id', 'in', ids).execute();
}

/** Who holds a feed at this moment. */
export async function readHolders(db: Db): Promise<Set<string>> {
  const rows = await db
    .selectFrom('feed')
    .select('lease_owner as owner')
    .where(sql<boolean>`not ${isFree(db)}`)
    .execute();
  return new Set(rows.flatMap(({ owner }) => (owner === null ? [] : [owner])));
}
