import Database from 'better-sqlite3';
import { BUSY_TIMEOUT_MS } from './store-error.ts';

/** What a database that was restored knows of hosts that dial out. */
export interface RestoredEdges {
  /** True where it is what the database knew that it replaces, false where it is what the backup knows. */
  areKept: boolean;
  /** Their names. */
  named: string[];
}

/**
 * Takes the keys of edges of a database that is about to be replaced over into the copy of a backup, so that none is known
 * again that was revoked since, and none is forgotten that was changed. Only of the same hub, by its key: another one never
 * knew these edges. Where the old database cannot be read, or has other columns, the copy is left as it is. Only reads
 * the old one.
 */
export function carryEdges(copy: string, replaced: string | null): RestoredEdges {
  const database = new Database(copy);
  try {
    const own = readEdges(database);
    if (own === null) return { areKept: false, named: [] };
    const old = replaced === null ? null : readReplaced(replaced);
    const isOfSameHub = old !== null && own.hubKey !== undefined && old.hubKey === own.hubKey;
    const areKept = isOfSameHub && replaceEdges(database, old.rows);
    const names = database.prepare('select name from edge order by name').pluck().all();
    return { areKept, named: names.map(String) };
  } finally {
    database.close();
  }
}

type Row = Record<string, unknown>;

/** Null where it knows no edges: it is of an older version. */
function readEdges(database: Database.Database): { hubKey: unknown; rows: Row[] } | null {
  const tables = "select count(*) from sqlite_master where name in ('edge', 'hub_key')";
  if (database.prepare(tables).pluck().get() !== 2) return null;
  return {
    hubKey: database.prepare('select public_key from hub_key').pluck().get(),
    rows: database.prepare('select * from edge').all() as Row[],
  };
}

function readReplaced(path: string): ReturnType<typeof readEdges> {
  try {
    const database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      return readEdges(database);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) return null;
    throw error;
  }
}

function replaceEdges(database: Database.Database, rows: readonly Row[]): boolean {
  const insert = (row: Row) => {
    const names = Object.keys(row);
    const columns = names.map((name) => `"${name}"`).join(', ');
    const marks = names.map(() => '?').join(', ');
    database.prepare(`insert into edge (${columns}) values (${marks})`).run(...Object.values(row));
  };
  try {
    database.transaction(() => {
      database.exec('delete from edge');
      for (const row of rows) insert(row);
    })();
    return true;
  } catch (error) {
    // The transaction left nothing.
    if (error instanceof Database.SqliteError) return false;
    throw error;
  }
}
