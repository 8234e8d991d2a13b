import { existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { OutsideError, UserError } from '../shared/errors.ts';
import { isoTime } from '../shared/time.ts';
import { sqlitePath } from './database-url.ts';
import { createFolder, createPrivateFile, databaseEndings, keepPrivate } from './own-files.ts';
import { damaged, describeDamage } from './sqlite-dialect.ts';
import { aboutFile, BUSY_TIMEOUT_MS, isBusy, isDamage, toStoreError } from './store-error.ts';

/** Pages that are copied between two turns of other work. */
const PAGES_PER_STEP = 500;

/**
 * Copies the database that a url names into a new file, while others go on writing, and checks the
 * copy. Its file has the name once it is whole, and is its owner's alone. Rejects with `UserError` when
 * something is there already or its folder is missing, and with `OutsideError` when the copy fails, which then is removed.
 */
export async function backUp(url: string, target: string): Promise<void> {
  const source = sqlitePath(url);
  if (!existsSync(source)) throw missing(source, 'Correct DATABASE_URL, which names it.');
  if (existsSync(target)) {
    throw new UserError(`${target} is there already.`, { hint: 'Name a file that is not.' });
  }
  const folder = dirname(resolve(target));
  if (!existsSync(folder)) {
    throw new UserError(`There is no folder ${folder} for the backup.`, {
      hint: 'Make it, or name a file in another one.',
    });
  }
  const part = `${target}.part`;
  await copyWhole(source, part, () => renameSync(part, target));
}

/** As `backUpInto` names them: `seawall-2026-11-25T02-30-00Z.db`. */
const dated = /^seawall-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.db$/;

/**
 * Makes a backup that is named after the time, in a folder that is made when it is missing, and then removes
 * all but the newest `keep` of those that it made there. Gives the paths of both. Rejects as `backUp`:
 * then nothing was removed.
 */
export async function backUpInto(
  url: string,
  folder: string,
  { now, keep }: { now: number; keep: number },
): Promise<{ made: string; removed: string[] }> {
  createFolder(folder);
  const made = join(folder, `seawall-${isoTime(now).slice(0, 19).replaceAll(':', '-')}Z.db`);
  await backUp(url, made);
  try {
    const all = readdirSync(folder).filter((name) => dated.test(name));
    const removed = all
      .toSorted()
      .slice(0, -keep)
      .map((name) => join(folder, name));
    for (const path of removed) rmSync(path);
    return { made, removed };
  } catch (error) {
    throw toStoreError(aboutFile(error, folder));
  }
}

/**
 * Copies and checks, then `place` gives the copy its name: who is killed before leaves nothing that looks
 * whole.
 */
async function copyWhole(source: string, part: string, place: () => void): Promise<void> {
  const database = openToRead(source);
  try {
    removeDatabase(part);
    createPrivateFile(part, 'wx');
    await database.backup(part, { progress: () => PAGES_PER_STEP });
    makeOneFile(part);
    checkWhole(part, { about: source });
    place();
  } catch (error) {
    // What the copy has of it the source had.
    throw isDamage(error) ? describeDamage(error, source) : toStoreError(aboutFile(error, part));
  } finally {
    database.close();
    removeDatabase(part);
  }
}

/** A database that answers: of one that is locked SQLite would copy nothing, and call that whole. Throws `OutsideError`. */
function openToRead(path: string, whatNext?: string): Database.Database {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    database.pragma('schema_version');
    return database;
  } catch (error) {
    database?.close();
    throw isDamage(error)
      ? describeDamage(error, path, whatNext)
      : toStoreError(aboutFile(error, path));
  }
}

/**
 * Puts a backup in the place of the database that a url names and checks it there; what was there is kept beside it,
 * damaged or not, under the name `kept` that is given back, null when there was nothing. So is a log without its
 * database, which SQLite would play into the new one. Throws `UserError` while a bot uses it, and `OutsideError` for a
 * backup that is damaged: then nothing was changed. Keys of edges are those of the database that was there, see `carryEdges`.
 */
export async function restore(
  url: string,
  backup: string,
  suffix: string,
): Promise<{ kept: string | null; edges: RestoredEdges }> {
  const target = sqlitePath(url);
  if (!existsSync(backup)) throw missing(backup, 'Name a backup that is there.');
  checkWhole(backup, { whatNext: 'take another backup: nothing was changed' });
  const isThere = existsSync(target);
  if (isThere) {
    endLogUnlessDamaged(target);
    keepPrivate(target);
  } else createFolder(dirname(target));
  const kept = `${target}.${suffix}`;
  const copy = `${target}.restoring`;
  let edges: RestoredEdges = { areKept: false, named: [] };
  await copyWhole(backup, copy, () => {
    edges = carryEdges(copy, isThere ? target : null);
    // Second names first: at no moment there is no database.
    for (const ending of ['', ...logEndings]) {
      if (existsSync(target + ending)) linkSync(target + ending, kept + ending);
    }
    for (const ending of ['-shm', ...logEndings]) rmSync(target + ending, { force: true });
    renameSync(copy, target);
  });
  checkWhole(target);
  return { kept: isThere ? kept : null, edges };
}

/** What SQLite would play into whatever database lies beside it. */
const logEndings = ['-wal', '-journal'] as const;

/** Who uses a damaged file cannot be told. It is kept with its log, so nothing of it is lost. */
function endLogUnlessDamaged(path: string): void {
  try {
    refuseInUse(path);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

/** Without a log beside it, which would have to be copied along. */
function makeOneFile(path: string): void {
  const database = new Database(path);
  try {
    database.pragma('journal_mode = DELETE');
  } finally {
    database.close();
  }
}

/**
 * A whole check, also of what `openSqlite` thinks too large to check at every start. `about` is told of, where the file is a
 * copy; `whatNext` is what to do about damage.
 */
function checkWhole(
  path: string,
  { about = path, whatNext }: { about?: string; whatNext?: string } = {},
): void {
  const database = openToRead(path, whatNext);
  try {
    const answer = database.pragma('integrity_check(1)', { simple: true });
    const tables = database.prepare("select 1 from sqlite_master where name = 'scan'").get();
    if (answer !== 'ok') throw damaged(about, String(answer), { whatNext });
    if (tables === undefined) {
      const remedy = 'Name a database of Seawall, or a backup of one.';
      throw new OutsideError('store-failed', `${about} is not of Seawall`, { remedy });
    }
  } catch (error) {
    throw isDamage(error)
      ? describeDamage(error, about, whatNext)
      : toStoreError(aboutFile(error, path));
  } finally {
    database.close();
  }
}

/**
 * Ends the log beside the file, which takes being alone: a bot that runs holds the file open. Throws
 * `UserError` then, and `OutsideError` for a file that is damaged or cannot be used.
 */
export function refuseInUse(path: string): void {
  const database = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = DELETE');
    database.exec('begin exclusive; commit');
  } catch (error) {
    if (isBusy(error)) throw new UserError(`${path} is in use.`, { hint: 'Stop the bot first.' });
    throw toStoreError(aboutFile(error, path));
  } finally {
    database.close();
  }
}

function removeDatabase(path: string): void {
  for (const ending of databaseEndings) rmSync(path + ending, { force: true });
}

const missing = (path: string, hint: string) =>
  new UserError(`There is no ${resolve(path)}.`, { hint });

/** What a database that was restored knows of hosts that dial out. */
interface RestoredEdges {
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
function carryEdges(copy: string, replaced: string | null): RestoredEdges {
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

/** What SQLite says of a row that a table of another version does not take. */
const OTHER_COLUMNS = /^SQLITE_(ERROR$|CONSTRAINT|MISMATCH)/;

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
    // The transaction left nothing. A disk that is full says nothing of the columns.
    const isOther = error instanceof Database.SqliteError && OTHER_COLUMNS.test(error.code);
    if (isOther) return false;
    throw error;
  }
}
