import type { KyselyPlugin } from 'kysely';
import { once } from '../shared/once.ts';
import type { Db } from './schema.ts';

/**
 * A plugin that parses the columns whose name ends in `_json`, and no others: names and labels are
 * hostile and may look like JSON. Kysely's own walks through every value again and calls a function
 * for each, which took answers about 200 containers several times as long as their statements.
 */
const parsing = (parseText: (text: string) => unknown): KyselyPlugin => ({
  transformQuery: ({ node }) => node,
  async transformResult({ result }) {
    // All rows of a statement have the same columns, and most statements have none of these.
    const columns = Object.keys(result.rows[0] ?? {}).filter((column) => column.endsWith('_json'));
    for (const column of columns) {
      for (const row of result.rows) {
        const value = row[column];
        if (typeof value === 'string') row[column] = parseText(value);
      }
    }
    return result;
  },
});

/** Without any `__proto__`, which could become a prototype where it is copied. */
const parse = (text: string): unknown =>
  text.includes('__proto__')
    ? JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value))
    : JSON.parse(text);

export const parseJsonColumns = parsing(parse);

/**
 * The same database, which gives equal texts of JSON the same value in all that is read by it: what many containers
 * have alike is parsed once, and nobody may change it.
 */
export const sharingJson = (db: Db): Db =>
  db
    .getExecutor()
    .plugins.map((plugin) => (plugin === parseJsonColumns ? parsing(once(parse)) : plugin))
    .reduce<Db>((shared, plugin) => shared.withPlugin(plugin), db.withoutPlugins());
