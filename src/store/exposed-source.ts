import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Exposed, MatchBasis, MatchSource, PackedPackage } from '../ports/exposed-store.ts';
import { readRecordsAbout } from './advisory-packages.ts';
import { pagesBy, pagesOf, readInChunks } from './chunks.ts';
import { answeringFeed } from './joins.ts';
import { readHolders, readPlaceOf } from './match-holders.ts';
import { jsonLists } from './packed-rows.ts';
import type { Db, Tables } from './schema.ts';
import { readAllStatements } from './statement-rows.ts';

/** Records that are in memory at once, of which some are hundreds of kilobytes. */
const RECORDS_AT_ONCE = 1_000;
const PACKAGES_AT_ONCE = 2_000;

/** The generation that answers; 0 before the first match. */
export async function readGeneration(db: Db): Promise<number> {
  const row = await db
    .selectFrom('exposed_match')
    .select('generation')
    .where('id', '=', 1)
    .executeTakeFirst();
  return row?.generation ?? 0;
}

/** The table of what is known or unknown, which queries call `exposed`: its rows are alike. */
export const exposedFrom = (isUnknown: boolean) =>
  (isUnknown ? 'exposed_unknown as exposed' : 'exposed') as 'exposed';

/** That a row of `exposed` belongs to the match of a generation. */
export const isOfGeneration = (generation: number) =>
  sql<SqlBool>`exposed.opened_in <= ${generation}
    and (exposed.closed_in is null or exposed.closed_in > ${generation})`;

/** What a match would rest on now. */
export async function readBasis(db: Db): Promise<MatchBasis> {
  const feeds = await db
    .selectFrom('feed')
    .select(['source', 'generation', 'revision'])
    .where('generation', '>', 0)
    .orderBy('source')
    .execute();
  const newestOf = async (table: 'inventory' | 'filesystem') => {
    const newest = await db
      .selectFrom(table)
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirst();
    return newest?.id ?? 0;
  };
  return {
    feeds: Object.fromEntries(feeds.map(({ source, generation }) => [source, generation])),
    revisions: Object.fromEntries(feeds.map(({ source, revision }) => [source, revision])),
    inventory: await newestOf('inventory'),
    filesystem: await newestOf('filesystem'),
    stale: [],
    leftOut: { inventories: [], filesystems: [] },
    crowdedOut: { inventories: [], filesystems: [] },
  };
}

/** What is matched, read in one transaction. */
export async function matchSource(db: Db): Promise<MatchSource> {
  return {
    basis: await readBasis(db),
    packages: () => readPackages(db),
    components: () => readComponents(db),
    holders: () => readHolders(db),
    placeOf: (holder) => readPlaceOf(db, holder),
    records: () => readRecords(db),
    statements: () => readAllStatements(db),
    exploited: async () => {
      const rows = await db
        .selectFrom('known_exploited')
        .innerJoin('feed', answeringFeed('known_exploited'))
        .select('cve')
        .execute();
      return new Set(rows.map(({ cve }) => cve));
    },
    recordsAbout: (asked) => readRecordsAbout(db, asked),
    before: async () => [...(await readBefore(db, false)), ...(await readBefore(db, true))],
  };
}

/** Those of a page as one text: to make a row of each takes twice as long, and so does a page with a limit. */
async function* readPackages(db: Db): ReturnType<MatchSource['packages']> {
  const pages = pagesBy(async (after) => {
    const [list, array] = jsonLists(db);
    const { rows } = await sql<{ id: number; packages_json: PackedPackage[] }>`
      select max(id) as id, ${list}(${array}(
        id, name, version, architecture, source_name, source_version, built_by)) as packages_json
      from package where id > ${after}
        and id < (select min(id) from package where id > ${after}) + ${sql.lit(PACKAGES_AT_ONCE)}
      having count(*) > 0`.execute(db);
    return rows;
  }, 1);
  for await (const [page] of pages) if (page !== undefined) yield page.packages_json;
}

async function readComponents(db: Db): ReturnType<MatchSource['components']> {
  const rows = await readInChunks(
    db
      .selectFrom('component')
      .select(['id', 'ecosystem', 'name', 'version', 'purl', 'is_main_module']),
  );
  return rows.map(({ is_main_module, ...one }) => ({ ...one, isMainModule: is_main_module === 1 }));
}

async function* readRecords(db: Db): ReturnType<MatchSource['records']> {
  const pages = pagesOf(
    db
      .selectFrom('advisory')
      .innerJoin('feed', answeringFeed('advisory'))
      .select(['advisory.id', 'record_json']),
    { key: 'advisory.id', pageRows: RECORDS_AT_ONCE },
  );
  for await (const rows of pages) yield rows.map(({ record_json: record }) => record);
}

async function readBefore(db: Db, isUnknown: boolean): ReturnType<MatchSource['before']> {
  const generation = await readGeneration(db);
  const rows = await readInChunks(
    db.selectFrom(exposedFrom(isUnknown)).selectAll().where(isOfGeneration(generation)),
  );
  return rows.map((row) => ({ id: row.id, ...toExposed(row, isUnknown) }));
}

type Row = Omit<Selectable<Tables['exposed']>, 'id'>;

export const toExposed = (row: Row, isUnknown: boolean): Exposed => ({
  vulnerability: row.vulnerability,
  packageId: row.package_id || null,
  componentId: row.component_id || null,
  osId: row.os_id,
  osVersion: row.os_version,
  state: row.state,
  isUnknown,
  fixed: row.fixed,
  isExploited: row.is_exploited === 1,
  severity: row.severity as Exposed['severity'],
  firstSeen: row.first_seen,
  fixableSince: row.fixable_since,
  exploitedSince: row.exploited_since,
});
