import { type Kysely, type Selectable, type SqlBool, sql } from 'kysely';
import type {
  Exposed,
  ExposedState,
  ExposedStore,
  MatchBasis,
  MatchSource,
  PackageGroup,
} from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { CHUNK_ROWS, inChunks, readInChunks } from './chunks.ts';
import type { Database } from './database.ts';
import { endLease, extendLease, noLease, takeLease } from './leases.ts';
import type { Tables } from './schema.ts';
import { readAllStatements } from './statement-rows.ts';

const ROW = sql<boolean>`id = 1`;
/** Records that are in memory at once. */
const RECORDS_AT_ONCE = 500;
/** Rows of a match that did not end, removed by one transaction. */
const LEFT_AT_ONCE = 1_000;

/** The part of the store that matches; see `ExposedStore`. */
export const createMatching = ({
  read,
  write,
}: Database): Pick<
  ExposedStore,
  'state' | 'claim' | 'release' | 'readMatch' | 'begin' | 'change' | 'finish'
> => ({
  state: () => read(readState),
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
});

const NO_BASIS = JSON.stringify({ feeds: {}, inventory: 0 } satisfies MatchBasis);

/** Holds the match as the first of what is written under its lease. */
export const hold = (db: Kysely<Tables>, held: Held): Promise<void> =>
  extendLease(db, 'exposed_match', ROW, held);

/** The generation that answers; 0 before the first match. */
export async function readGeneration(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('exposed_match')
    .select('generation')
    .where('id', '=', 1)
    .executeTakeFirst();
  return row?.generation ?? 0;
}

/** That a row of `exposed` belongs to the match of a generation. */
export const isOfGeneration = (generation: number) =>
  sql<SqlBool>`exposed.opened_in <= ${generation}
    and (exposed.closed_in is null or exposed.closed_in > ${generation})`;

async function readBasis(db: Kysely<Tables>): Promise<MatchBasis> {
  const feeds = await db
    .selectFrom('feed')
    .select(['source', 'generation'])
    .where('generation', '>', 0)
    .orderBy('source')
    .execute();
  const newest = await db
    .selectFrom('inventory')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  return {
    feeds: Object.fromEntries(feeds.map(({ source, generation }) => [source, generation])),
    inventory: newest?.id ?? 0,
  };
}

async function readState(db: Kysely<Tables>): Promise<ExposedState> {
  const match = await db
    .selectFrom('exposed_match')
    .selectAll()
    .where('id', '=', 1)
    .executeTakeFirst();
  const newest = await db
    .selectFrom('container')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst();
  const channels = await db.selectFrom('exposed_channel').selectAll().orderBy('channel').execute();
  const generation = match?.generation ?? 0;
  return {
    generation,
    basis: generation === 0 ? null : (match?.basis_json ?? null),
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

async function matchSource(db: Kysely<Tables>): Promise<MatchSource> {
  return {
    basis: await readBasis(db),
    groups: () => readGroups(db),
    records: () => readRecords(db),
    statements: () => readAllStatements(db),
    exploited: async () => {
      const rows = await db
        .selectFrom('known_exploited')
        .innerJoin('feed', (join) =>
          join
            .onRef('feed.id', '=', 'known_exploited.feed_id')
            .onRef('feed.generation', '=', 'known_exploited.generation'),
        )
        .select('cve')
        .execute();
      return new Set(rows.map(({ cve }) => cve));
    },
    before: () => readBefore(db),
  };
}

async function readGroups(db: Kysely<Tables>): Promise<PackageGroup[]> {
  const systems = await db
    .selectFrom('inventory')
    .select(['os_id', 'os_version'])
    .distinct()
    .orderBy('os_id')
    .orderBy('os_version')
    .execute();
  const groups: PackageGroup[] = [];
  for (const { os_id: osId, os_version: osVersion } of systems) {
    if (osId === null || osVersion === null) continue;
    const rows = await db
      .selectFrom('package')
      .selectAll()
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('inventory_package')
          .innerJoin('inventory', 'inventory.id', 'inventory_package.inventory_id')
          .select('package_id')
          .where('os_id', '=', osId)
          .where('os_version', '=', osVersion),
      )
      .orderBy('id')
      .execute();
    groups.push({
      osId,
      osVersion,
      packages: rows.map(({ source_name: sourceName, source_version: sourceVersion, ...one }) => ({
        ...one,
        sourceName,
        sourceVersion,
      })),
    });
  }
  return groups;
}

async function* readRecords(db: Kysely<Tables>) {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('advisory')
      .innerJoin('feed', (join) =>
        join
          .onRef('feed.id', '=', 'advisory.feed_id')
          .onRef('feed.generation', '=', 'advisory.generation'),
      )
      .select(['advisory.id', 'record_json'])
      .where('advisory.id', '>', after)
      .orderBy('advisory.id')
      .limit(RECORDS_AT_ONCE)
      .execute();
    if (rows.length > 0) yield rows.map(({ record_json: record }) => record);
    const last = rows.at(-1);
    if (last === undefined || rows.length < RECORDS_AT_ONCE) return;
    after = last.id;
  }
}

async function readBefore(db: Kysely<Tables>): ReturnType<MatchSource['before']> {
  const generation = await readGeneration(db);
  const rows = await readInChunks((after) =>
    db
      .selectFrom('exposed')
      .selectAll()
      .where(isOfGeneration(generation))
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
  return rows.map((row) => ({ id: row.id, ...toExposed(row) }));
}

type Row = Omit<Selectable<Tables['exposed']>, 'id'>;

/** A row as the core has it. */
export const toExposed = (row: Row): Exposed => ({
  vulnerability: row.vulnerability,
  packageId: row.package_id,
  osId: row.os_id,
  osVersion: row.os_version,
  state: row.state,
  fixed: row.fixed,
  isExploited: row.is_exploited === 1,
  severity: row.severity as Exposed['severity'],
  firstSeen: row.first_seen,
  fixableSince: row.fixable_since,
  exploitedSince: row.exploited_since,
});

async function writePart(
  db: Kysely<Tables>,
  { generation, at, opened, closed }: Parameters<ExposedStore['change']>[1],
): Promise<void> {
  await inChunks(closed, (ids) =>
    db
      .updateTable('exposed')
      .set({ closed_in: generation, closed_at: at })
      .where('id', 'in', ids)
      .execute(),
  );
  await inChunks(opened, (chunk) =>
    db
      .insertInto('exposed')
      .values(
        chunk.map((one) => ({
          vulnerability: one.vulnerability,
          package_id: one.packageId,
          os_id: one.osId,
          os_version: one.osVersion,
          state: one.state,
          fixed: one.fixed,
          ...{ is_exploited: one.isExploited ? 1 : 0, severity: one.severity },
          first_seen: one.firstSeen,
          fixable_since: one.fixableSince,
          exploited_since: one.exploitedSince,
          ...{ opened_in: generation, closed_in: null, closed_at: null },
        })),
      )
      .execute(),
  );
}

/** A match that did not end leaves rows that never answered, and marks on those that still do. */
async function removeLeft(write: Database['write'], held: Held, generation: number): Promise<void> {
  for (let more = LEFT_AT_ONCE; more === LEFT_AT_ONCE; ) {
    more = await write(async (db) => {
      await hold(db, held);
      const { numAffectedRows } = await sql`
        delete from exposed where id in (
          select id from exposed where opened_in > ${generation} limit ${LEFT_AT_ONCE})`.execute(
        db,
      );
      return Number(numAffectedRows ?? 0);
    });
  }
  for (let more = LEFT_AT_ONCE; more === LEFT_AT_ONCE; ) {
    more = await write(async (db) => {
      await hold(db, held);
      const { numAffectedRows } = await sql`
        update exposed set closed_in = null, closed_at = null where id in (
          select id from exposed where closed_in > ${generation} limit ${LEFT_AT_ONCE})`.execute(
        db,
      );
      return Number(numAffectedRows ?? 0);
    });
  }
}
