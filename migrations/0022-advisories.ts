import { type AnyDatabase, createTableWithId, jsonType, textType } from '../src/store/columns.ts';

// What others published about vulnerabilities. A feed is written whole under the next number of its
// generation and then switched, so that half a feed never answers.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'feed')
    // E.g. `osv/Debian`.
    .addColumn('source', textType(db), (column) => column.notNull().unique())
    // The one that answers; 0 before the first.
    .addColumn('generation', 'integer', (column) => column.notNull())
    // The one that somebody began last: who began before can no longer switch to theirs.
    .addColumn('taking', 'integer', (column) => column.notNull())
    // How new its newest record is. Null: nothing in it says so.
    .addColumn('as_of', 'bigint')
    .addColumn('loaded_at', 'bigint')
    .addColumn('records', 'integer', (column) => column.notNull())
    // With their releases, those that it speaks of.
    .addColumn('ecosystems_json', jsonType(db), (column) => column.notNull())
    // What came of the last try, where it was not taken.
    .addColumn('failed_at', 'bigint')
    .addColumn('failure', textType(db))
    .execute();
  const index = (name: string) => db.schema.createIndex(name);
  await createTableWithId(db, 'advisory')
    .addColumn('feed_id', 'bigint', (column) => column.notNull().references('feed.id'))
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('record_json', jsonType(db), (column) => column.notNull())
    .execute();
  await index('advisory_feed').on('advisory').columns(['feed_id', 'generation']).execute();
  // Every id under which it is known.
  await db.schema
    .createTable('advisory_name')
    .addColumn('name', textType(db), (column) => column.notNull())
    .addColumn('advisory_id', 'bigint', (column) => column.notNull().references('advisory.id'))
    .addPrimaryKeyConstraint('advisory_name_key', ['name', 'advisory_id'])
    .execute();
  await index('advisory_name_advisory').on('advisory_name').column('advisory_id').execute();
  await createTableWithId(db, 'known_exploited')
    .addColumn('feed_id', 'bigint', (column) => column.notNull().references('feed.id'))
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('cve', textType(db), (column) => column.notNull())
    .addColumn('entry_json', jsonType(db), (column) => column.notNull())
    .execute();
  await index('known_exploited_cve').on('known_exploited').column('cve').execute();
  await index('known_exploited_feed')
    .on('known_exploited')
    .columns(['feed_id', 'generation'])
    .execute();
  await createTableWithId(db, 'exploit_prediction')
    .addColumn('feed_id', 'bigint', (column) => column.notNull().references('feed.id'))
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('cve', textType(db), (column) => column.notNull())
    .addColumn('probability', 'double precision', (column) => column.notNull())
    .addColumn('percentile', 'double precision', (column) => column.notNull())
    .execute();
  await index('exploit_prediction_cve').on('exploit_prediction').column('cve').execute();
  await index('exploit_prediction_feed')
    .on('exploit_prediction')
    .columns(['feed_id', 'generation'])
    .execute();
  // Who had what and when, without what a container looked like, which takes kilobytes.
  await index('container_span')
    .on('container')
    .columns([
      ...['host_id', 'closed_at', 'opened_at', 'inventory_id', 'image_id', 'container_id', 'name'],
      'state',
    ])
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('container_span').execute();
  for (const table of [
    'exploit_prediction',
    'known_exploited',
    'advisory_name',
    'advisory',
    'feed',
  ]) {
    await db.schema.dropTable(table).execute();
  }
}
