import { type Insertable, sql } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type {
  Exposed,
  ExposedState,
  ExposedStore,
  MatchBasis,
  TellEvent,
  Telling,
} from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { addTo } from '../shared/add-to.ts';
import { countRows, inChunks, insertEach, putRow } from './chunks.ts';
import type { Database } from './database.ts';
import { countExploited, readContainerImages } from './exploitable-rows.ts';
import {
  acceptExposure,
  readAcceptedAs,
  readExposureAcceptances,
  unacceptExposure,
} from './exposed-acceptances.ts';
import { readPlaced } from './exposed-places.ts';
import { matchSource, readBasis, readGeneration } from './exposed-source.ts';
import { endLease, extendLease, noLease, takeLease } from './leases.ts';
import { putMessages } from './outbox-rows.ts';
import { storable } from './query-compilers.ts';
import type { Db, Tables } from './schema.ts';

const ROW = sql<boolean>`id = 1`;
/** Rows of a match that did not end, removed by one transaction. */
const LEFT_AT_ONCE = 1_000;

/** What is exposed, in the database; every call but `readMatch` is one transaction. */
export function createExposedStore(database: Database, now: Clock): ExposedStore {
  const { read, write, decide, single } = database;
  return {
    state: () => read(readState),
    basis: () => single(async (db) => basisOf(await findMatch(db))),
    claim: (lease) =>
      write(async (db) => {
        await db
          .insertInto('exposed_match')
          .values({ id: 1, generation: 0, basis_json: NO_BASIS, matched_at: null, ...noLease })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return takeLease(db, 'exposed_match', ROW, lease);
      }),
    release: (held) => write((db) => endLease(db, 'exposed_match', ROW, held)),
    readMatch: (work) => read(async (db) => work(await matchSource(db))),
    async begin(held) {
      const generation = await write(async (db) => {
        await hold(db, held);
        return readGeneration(db);
      });
      await removeLeft(write, held, generation);
      return generation + 1;
    },
    change: (held, part) =>
      write(async (db) => {
        await hold(db, held);
        await writePart(db, part);
      }),
    finish: (held, { generation, basis, at }) =>
      write(async (db) => {
        await hold(db, held);
        await db
          .updateTable('exposed_match')
          .set({ generation, basis_json: JSON.stringify(basis), matched_at: at })
          .where('id', '=', 1)
          .execute();
      }),
    listPlaced: (asked) => read((db) => readPlaced(db, asked)),
    listContainerImages: (hosts) => read((db) => readContainerImages(db, hosts)),
    countExploited: (hosts) => read((db) => countExploited(db, hosts)),
    listTold: (channel) => read((db) => readTold(db, channel)),
    countPosts: (channel, since) => read((db) => countPosts(db, channel, since)),
    tell: (held, telling) => write((db) => tell(db, held, telling)),
    accept: (what, scopes, terms) => decide((db) => acceptExposure(db, what, scopes, terms)),
    unaccept: (what, scopes, by) => decide((db) => unacceptExposure(db, what, scopes, by)),
    listAcceptances: () => read((db) => readExposureAcceptances(db, now())),
    listAcceptedAs: (names) => read((db) => readAcceptedAs(db, names, now())),
  };
}

const NOTHING: MatchBasis = {
  ...{ feeds: {}, revisions: {}, inventory: 0, filesystem: 0, stale: [] },
  leftOut: { inventories: [], filesystems: [] },
  crowdedOut: { inventories: [], filesystems: [] },
};
const NO_BASIS = JSON.stringify(NOTHING);

/** Holds the match as the first of what is written under its lease. */
const hold = (db: Db, held: Held): Promise<void> => extendLease(db, 'exposed_match', ROW, held);

const findMatch = (db: Db) =>
  db.selectFrom('exposed_match').selectAll().where('id', '=', 1).executeTakeFirst();

/** Matches of earlier versions name no file systems, no revisions and no ages, and left nothing out. */
const basisOf = (match: Awaited<ReturnType<typeof findMatch>>): MatchBasis | null =>
  match === undefined || match.generation === 0 ? null : { ...NOTHING, ...match.basis_json };

async function readState(db: Db): Promise<ExposedState> {
  const match = await findMatch(db);
  const newest = await db
    .selectFrom('container')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  const channels = await db.selectFrom('exposed_channel').selectAll().orderBy('channel').execute();
  return {
    generation: match?.generation ?? 0,
    basis: basisOf(match),
    matchedAt: match?.matched_at ?? 0,
    current: await readBasis(db),
    container: newest?.id ?? 0,
    channels: channels.map(({ sources_json: sources, looked_at: lookedAt, ...one }) => ({
      ...one,
      sources,
      lookedAt,
    })),
  };
}

async function writePart(
  db: Db,
  { generation, at, opened, closed }: Parameters<ExposedStore['change']>[1],
): Promise<void> {
  for (const isUnknown of [false, true]) {
    const table = isUnknown ? 'exposed_unknown' : 'exposed';
    const isIn = (one: { isUnknown: boolean }) => one.isUnknown === isUnknown;
    const ids = closed.filter(isIn).map(({ id }) => id);
    await inChunks(ids, (chunk) =>
      db
        .updateTable(table)
        .set({ closed_in: generation, closed_at: at })
        .where('id', 'in', chunk)
        .execute(),
    );
    await insertAlike(db, table, opened.filter(isIn).map(rowOf(generation)));
  }
}

const rowOf = (generation: number) => (one: Exposed) => ({
  vulnerability: one.vulnerability,
  package_id: one.packageId ?? 0,
  component_id: one.componentId ?? 0,
  os_id: one.osId,
  os_version: one.osVersion,
  state: one.state,
  fixed: one.fixed,
  is_exploited: one.isExploited ? 1 : 0,
  severity: one.severity,
  first_seen: one.firstSeen,
  fixable_since: one.fixableSince,
  exploited_since: one.exploitedSince,
  opened_in: generation,
});

/** A match that did not end leaves rows that never answered, and marks on those that still do. */
async function removeLeft(write: Database['write'], held: Held, generation: number): Promise<void> {
  const statements = ['exposed', 'exposed_unknown'].map(sql.table).flatMap((table) => {
    const left = (column: string) => sql`where id in (
      select id from ${table} where ${sql.ref(column)} > ${generation} limit ${LEFT_AT_ONCE})`;
    return [
      sql`delete from ${table} ${left('opened_in')}`,
      sql`update ${table} set closed_in = null, closed_at = null ${left('closed_in')}`,
    ];
  });
  for (const statement of statements) {
    for (let more = LEFT_AT_ONCE; more === LEFT_AT_ONCE; ) {
      more = await write(async (db) => {
        await hold(db, held);
        const { numAffectedRows } = await statement.execute(db);
        return Number(numAffectedRows ?? 0);
      });
    }
  }
}

/** So few that databases keep the statement, whose text is short. */
const ROWS_AT_ONCE = 40;

/**
 * Inserts rows that all have the same columns, each with a value. One statement is made and used for all of them:
 * to make one takes longer than it runs.
 */
async function insertAlike<T extends keyof Tables>(
  db: Db,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  const make = (chunk: readonly Insertable<Tables[T]>[]) =>
    db.insertInto(table).values(chunk).compile();
  const made = new Map<number, ReturnType<typeof make>>();
  await inChunks(
    rows,
    async (chunk) => {
      const statement = made.get(chunk.length) ?? make(chunk);
      made.set(chunk.length, statement);
      const parameters = chunk.flatMap((row) => Object.values(row).map(storable));
      await db.executeQuery({ ...statement, parameters });
    },
    ROWS_AT_ONCE,
  );
}

/** See `ExposedStore.listTold`. */
async function readTold(db: Db, channel: string): Promise<Map<string, TellEvent[]>> {
  const rows = await db
    .selectFrom('exposed_told')
    .select(['vulnerability', 'event'])
    .where('channel', '=', channel)
    .execute();
  const told = new Map<string, TellEvent[]>();
  for (const { vulnerability, event } of rows) {
    addTo(told, vulnerability, event);
  }
  return told;
}

/** See `ExposedStore.countPosts`. */
const countPosts = (db: Db, channel: string, since: number): Promise<number> =>
  countRows(
    db
      .selectFrom('exposed_told')
      .where('channel', '=', channel)
      .where('is_post', '=', 1)
      .where('at', '>', since),
  );

/** See `ExposedStore.tell`; the caller’s transaction makes it all or nothing. */
async function tell(db: Db, held: Held, { cursor, told, messages }: Telling): Promise<void> {
  await hold(db, held);
  const { channel, lookedAt, sources, ...place } = cursor;
  // A row that is there already is a bug: its message would come twice. The key refuses it.
  await insertEach(db, 'exposed_told', told, ({ vulnerability, event, isPost }) => ({
    ...{ channel, vulnerability, event, at: lookedAt },
    is_post: isPost ? 1 : 0,
  }));
  const columns = { ...place, looked_at: lookedAt, sources_json: JSON.stringify(sources) };
  await putRow(db, 'exposed_channel', { channel }, columns);
  await putMessages(db, messages, lookedAt);
}
