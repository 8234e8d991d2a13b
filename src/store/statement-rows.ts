import type { JSONColumnType } from 'kysely';
import type { VexStatement } from '../exposure/vex-statement.ts';
import type { OfFeed } from './advisory-tables.ts';
import { CHUNK_ROWS, countRows, inChunks, insertEach, pagesOf } from './chunks.ts';
import { answeringFeed } from './joins.ts';
import { bounded, type Db } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    vex_statement: OfFeed & { statement_json: JSONColumnType<VexStatement> };
    vex_name: {
      /** Of a vulnerability, in upper case. */
      name: string;
      statement_id: number;
    };
  }
}

export const vexStatementLife = bounded(
  'its document is taken again',
  'what somebody says of vulnerabilities in products',
);

export const vexNameLife = bounded(
  'its statement is removed',
  'every id that a statement is about',
);

/** Statements of one document that are in memory at once have thousands of products. */
const STATEMENTS_AT_ONCE = 200;

/** Writes statements under the generation that is being taken. */
export async function insertStatements(
  db: Db,
  generation: { feed_id: number; generation: number },
  statements: readonly VexStatement[],
): Promise<void> {
  await inChunks(
    statements,
    async (chunk) => {
      const inserted = await db
        .insertInto('vex_statement')
        .values(chunk.map((one) => ({ ...generation, statement_json: JSON.stringify(one) })))
        .returning('id')
        .execute();
      const names = chunk.flatMap(({ vulnerabilities }, index) =>
        vulnerabilities.map((name) => ({ name, statement_id: inserted[index]?.id ?? 0 })),
      );
      await insertEach(db, 'vex_name', names, (one) => one);
    },
    STATEMENTS_AT_ONCE,
  );
}

/** Those of the documents that answer. */
const standing = (db: Db) =>
  db.selectFrom('vex_statement').innerJoin('feed', answeringFeed('vex_statement'));

/** See `FeedStore.statementsOf`. */
export async function readStatementsOf(db: Db, ids: readonly string[]): Promise<VexStatement[]> {
  const found = new Map<number, VexStatement>();
  await inChunks([...new Set(ids.map((id) => id.toUpperCase()))], async (names) => {
    const rows = await standing(db)
      .innerJoin('vex_name', 'vex_name.statement_id', 'vex_statement.id')
      .select(['vex_statement.id', 'statement_json'])
      .where('vex_name.name', 'in', names)
      .execute();
    for (const { id, statement_json: statement } of rows) found.set(id, statement);
  });
  return [...found].sort(([a], [b]) => a - b).map(([, statement]) => statement);
}

/** See `FeedStore.listStatements`. */
export async function listStatements(
  db: Db,
  limit: number,
): Promise<{ statements: VexStatement[]; total: number }> {
  const total = await countRows(standing(db));
  if (total === 0) return { statements: [], total: 0 };
  const pages = pagesOf(standing(db).select(['vex_statement.id', 'statement_json']), {
    key: 'vex_statement.id',
    pageRows: Math.min(CHUNK_ROWS, limit),
  });
  const statements: VexStatement[] = [];
  for await (const rows of pages) {
    for (const { statement_json: one } of rows) statements.push(one);
    if (statements.length >= limit) break;
  }
  return { statements: statements.slice(0, limit), total };
}

/** Statements that a match knows; what is beyond is known to who asks. */
const MATCHED_MAX = 200_000;

/** See `MatchSource.statements`. */
export const readAllStatements = async (db: Db): Promise<VexStatement[]> =>
  (await listStatements(db, MATCHED_MAX)).statements;

/** See `FeedStore.namedAmong`. */
export async function readNamedAmong(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  await inChunks([...new Set(ids.map((id) => id.toUpperCase()))], async (names) => {
    const rows = await db
      .selectFrom('advisory_name')
      .innerJoin('advisory', 'advisory.id', 'advisory_name.advisory_id')
      .innerJoin('feed', answeringFeed('advisory'))
      .select('advisory_name.name')
      .distinct()
      .where('advisory_name.name', 'in', names)
      .execute();
    for (const { name } of rows) found.add(name);
  });
  return found;
}
