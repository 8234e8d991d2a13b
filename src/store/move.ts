import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { sql } from 'kysely';
import * as migrations from '../../migrations/index.ts';
import type { Clock } from '../ports/clock.ts';
import { OutsideError, UserError } from '../shared/errors.ts';
import { refuseInUse } from './backup.ts';
import { CHUNK_ROWS } from './chunks.ts';
import { openDatabase } from './database.ts';
import { parseDatabaseUrl, sqlitePath } from './database-url.ts';
import { migrateToLatest } from './migrate.ts';
import type { Db } from './schema.ts';

/** A table that was moved: how many rows it has on both sides, and whether they were there before. */
export interface MovedTable {
  table: string;
  rows: number;
  wasThere: boolean;
}

interface TableShape {
  name: string;
  columns: string[];
  /** Columns that tell its rows apart, in their order. */
  key: string[];
  /** Tables whose rows its own point at. */
  needs: string[];
}

/**
 * Copies everything from an SQLite file to PostgreSQL, table after table, each in one transaction, and
 * compares both sides by the number of rows and the hash of what is in them. What is there already and
 * alike is left, so that one that was killed goes on when it is run again. Rejects with `UserError` for
 * urls of another kind, for a file that a bot uses, and when something else is there; with `OutsideError`
 * when a table does not come out alike.
 */
export async function moveStore(
  urls: { from: string; to: string },
  now: Clock,
  onTable: (moved: MovedTable) => void,
): Promise<void> {
  const isThisWay = urls.from.startsWith('sqlite:') && urls.to.startsWith('postgres');
  if (!isThisWay || parseDatabaseUrl(urls.to).kind !== 'postgres') throw wrongWay();
  const path = sqlitePath(urls.from);
  if (!existsSync(path)) throw new UserError(`There is no ${path}.`);
  refuseInUse(path);
  const [from, to] = [await openDatabase(urls.from, now), await openDatabase(urls.to, now)];
  try {
    for (const { db, unhurried } of [from, to]) await migrateToLatest(db, migrations, unhurried);
    for (const shape of inOrder(readShapes(path))) {
      const moved = await from.read(async (source) => {
        // Before the transaction of the target begins: PostgreSQL ends one that stands still for so long.
        const here = await fingerprintOf(source, shape);
        return to.write((target) => moveTable(source, target, { shape, here }));
      });
      onTable({ table: shape.name, ...moved });
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

const wrongWay = () =>
  new UserError('Only an SQLite file can be moved, and only to PostgreSQL.', {
    hint: 'For example: seawall move sqlite:./data/seawall.db postgres://seawall@db/seawall',
  });

async function moveTable(
  source: Db,
  target: Db,
  { shape, here }: { shape: TableShape; here: Fingerprint },
): Promise<Omit<MovedTable, 'table'>> {
  const there = await fingerprintOf(target, shape);
  if (isAlike(here, there)) return { rows: here.rows, wasThere: true };
  if (there.rows > 0) {
    throw new UserError(`PostgreSQL has other rows in ${shape.name}.`, {
      hint: 'Move into a database that is empty, or that an earlier move began to fill.',
    });
  }
  for await (const rows of pagesOf(source, shape)) await insert(target, shape, rows);
  await goOnCounting(target, shape);
  const after = await fingerprintOf(target, shape);
  if (!isAlike(here, after)) {
    throw new OutsideError('store-failed', `${shape.name} did not come out as it went in`);
  }
  return { rows: here.rows, wasThere: false };
}

type Row = Record<string, unknown>;

/** Rows of a table in the order of its key, a page at a time. */
async function* pagesOf(db: Db, { name, key }: TableShape): AsyncGenerator<Row[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let last: Row | undefined;
  for (;;) {
    const values = last && sql.join(key.map((column) => sql`${last?.[column]}`));
    const behind = values ? sql`where (${columns}) > (${values})` : sql``;
    const { rows } = await sql<Row>`select * from ${sql.table(name)} ${behind}
      order by ${columns} limit ${sql.lit(CHUNK_ROWS)}`.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < CHUNK_ROWS) return;
    last = rows.at(-1);
  }
}

interface Fingerprint {
  rows: number;
  hash: string;
}

const isAlike = (a: Fingerprint, b: Fingerprint) => a.rows === b.rows && a.hash === b.hash;

async function fingerprintOf(db: Db, shape: TableShape): Promise<Fingerprint> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const rows of pagesOf(db, shape)) {
    for (const row of rows) hash.update(JSON.stringify(shape.columns.map((name) => row[name])));
    count += rows.length;
  }
  return { rows: count, hash: hash.digest('hex') };
}

async function insert(db: Db, { name, columns }: TableShape, rows: Row[]) {
  const values = rows.map(
    (row) => sql`(${sql.join(columns.map((column) => storable(row[column])))})`,
  );
  const names = sql.join(columns.map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(name)} (${names}) overriding system value
    values ${sql.join(values)}`.execute(db);
}

/** JSON columns come back parsed. */
const storable = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** The next key is above those that were copied. */
async function goOnCounting(db: Db, { name, key }: TableShape): Promise<void> {
  if (key.join() !== 'id') return;
  await sql`select setval(pg_get_serial_sequence(${name}, 'id'), max(id))
    from ${sql.table(name)} having max(id) is not null`.execute(db);
}

/** Tables of ours, without those in which migrations are noted. */
function readShapes(path: string): TableShape[] {
  const database = new Database(path, { readonly: true });
  try {
    const names = database
      .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
      .pluck()
      .all() as string[];
    return names
      .filter((name) => !name.includes('migration'))
      .map((name) => shapeOf(database, name));
  } finally {
    database.close();
  }
}

function shapeOf(database: Database.Database, name: string): TableShape {
  const columns = database.prepare('select name, pk from pragma_table_info(?)').all(name) as {
    name: string;
    pk: number;
  }[];
  const needs = database
    .prepare('select distinct "table" from pragma_foreign_key_list(?)')
    .pluck()
    .all(name) as string[];
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return {
    name,
    columns: columns.map((column) => column.name),
    key: key.map((column) => column.name),
    needs: needs.filter((one) => one !== name),
  };
}

/** What others point at comes first. */
function inOrder(shapes: readonly TableShape[]): TableShape[] {
  const done = new Map<string, TableShape>();
  const left = new Map(shapes.map((shape) => [shape.name, shape]));
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ needs }) => needs.every((one) => done.has(one)));
    if (ready.length === 0) throw new Error(`tables need one another: ${[...left.keys()].join()}`);
    for (const shape of ready) {
      done.set(shape.name, shape);
      left.delete(shape.name);
    }
  }
  return [...done.values()];
}
