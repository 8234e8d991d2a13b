import { PostgresDialect } from 'kysely';
import pg from 'pg';

const CONNECTIONS_MAX = 10;
const CONNECT_WITHIN_MS = 10_000;
/** What a statement may take: far more than any of ours needs, and not for ever. */
const STATEMENT_WITHIN_MS = 60_000;

const { INT8, JSON: JSON_TEXT } = pg.types.builtins;

/**
 * A pool of connections to the PostgreSQL that a url names; none is made before the first statement.
 * Whole numbers come back as numbers: ours are keys, counts and epoch milliseconds, all below 2^53.
 * JSON comes back as text, to be parsed as that of SQLite is.
 */
export function postgresDialect(url: string): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    application_name: 'seawall',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  // One that breaks while nobody uses it is replaced by the next; unheard it would end the process.
  pool.on('error', () => {});
  // The same for one in use: its transaction hears of it by the next statement.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDialect({ pool });
}

function parserOf(type: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (type === INT8) return Number;
  if (type === JSON_TEXT) return (value) => value;
  return pg.types.getTypeParser(type, format as 'text');
}
