import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';

/** Statements of a process that are kept; a connection keeps those that it ran. */
const KEPT_MAX = 200;
/** Lists of many rows are seldom as long again. */
const LENGTH_MAX = 4_000;
/**
 * How many rows a page wants decides how they are looked for. Planned without that number, pages of one host's
 * findings went through those of all hosts.
 */
const PAGE = ' limit $';
/** What ran so often is one of those that always come again. */
const RUNS_MIN = 3;
const SEEN_MAX = 1_000;
/** The result has other columns than when it was parsed, which a migration of a newer version does. */
const IS_OUTDATED = '0A000';
/** Another connection answers than the one that keeps it: 26000 knows no such statement, 42P05 has it already. */
const IS_POOLED = /^(26000|42P05)$/;

/**
 * Each text has one name, in every process and version: where a pooler lets two share a connection, a name can
 * never run what another process meant by it. PostgreSQL takes up to 63 characters.
 */
const nameFor = (text: string): string =>
  `seawall_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`;

type Query = (text: unknown, values?: unknown, ...more: unknown[]) => Promise<unknown>;

/**
 * Lets the connections of a pool keep statements that come again and again, so that PostgreSQL need not read and
 * plan each anew. One that is out of date makes its transaction fail as one that met another, code 40001, which is
 * tried again, and is then made anew. Behind a pooler that hands out connections by transaction nothing is kept.
 */
export function createKeptStatements(): (client: ClientBase) => void {
  const runs = new Map<string, number>();
  const names = new Map<string, string>();
  let isPooled = false;

  function nameOf(text: string): string | null {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (text.length > LENGTH_MAX || names.size >= KEPT_MAX || text.includes(PAGE)) return null;
    const count = (runs.get(text) ?? 0) + 1;
    if (runs.size >= SEEN_MAX) runs.clear();
    runs.set(text, count);
    if (count < RUNS_MIN) return null;
    runs.delete(text);
    const name = nameFor(text);
    names.set(text, name);
    return name;
  }

  return (client) => {
    const query = client.query.bind(client) as Query;
    let generation = 0;
    const queryKept: Query = async (text, values, ...more) => {
      const hasValues = Array.isArray(values) && values.length > 0;
      const name = typeof text === 'string' && hasValues && !isPooled ? nameOf(text) : null;
      if (name === null) return query(text, values, ...more);
      try {
        return await query({ name: `${name}_${generation}`, text, values });
      } catch (error) {
        const code = (error as { code?: unknown }).code;
        if (code === IS_OUTDATED) generation += 1;
        else if (IS_POOLED.test(String(code))) isPooled = true;
        else throw error;
        const message = 'a statement that was kept cannot be used any more';
        throw Object.assign(new Error(message, { cause: error }), { code: '40001' });
      }
    };
    Object.assign(client, { query: queryKept });
  };
}
