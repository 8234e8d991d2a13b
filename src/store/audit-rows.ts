import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import { type ColumnType, type GeneratedAlways, type SqlBool, sql } from 'kysely';
import type {
  AuditEntry,
  AuditFilter,
  AuditLog,
  StoredAuditEntry,
  storeAuditVerbs,
} from '../ports/audit-log.ts';
import { OutsideError } from '../shared/errors.ts';
import { harmlessJson } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { countRows } from './chunks.ts';
import type { Database } from './database.ts';
import type { Db, Life, Trim } from './schema.ts';

/** What one line of the file may take: an entry is bounded by what Slack lets people type. */
const LINE_BYTES_MAX = 256 * 1024;
const NEWLINE = 10;

/**
 * Moves old rows of the audit to the end of a file, one JSON object a line, each once: the rows are
 * removed in the caller's transaction, which holds the database alone, and are on the disk before it
 * ends. What was written by one that was killed is recognised by the last line.
 */
const exportAudit: Trim = async (db, { audit, auditFile }, rows) => {
  const old = await db
    .deleteFrom('audit')
    .where('id', 'in', (eb) =>
      eb.selectFrom('audit').select('id').where('at', '<', audit).orderBy('id').limit(rows),
    )
    .returningAll()
    .execute();
  if (old.length === 0) return 0;
  const entries = old
    .sort((a, b) => a.id - b.id)
    .map(({ at, before_json: before, after_json: after, ...entry }) => ({
      ...{ id: entry.id, at: isoTime(at) },
      ...entry,
      before,
      after,
    }));
  try {
    append(auditFile, entries);
  } catch (cause) {
    // Nothing is removed then.
    const text = `the audit could not be moved to ${auditFile}: ${(cause as Error).message}`;
    throw new OutsideError('store-failed', text, { isRetryable: true, cause });
  }
  return old.length;
};

interface Entry {
  id: number;
  at: string;
}

function append(path: string, entries: readonly Entry[]): void {
  const file = openSync(path, 'a+', 0o600);
  try {
    const last = readLast(file);
    const fresh = entries.filter((entry) => last === null || !isNoLater(entry, last));
    const lines = fresh.map((entry) => `${harmlessJson(JSON.stringify(entry))}\n`).join('');
    writeFileSync(file, lines);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A new database counts from one again, and its rows are of a later time. */
const isNoLater = (entry: Entry, last: Entry) => entry.id <= last.id && entry.at <= last.at;

/** The last whole line; one that was cut is removed. Null for an empty file. */
function readLast(file: number): Entry | null {
  const { size } = fstatSync(file);
  const from = Math.max(0, size - LINE_BYTES_MAX);
  const bytes = Buffer.alloc(size - from);
  readSync(file, bytes, 0, bytes.length, from);
  const end = bytes.lastIndexOf(NEWLINE);
  if (end < bytes.length - 1) ftruncateSync(file, from + end + 1);
  if (end === -1) return null;
  const start = end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
  return JSON.parse(bytes.toString('utf8', start, end)) as Entry;
}

declare module './schema.ts' {
  interface Tables {
    audit: {
      id: GeneratedAlways<number>;
      at: number;
      who: string;
      place: string;
      verb: string;
      outcome: 'done' | 'refused';
      what: string;
      before_json: ColumnType<object | null, string | null>;
      after_json: ColumnType<object | null, string | null>;
    };
  }
}

export const auditLife: Life = {
  until: '`history.auditKeepDays`, and then in the file `history.auditFile`',
  why: 'who asked and changed what; a row is removed once it is in the file',
  trims: [exportAudit],
};

type Change = Omit<AuditEntry, 'verb' | 'outcome'> & { verb: (typeof storeAuditVerbs)[number] };

/** Writes who changed what, within the transaction of the change: there is never one without it. */
export const writeAudit = (db: Db, change: Change): Promise<void> =>
  insert(db, { ...change, outcome: 'done' });

export const createAuditStore = ({ read, decide }: Database): AuditLog => ({
  record: (entry) => decide((db) => insert(db, entry)),
  list: (filter, limit) =>
    read(async (db) => ({
      entries: await readNewest(db, filter, limit),
      total: await countRows(matching(db, filter)),
    })),
  namesOf: (ids) => read((db) => namesOf(db, new Set(ids))),
});

async function insert(db: Db, entry: AuditEntry): Promise<void> {
  const { at, actor, verb, outcome, what, before, after } = entry;
  await db
    .insertInto('audit')
    .values({
      at,
      who: actor.name === actor.id ? actor.id : `${actor.name} (${actor.id})`,
      place: actor.place,
      verb,
      outcome,
      what,
      before_json: before && JSON.stringify(before),
      after_json: after && JSON.stringify(after),
    })
    .execute();
}

/** The newest name beside each id. */
async function namesOf(db: Db, ids: ReadonlySet<string>): Promise<Record<string, string>> {
  const last = db.fn.max('id');
  // All people in one pass: a search for each id goes through every row of who is in none.
  const rows = await db.selectFrom('audit').select('who').groupBy('who').orderBy(last).execute();
  const named = rows.flatMap(({ who }): [string, string][] => {
    const [, name, id] = /^(.*) \((\w{1,40})\)$/s.exec(who) ?? [];
    return name !== undefined && id !== undefined && ids.has(id) ? [[id, name]] : [];
  });
  return Object.fromEntries(named);
}

async function readNewest(db: Db, filter: AuditFilter, limit: number): Promise<StoredAuditEntry[]> {
  const rows = await matching(db, filter).selectAll().orderBy('id', 'desc').limit(limit).execute();
  return rows.map(({ at, before_json: before, after_json: after, ...row }) => ({
    ...row,
    at: new Date(at).toISOString(),
    before,
    after,
  }));
}

function matching(db: Db, { verb, outcome, place, since, about, before }: AuditFilter) {
  let query = db.selectFrom('audit');
  if (verb !== undefined) query = query.where('verb', '=', verb);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  if (place !== undefined) query = query.where('place', '=', place);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (before !== undefined) query = query.where('id', '<', before);
  if (about !== undefined)
    query = query.where((eb) =>
      eb.or(about.map((name) => sql<SqlBool>`${words} like ${said(name)} escape '!'`)),
    );
  return query;
}

/** What a row is about, with a blank around each word: `shop/web,` is two words. */
const words = sql<string>`' ' || replace(replace(lower(what), '/', ' '), ',', ' ') || ' '`;
const said = (name: string): string =>
  `% ${name.toLowerCase().replace(/[/,]/g, ' ').replace(/[!%_]/g, '!$&')} %`;
