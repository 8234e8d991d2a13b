import type Database from 'better-sqlite3';

interface Column {
  name: string;
  type: string;
  defaultValue: string | null;
  isKey: number;
  /** The table and column that it points at. */
  table: string | null;
  target: string | null;
}

/**
 * Puts a row of this time into each of these tables, made of nothing but its columns: every time in it is
 * `at`, so that it is over when that is, every text is another one. For tables that no test has to say
 * more of; one whose rows must be of a kind is refused by the database.
 */
export function fillTables(
  database: Database.Database,
  tables: readonly string[],
  at: number,
): void {
  for (const table of tables) {
    const columns = database
      .prepare(
        `select info.name, type, dflt_value as defaultValue, pk as isKey, "table", coalesce("to", 'id') as target
         from pragma_table_info(@table) info left join pragma_foreign_key_list(@table) on "from" = info.name`,
      )
      .all({ table }) as Column[];
    const filled = columns.filter(
      ({ name, type, defaultValue, isKey }) =>
        defaultValue === null && !(isKey && name === 'id' && /int/i.test(type)),
    );
    const names = filled.map(({ name }) => `"${name}"`).join(', ');
    const values = filled.map(({ table: other, target }) =>
      other === null ? '?' : `(select max("${target}") from "${other}")`,
    );
    const bound = filled.filter(({ table: other }) => other === null);
    database
      .prepare(`insert into "${table}" (${names}) values (${values.join(', ')})`)
      .run(bound.map((column) => valueFor(column, at)));
  }
}

function valueFor({ name, type }: Column, at: number): string | number {
  if (name.endsWith('_json')) return '{}';
  if (name.startsWith('is_')) return 0;
  return /int|double/i.test(type) ? at : `${name}-${at}`;
}
