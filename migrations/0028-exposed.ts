import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  jsonType,
  textType,
} from '../src/store/columns.ts';

// Which packages of here a vulnerability affects, matched again whenever a feed changes, and which channel was
// told of what. Rows of a match count from its switch on: half a match never answers.

export async function up(db: AnyDatabase): Promise<void> {
  // One row, whose id is 1: the match that answers, what it rests on, and who makes the next.
  await db.schema
    .createTable('exposed_match')
    .addColumn('id', 'bigint', (column) => column.primaryKey())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('basis_json', jsonType(db), (column) => column.notNull())
    .addColumn('matched_at', 'bigint')
    .addColumn('lease_owner', textType(db))
    .addColumn('lease_token', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await createTableWithId(db, 'exposed')
    .addColumn('vulnerability', textType(db), (column) => column.notNull())
    // No reference: a package goes with the last inventory that has it.
    .addColumn('package_id', 'bigint', (column) => column.notNull())
    // Of the inventories that are meant: one package may be in several releases.
    .addColumn('os_id', textType(db), (column) => column.notNull())
    .addColumn('os_version', textType(db), (column) => column.notNull())
    .addColumn('state', textType(db), (column) => column.notNull())
    .addColumn('fixed', textType(db))
    .addColumn('is_exploited', 'integer', (column) =>
      column.notNull().check(isZeroOrOne('is_exploited')),
    )
    // 1 to 4. Null: no record says.
    .addColumn('severity', 'integer')
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('fixable_since', 'bigint')
    .addColumn('exploited_since', 'bigint')
    // Generations of matches.
    .addColumn('opened_in', 'integer', (column) => column.notNull())
    .addColumn('closed_in', 'integer')
    .addColumn('closed_at', 'bigint')
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('exposed');
  await index('exposed_key')
    .columns(['vulnerability', 'package_id', 'os_id', 'os_version', 'opened_in'])
    .unique()
    .execute();
  await index('exposed_opened').column('opened_in').execute();
  await index('exposed_closed').column('closed_in').execute();
  await index('exposed_over').column('closed_at').execute();
  await addTold(db);
  await addAcceptances(db);
}

async function addTold(db: AnyDatabase): Promise<void> {
  // How far each channel was told.
  await db.schema
    .createTable('exposed_channel')
    .addColumn('channel', textType(db), (column) => column.primaryKey())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('container', 'bigint', (column) => column.notNull())
    .addColumn('sources_json', jsonType(db), (column) => column.notNull())
    .addColumn('looked_at', 'bigint', (column) => column.notNull())
    .addColumn('summaries', 'integer', (column) => column.notNull())
    .execute();
  // What a channel was told: once for all time.
  await db.schema
    .createTable('exposed_told')
    .addColumn('channel', textType(db), (column) => column.notNull())
    .addColumn('vulnerability', textType(db), (column) => column.notNull())
    .addColumn('event', textType(db), (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    // 1: by a message of its own.
    .addColumn('is_post', 'integer', (column) => column.notNull().check(isZeroOrOne('is_post')))
    .addPrimaryKeyConstraint('exposed_told_key', ['channel', 'vulnerability', 'event'])
    .execute();
  await db.schema
    .createIndex('exposed_told_vulnerability')
    .on('exposed_told')
    .column('vulnerability')
    .execute();
}

async function addAcceptances(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'exposed_acceptance')
    .addColumn('vulnerability', textType(db), (column) => column.notNull())
    .addColumn('package', textType(db), (column) => column.notNull())
    .addColumn('versions_json', jsonType(db), (column) => column.notNull())
    // Name of a host, or `*`.
    .addColumn('scope', textType(db), (column) => column.notNull())
    .addColumn('reason', textType(db), (column) => column.notNull())
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('made_by', textType(db), (column) => column.notNull())
    .addColumn('until_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', textType(db))
    .addColumn('ended_kind', textType(db))
    .addColumn('ended_why', textType(db))
    .execute();
  await db.schema
    .createIndex('exposed_acceptance_vulnerability')
    .on('exposed_acceptance')
    .column('vulnerability')
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const table of [
    'exposed_acceptance',
    'exposed_told',
    'exposed_channel',
    'exposed',
    'exposed_match',
  ]) {
    await db.schema.dropTable(table).execute();
  }
}
