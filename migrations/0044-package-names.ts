import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// People write a package in any case, and a library without what stands before its name.

// `yaml` of `github.com/goccy/yaml/v2`: its last part, without the major version of a Go module.
const SLASHED = `replace(lower(name), ':', '/')`;
const BARE = `rtrim(${SLASHED}, '0123456789')`;
const NAMED = `case when substr(${BARE}, length(${BARE}) - 1) = '/v'
    then substr(${BARE}, 1, length(${BARE}) - 2) else ${SLASHED} end`;
const BEFORE = `rtrim(${NAMED}, replace(${NAMED}, '/', ''))`;
const LAST_PART = `substr(${NAMED}, length(${BEFORE}) + 1)`;

const indexes = [
  ['package_name_lower', 'package', 'lower(name)'],
  ['package_source_lower', 'package', 'lower(source_name)'],
  ['component_last_part', 'component', LAST_PART],
  ['imported_package_last_part', 'imported_package', LAST_PART],
  ['imported_package_source_lower', 'imported_package', 'lower(source_name)'],
] as const;

export async function up(db: AnyDatabase): Promise<void> {
  for (const [name, table, expression] of indexes) {
    await db.schema.createIndex(name).on(table).expression(sql.raw(expression)).execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const [name] of indexes) await db.schema.dropIndex(name).execute();
}
