import { PostgresDialect, sql } from 'kysely';
import pg, { type ClientBase } from 'pg';
import type { StoredSize, StoreSize } from '../ports/store-size.ts';
import { connectionText } from '../shared/connection-text.ts';
import { OutsideError } from '../shared/errors.ts';
import { createKeptStatements } from './kept-statements.ts';
import { StorablePostgresCompiler } from './query-compilers.ts';
import type { Db } from './schema.ts';
import { toConnectError, toStoreError } from './store-error.ts';
import { TABLES_SHOWN } from './store-size.ts';

const CONNECTIONS_MAX = 10;
const CONNECT_WITHIN_MS = 10_000;
/** A new connection knows no statement and nothing of the tables: who asks after a pause would wait for that. */
const IDLE_MS = 10 * 60_000;
const SHORT_IDLE_MS = 10_000;
/** What a statement may take: far more than any of ours needs, and not for ever. */
const STATEMENT_WITHIN_MS = 60_000;
/**
 * A process that stands still, or that the network lost, keeps what its transaction holds no longer than this: no
 * longer than the leases of what others are to take over. A url may say `idle_in_transaction_session_timeout`.
 */
const STAND_STILL_MS = 15_000;
/** After so long without a byte the server is gone, though the network does not say so: a statement ends before. */
const SILENT_MS = STATEMENT_WITHIN_MS + 5_000;

/** How long is waited; 0: as long as it takes. */
interface Patience {
  statementMs: number;
  silentMs: number;
  /** How long a connection that nobody uses is kept. */
  idleMs: number;
}
const HURRIED: Patience = {
  statementMs: STATEMENT_WITHIN_MS,
  silentMs: SILENT_MS,
  idleMs: IDLE_MS,
};
/**
 * For what builds indexes over all that is stored: a server that is gone is noticed by TCP alone. What migrated is not
 * needed again, and its connection is one more than a process counts for.
 */
export const UNHURRIED: Patience = { statementMs: 0, silentMs: 0, idleMs: SHORT_IDLE_MS };

/**
 * PostgreSQL takes reading in any order for four times as long as reading a whole table, as on disks that turn, and
 * leaves the indexes alone that have all that is asked of rows of kilobytes. What a server is told to take stays.
 */
const READS_IN_ANY_ORDER = `select set_config(name, '1.1', false) from pg_settings
  where name = 'random_page_cost' and source = 'default'`;

const { INT8, JSON: JSON_TEXT } = pg.types.builtins;

/** As far as it is used here; `pg` does not declare it. */
interface SocketOfClient {
  setTimeout(ms: number, onSilent?: () => void): void;
  destroy(): void;
}

const socketOf = (client: pg.ClientBase): SocketOfClient =>
  (client as unknown as { connection: { stream: SocketOfClient } }).connection.stream;

/**
 * A pool of connections to the PostgreSQL that a url names; none is made before the first statement.
 * Whole numbers come back as numbers: ours are keys, counts and epoch milliseconds, all below 2^53.
 * JSON comes back as text, to be parsed as that of SQLite is. A server that says nothing for `silentMs` to who waits for it is given up.
 */
export function postgresDialect(
  url: string,
  { statementMs, silentMs, idleMs }: Patience = HURRIED,
): PostgresDialect {
  const keepStatements = createKeptStatements();
  // The pool waits for it, though its types do not say so, and sets no limit of its own meanwhile.
  const onConnect = async (client: pg.ClientBase): Promise<void> => {
    const stream = socketOf(client);
    stream.setTimeout(silentMs, () => stream.destroy());
    client.on('error', () => {});
    sendBeginLate(client);
    keepStatements(client);
    // To translate a statement takes longer than that saves. Not as it connects: poolers refuse what they do not know.
    await client.query('set jit = off');
    // Without one here there may be one of the server.
    if (statementMs === 0) await client.query('set statement_timeout = 0');
    await client.query(READS_IN_ANY_ORDER);
  };
  const pool = new pg.Pool({
    Client: EndingClient,
    connectionString: connectionText(url),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    idleTimeoutMillis: idleMs,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: STAND_STILL_MS,
    ...{ keepAlive: true, keepAliveInitialDelayMillis: SILENT_MS, pipeline: true },
    application_name: 'seawall',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
    onConnect: onConnect as (client: pg.ClientBase) => void,
  });
  // One that breaks is replaced by the next; unheard it would end the process, between two statements as well.
  pool.on('error', () => {});
  // One that lies in the pool has nothing to say.
  pool.on('acquire', (client) => socketOf(client).setTimeout(silentMs));
  pool.on('release', (_error, client) => socketOf(client).setTimeout(0));
  return new StoringDialect({ pool });
}

/**
 * One that could not connect leaves its socket open, for as long as the server waits for a password. It reads the files
 * that the url names, each time anew.
 */
class EndingClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    try {
      super(config);
    } catch (error) {
      throw aboutCertificates(error);
    }
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
    if (callback === undefined) return super.connect();
    // Its types give an error to who has none.
    super.connect((error: Error | null) => {
      if (error !== null) socketOf(this).destroy();
      callback((error && toConnectError(error)) as Error);
    });
    return undefined;
  }
}

function aboutCertificates(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new OutsideError('store-failed', error.message, {
    remedy: 'Correct sslrootcert, sslcert or sslkey of DATABASE_URL: that file cannot be read.',
    cause: error,
  });
}

class StoringDialect extends PostgresDialect {
  override createQueryCompiler() {
    return new StorablePostgresCompiler();
  }
}

function parserOf(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === INT8) return Number;
  if (type === JSON_TEXT) return (value) => value;
  return pg.types.getTypeParser(type, format as 'text');
}

/** The size of a database on a server, by the server's own count. */
export const postgresSize = (db: Db): StoreSize => ({
  async measure() {
    try {
      const { rows } = await sql<StoredSize['tables'][number]>`
        select relname as name, pg_total_relation_size(oid) as bytes from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
        order by 2 desc limit ${sql.lit(TABLES_SHOWN)}`.execute(db);
      const whole = await sql<{ bytes: number }>`
        select pg_database_size(current_database()) as bytes`.execute(db);
      return { bytes: whole.rows[0]?.bytes ?? 0, disk: null, tables: rows };
    } catch (error) {
      throw toStoreError(error);
    }
  },
});

const BEGIN = /^start transaction/;
const END = /^(commit|rollback)$/;

type Query = (text: unknown, ...more: unknown[]) => Promise<unknown>;

/** As far as it is used here; `pg` does not declare it. */
interface Corked {
  connection: { stream: { cork(): void; uncork(): void; destroy(): void } };
}

/**
 * Lets a connection, which has to be one that pipelines, hand the begin of a transaction and its first statement to
 * the network in one write: two messages, each with an answer of its own. A begin that fails breaks the connection, so
 * that nothing follows but that one statement, which the server may have run by itself. A transaction without a
 * statement is none.
 */
export function sendBeginLate(client: ClientBase): void {
  const query = client.query.bind(client) as Query;
  const { stream } = (client as unknown as Corked).connection;
  let begin: string | null = null;

  function sendBoth(waiting: string, first: Parameters<Query>): Promise<unknown>[] {
    stream.cork();
    try {
      const begun = query(waiting);
      // Without its transaction nothing that follows may stand.
      begun.catch(() => stream.destroy());
      return [begun, query(...first)];
    } finally {
      stream.uncork();
    }
  }

  const queryLate: Query = async (text, ...more) => {
    if (typeof text === 'string' && BEGIN.test(text)) {
      begin = text;
      return { command: 'BEGIN', rowCount: null, rows: [] };
    }
    if (begin === null) return query(text, ...more);
    const waiting = begin;
    begin = null;
    if (typeof text === 'string' && END.test(text)) {
      return { command: text.toUpperCase(), rowCount: null, rows: [] };
    }
    const [, answer] = await Promise.all(sendBoth(waiting, [text, ...more]));
    return answer;
  };
  Object.assign(client, { query: queryLate });
}
