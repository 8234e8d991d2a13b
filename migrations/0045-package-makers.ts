import { type AnyDatabase, textType } from '../src/store/columns.ts';

// Who built a package, where that is not its distribution: empty for the distribution, and where nobody knows.

const COLUMNS = ['name', 'version', 'architecture', 'source_name', 'source_version'];

async function indexBy(db: AnyDatabase, columns: string[]): Promise<void> {
  await db.schema.dropIndex('package_name').execute();
  await db.schema.createIndex('package_name').on('package').columns(columns).unique().execute();
}

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('package')
    .addColumn('built_by', textType(db), (column) => column.notNull().defaultTo(''))
    .execute();
  await indexBy(db, [...COLUMNS, 'built_by']);
}

export async function down(db: AnyDatabase): Promise<void> {
  // An older version has no place for two that differ in nothing else.
  for (const table of ['inventory_package', 'package']) {
    const ids = db.selectFrom('package').select('id').where('built_by', '<>', '');
    await db
      .deleteFrom(table)
      .where(table === 'package' ? 'id' : 'package_id', 'in', ids)
      .execute();
  }
  await indexBy(db, COLUMNS);
  await db.schema.alterTable('package').dropColumn('built_by').execute();
}
