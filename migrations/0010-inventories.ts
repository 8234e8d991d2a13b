import { type AnyDatabase, createTableWithId, jsonType } from '../src/store/columns.ts';

// What is installed outlives the images and containers it was read from. A package that many have
// stands there once.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'inventory')
    // Hash over manager, operating system and packages.
    .addColumn('key', 'text', (column) => column.notNull().unique())
    // Null: there was no database of a known kind.
    .addColumn('manager', 'text')
    // Null: there was no os-release.
    .addColumn('os_id', 'text')
    .addColumn('os_version', 'text')
    .addColumn('os_name', 'text')
    .addColumn('packages', 'integer', (column) => column.notNull())
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .execute();
  const columns = ['name', 'version', 'architecture', 'source_name', 'source_version'];
  let table = createTableWithId(db, 'package');
  for (const column of columns) table = table.addColumn(column, 'text', (one) => one.notNull());
  await table.execute();
  const index = (name: string) => db.schema.createIndex(name);
  await index('package_name').on('package').columns(columns).unique().execute();
  await index('package_source').on('package').column('source_name').execute();
  await db.schema
    .createTable('inventory_package')
    .addColumn('inventory_id', 'integer', (column) => column.notNull().references('inventory.id'))
    .addColumn('package_id', 'integer', (column) => column.notNull().references('package.id'))
    .addPrimaryKeyConstraint('inventory_package_key', ['inventory_id', 'package_id'])
    .execute();
  await index('inventory_package_package').on('inventory_package').column('package_id').execute();
  await db.schema
    .alterTable('container')
    .addColumn('inventory_id', 'integer', (column) => column.references('inventory.id'))
    .execute();
  // Null: of a version that looked at none of it, or the containers could not be read.
  await db.schema.alterTable('container').addColumn('surface_json', jsonType(db)).execute();
  await index('container_inventory').on('container').column('inventory_id').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('container_inventory').execute();
  for (const column of ['surface_json', 'inventory_id']) {
    await db.schema.alterTable('container').dropColumn(column).execute();
  }
  for (const table of ['inventory_package', 'package', 'inventory']) {
    await db.schema.dropTable(table).execute();
  }
}
