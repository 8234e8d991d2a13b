import { type AnyDatabase, lastPart, lowerCase } from '../src/store/columns.ts';

// People write a package in any case, and a library without what stands before its name.

const indexes = [
  ['package_name_lower', 'package', lowerCase('name')],
  ['package_source_lower', 'package', lowerCase('source_name')],
  ['component_last_part', 'component', lastPart('name')],
  ['imported_package_last_part', 'imported_package', lastPart('name')],
  ['imported_package_source_lower', 'imported_package', lowerCase('source_name')],
] as const;

export async function up(db: AnyDatabase): Promise<void> {
  for (const [name, table, expression] of indexes) {
    await db.schema.createIndex(name).on(table).expression(expression).execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const [name] of indexes) await db.schema.dropIndex(name).execute();
}
