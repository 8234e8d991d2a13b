import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import * as migrations from '../../migrations/index.ts';
import { type OpenDatabase, openDatabase } from '../../src/store/database.ts';
import { migrateDown } from '../../src/store/migrate.ts';
import { type Store, storeOver } from '../../src/store/open-store.ts';
import { leaveWhatIsKnown } from './known.ts';
import { KEPT, lendDatabase } from './lent-database.ts';
import { type PostgresDatabase, postgresServer } from './postgres-server.ts';

export interface TemporaryDatabase {
  url: string;
  /** With a clock that stands still unless another is given. */
  open(now?: () => number): Promise<Store>;
  /** The same without the store. */
  openDatabase(now?: () => number): Promise<OpenDatabase>;
  /** The rows of a query, over a connection of its own; JSON as text. */
  rows<Row = Record<string, unknown>>(query: string): Row[];
  /** The first column of the rows of a query. */
  values<Value = unknown>(query: string): Value[];
  /** Runs statements over a connection of its own. */
  run(statements: string): void;
  /**
   * Lets so many milliseconds pass for leases and deliveries, by the clock of the server; a file goes by the clock that its
   * store was opened with.
   */
  passTime(ms: number): void;
  /** True where what it has stored holds a text as it stands, such as a secret; what is compressed is not looked through. */
  holds(text: string): boolean;
  /** What its tables and their indexes take. */
  sizeBytes(): number;
  /** Lets nobody else read or write it until what it gives is called. */
  lock(): Promise<() => Promise<void>>;
  /** Undoes every migration after this one, as an older version would have left it. */
  migrateDownTo(name: string): Promise<void>;
  remove(): void;
}

/** An SQLite file, for what is true of files alone. */
export interface TemporaryFile extends TemporaryDatabase {
  path: string;
  /** Looks at or changes the file over a connection of its own. */
  withConnection<T>(work: (connection: Database.Database) => T): T;
}

/** What `jest.config.mjs` says that the suites of a project have; see `native-environment.mjs`. */
const DATABASE = Symbol.for('seawall.database');
/** True where `temporaryDatabase` makes none of SQLite. Suites of both kinds share a worker. */
export const isOnPostgres = (): boolean =>
  (globalThis as { [DATABASE]?: string })[DATABASE] === 'postgres';

/** A database of its own, with every table and without rows. */
export function temporaryDatabase(): TemporaryDatabase {
  return isOnPostgres() ? onPostgres(takeFromPostgres()) : temporaryFile();
}

/** The same on PostgreSQL, whatever the project has. */
export const temporaryPostgres = (): TemporaryDatabase => onPostgres(takeFromPostgres());

/** The same as an SQLite file, whatever the project has. */
export function temporaryFile(): TemporaryFile {
  const place = placeForFile();
  mkdirSync(dirname(place.path));
  writeFileSync(place.path, bytesOfFile);
  const changedMs = () => statSync(place.path, { throwIfNoEntry: false })?.mtimeMs;
  const madeMs = changedMs();
  // To look through a whole file takes longer than to make it; who opens one that was written to does so.
  const isAsMade = () => !existsSync(`${place.path}-wal`) && changedMs() === madeMs;
  return { ...place, ...common(place.url, isAsMade) };
}

/** A place for an SQLite file in a folder of its own; nothing is there before it is opened. */
export function placeForFile(): TemporaryFile {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-store-'));
  const path = join(folder, 'data', 'seawall.db');
  const withConnection: TemporaryFile['withConnection'] = (work) => {
    const connection = new Database(path);
    try {
      return work(connection);
    } finally {
      connection.close();
    }
  };
  return {
    ...common(`sqlite:${path}`),
    path,
    withConnection,
    rows: <Row>(query: string) =>
      withConnection((connection) => connection.prepare(query).all() as Row[]),
    values: <Value>(query: string) =>
      withConnection((connection) => connection.prepare(query).pluck().all() as Value[]),
    run: (statements) => withConnection((connection) => void connection.exec(statements)),
    passTime: () => {},
    holds: (text) => withConnection((connection) => connection.serialize().includes(text)),
    sizeBytes: () =>
      withConnection((connection) => {
        const [pages, bytes] = ['page_count', 'page_size'].map((name) =>
          connection.pragma(name, { simple: true }),
        ) as [number, number];
        return pages * bytes;
      }),
    async lock() {
      const other = new Database(path);
      other.exec('begin exclusive');
      return async () => void other.close();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

type Common = Pick<TemporaryDatabase, 'url' | 'open' | 'openDatabase' | 'migrateDownTo'>;

function common(url: string, isChecked = () => false): Common {
  const open = (now = () => 1_000) => openDatabase(url, now, { isChecked: isChecked() });
  return {
    url,
    open: async (now = () => 1_000) => storeOver(await open(now), now),
    openDatabase: open,
    async migrateDownTo(name) {
      const { db, close } = await openDatabase(url, () => 0);
      const later = Object.keys(migrations).filter((one) => one > name);
      for (const _migration of later) await migrateDown(db, migrations);
      await close();
    },
  };
}

/** Migrated databases of the server that nobody uses any more. */
const free: PostgresDatabase[] = [];

/**
 * To empty a database takes a hundredth of the time to make one, which is a hundred files: most tables were never
 * written to, and most numbers never given.
 */
const EMPTY = `
  select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
    and (application_name <> '${KEPT}' or state <> 'idle');
  set session_replication_role = replica;
  do $$ declare one text; begin
    for one in select format('%I', relname) from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r'
      and relname not like '%migration%' and pg_relation_size(oid) > 0 loop
      execute 'delete from ' || one;
    end loop;
    perform setval(format('%I', sequencename), start_value, false) from pg_sequences
      where schemaname = 'public' and last_value is not null;
  end $$;
  drop schema if exists seawall_queue cascade;`;

/** What stands in every table of a database, so that one whose tables were changed is not used again. */
const COLUMNS = `
  select md5(string_agg(concat_ws(' ', relname, attname, atttypid::regtype), ',' order by relname, attname))
  from pg_class join pg_attribute on attrelid = pg_class.oid
  where relnamespace = 'public'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped`;

/** Of a database that was migrated and nothing else. */
let columnsMade: string | undefined;

function takeFromPostgres(): PostgresDatabase {
  const { create, migrated } = postgresServer();
  columnsMade ??= migrated.run(COLUMNS);
  for (let known = free.pop(); known !== undefined; known = free.pop()) {
    // Before it stands whom the first statement ended.
    if (known.run(`${EMPTY}${COLUMNS}`).endsWith(columnsMade)) return known;
    process.stderr.write(`${known.name} has other columns than it was made with: not used again\n`);
  }
  return create(migrated.name);
}

function onPostgres(database: PostgresDatabase): TemporaryDatabase {
  const rows = <Row>(query: string) =>
    database
      .run(`select row_to_json(row) from (${query}) as row`)
      .split('\n')
      .filter(Boolean)
      .map((line) => asInFile(JSON.parse(line)) as Row);
  // What was taken back and made again is nobody else's: it need not be as it was.
  let isAsMade = true;
  let isRemoved = false;
  const forget = leaveWhatIsKnown(() => {
    const isAlike = database.run(COLUMNS) === columnsMade;
    return `${database.name} has ${isAlike ? 'the' : 'other'} columns ${isAlike ? '' : 'than '}it was made with`;
  });
  const { migrateDownTo, ...others } = common(database.url);
  const lend = () => lendDatabase(database.url);
  return {
    ...others,
    open: async (now = () => 1_000) => storeOver(await lend(), now),
    openDatabase: lend,
    migrateDownTo(name) {
      isAsMade = false;
      return migrateDownTo(name);
    },
    rows,
    values: <Value>(query: string) =>
      rows<Record<string, Value>>(query).flatMap((row) => Object.values(row).slice(0, 1)),
    run: (statements) => void database.run(statements),
    passTime: (ms) =>
      void database.run(
        [
          ...['delivery', 'digest_run', 'exposed_match', 'feed', 'outbox_channel', 'process'],
          ...['scan_job', 'scan_turn', 'watch'],
        ]
          .map((table) => `update ${table} set lease_until = lease_until - ${ms}`)
          .concat(`update delivery set answer_until = answer_until - ${ms}`)
          .concat(`update scan_job set asked_at = asked_at - ${ms}`)
          .join(';'),
      ),
    holds: (text) => database.run("select schema_to_xml('public', true, false, '')").includes(text),
    sizeBytes: () =>
      rows<{ bytes: number }>(
        "select sum(pg_total_relation_size(oid)) as bytes from pg_class where relkind = 'r'",
      )[0]?.bytes ?? 0,
    async lock() {
      const other = new pg.Client({ connectionString: database.url });
      await other.connect();
      const tables = rows<{ name: string }>(
        "select tablename as name from pg_tables where schemaname = 'public'",
      ).map(({ name }) => name);
      await other.query(`begin; lock table ${tables.join(', ')} in access exclusive mode`);
      return () => other.end();
    },
    remove() {
      forget();
      // Whoever removes it twice must not have it lent to two.
      if (isAsMade && !isRemoved) free.push(database);
      isRemoved = true;
    },
  };
}

/** A row with its JSON as text. */
const asInFile = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      column.endsWith('_json') && value !== null ? JSON.stringify(value) : value,
    ]),
  );

/** Bytes of a migrated file without rows, made once for all suites of a worker. */
const bytesOfFile = await migratedFile();
async function migratedFile(): Promise<Buffer> {
  const place = placeForFile();
  await (await place.open()).close();
  const bytes = readFileSync(place.path);
  place.remove();
  return bytes;
}
