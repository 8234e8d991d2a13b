import { type AnyDatabase, createTableWithId, jsonType, textType } from '../src/store/columns.ts';

// What others say of vulnerabilities in products (VEX): each document is a feed, and its statements stand under
// its generation. And what others say is in an image: lists of packages, which are nobody's inventory.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'vex_statement')
    .addColumn('feed_id', 'bigint', (column) => column.notNull().references('feed.id'))
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('statement_json', jsonType(db), (column) => column.notNull())
    .execute();
  const index = (name: string) => db.schema.createIndex(name);
  await index('vex_statement_feed')
    .on('vex_statement')
    .columns(['feed_id', 'generation'])
    .execute();
  // Every id of a vulnerability that it is about, in upper case.
  await db.schema
    .createTable('vex_name')
    .addColumn('name', textType(db), (column) => column.notNull())
    .addColumn('statement_id', 'bigint', (column) =>
      column.notNull().references('vex_statement.id').onDelete('cascade'),
    )
    .addPrimaryKeyConstraint('vex_name_key', ['name', 'statement_id'])
    .execute();
  await index('vex_name_statement').on('vex_name').column('statement_id').execute();
  await addLists(db);
}

async function addLists(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'imported_list')
    // Of the image that it was bound to, which may be on many hosts, or on none any more.
    .addColumn('image_id', textType(db), (column) => column.notNull())
    .addColumn('image_name', textType(db), (column) => column.notNull())
    // E.g. `syft`; empty where the file does not say.
    .addColumn('tool', textType(db), (column) => column.notNull())
    .addColumn('tool_version', textType(db), (column) => column.notNull())
    .addColumn('format', textType(db), (column) => column.notNull())
    // When the file says that it was made. Null: it does not say.
    .addColumn('made_at', 'bigint')
    .addColumn('imported_at', 'bigint', (column) => column.notNull())
    .addColumn('imported_by', textType(db), (column) => column.notNull())
    .addColumn('packages', 'integer', (column) => column.notNull())
    .addUniqueConstraint('imported_list_of_tool', ['image_id', 'tool', 'format'])
    .execute();
  await createTableWithId(db, 'imported_package')
    .addColumn('list_id', 'bigint', (column) =>
      column.notNull().references('imported_list.id').onDelete('cascade'),
    )
    .addColumn('name', textType(db), (column) => column.notNull())
    // What it was built from; its own name where the file does not say.
    .addColumn('source_name', textType(db), (column) => column.notNull())
    .addColumn('package_json', jsonType(db), (column) => column.notNull())
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('imported_package');
  await index('imported_package_name').columns(['name', 'list_id']).execute();
  await index('imported_package_source').columns(['source_name', 'list_id']).execute();
  await index('imported_package_list').column('list_id').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of ['imported_package', 'imported_list', 'vex_name', 'vex_statement']) {
    await db.schema.dropTable(table).execute();
  }
}
