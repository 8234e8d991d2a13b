import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
  textType,
} from '../src/store/columns.ts';

// What whole file systems hold beside the packages of their system. It outlives images and containers, and
// equal ones stand there once for all hosts; which image has which is told by its own host alone.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'filesystem')
    // Hash over all that was found.
    .addColumn('key', textType(db), (column) => column.notNull().unique())
    .addColumn('owned_by_system', 'integer', (column) => column.notNull())
    // Null: it was read whole.
    .addColumn('cut', textType(db))
    .addColumn('unread_json', jsonType(db), (column) => column.notNull())
    .addColumn('components', 'integer', (column) => column.notNull())
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .execute();
  await createTableWithId(db, 'component')
    // Hash over the rest, of which a name may be too long for an index of all.
    .addColumn('key', textType(db), (column) => column.notNull().unique())
    // Null: a program that no package manager installed.
    .addColumn('ecosystem', textType(db))
    .addColumn('name', textType(db), (column) => column.notNull())
    // Null: its build names none.
    .addColumn('version', textType(db))
    .addColumn('purl', textType(db), (column) => column.notNull())
    // The module that a Go program itself is.
    .addColumn('is_main_module', 'integer', (column) =>
      column.notNull().check(isZeroOrOne('is_main_module')),
    )
    .execute();
  const index = (name: string) => db.schema.createIndex(name);
  await index('component_name').on('component').column('name').execute();
  await db.schema
    .createTable('filesystem_component')
    .addColumn('filesystem_id', 'bigint', (column) => column.notNull().references('filesystem.id'))
    .addColumn('component_id', 'bigint', (column) => column.notNull().references('component.id'))
    // The first of them, and how many there are.
    .addColumn('places_json', jsonType(db), (column) => column.notNull())
    .addColumn('places', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('filesystem_component_key', ['filesystem_id', 'component_id'])
    .execute();
  await index('filesystem_component_component')
    .on('filesystem_component')
    .column('component_id')
    .execute();
  await createTableWithId(db, 'image_filesystem')
    .addColumn('host_id', 'bigint', (column) => column.notNull().references('host.id'))
    .addColumn('image_id', textType(db), (column) => column.notNull())
    .addColumn('name', textType(db), (column) => column.notNull())
    // Hash over its layers: the same files, whatever the name.
    .addColumn('layers_key', textType(db), (column) => column.notNull())
    // Null: nobody read it yet, or nobody could.
    .addColumn('filesystem_id', 'bigint', (column) => column.references('filesystem.id'))
    // Of the last try; null before the first.
    .addColumn('tried_at', 'bigint')
    .addColumn('read_from', textType(db))
    // Why the last try read nothing.
    .addColumn('reason', textType(db))
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('image_filesystem_image', ['host_id', 'image_id'])
    .execute();
  await index('image_filesystem_filesystem')
    .on('image_filesystem')
    .column('filesystem_id')
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['image_filesystem', 'filesystem_component', 'component', 'filesystem']) {
    await db.schema.dropTable(table).execute();
  }
}
