import type { AnyDatabase } from '../src/store/columns.ts';

// Who has which packages is counted by inventory over a whole fleet: this index has all that takes, in that order, and
// serves whoever asked for an inventory alone. Who has a package is read from the index without the row.

const inventories = (db: AnyDatabase, name: string) => db.schema.createIndex(name).on('container');
const packages = (db: AnyDatabase) =>
  db.schema.createIndex('inventory_package_package').on('inventory_package');

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('container_inventory').execute();
  await inventories(db, 'container_held')
    .columns([
      ...['inventory_id', 'host_id', 'image_id', 'container_id', 'closed_at', 'image', 'state'],
      'id',
    ])
    .execute();
  await db.schema.dropIndex('inventory_package_package').execute();
  await packages(db).columns(['package_id', 'inventory_id']).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('inventory_package_package').execute();
  await packages(db).column('package_id').execute();
  await db.schema.dropIndex('container_held').execute();
  await inventories(db, 'container_inventory').column('inventory_id').execute();
}
