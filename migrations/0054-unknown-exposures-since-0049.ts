import { sql } from 'kysely';
import {
  type AnyDatabase,
  createTableWithId,
  isZeroOrOne,
  textType,
} from '../src/store/columns.ts';

// What only a feed clears that is too old: apart from `exposed`, of which earlier versions tell everything. The match that
// answers is the same.

export async function up(db: AnyDatabase): Promise<void> {
  // As in `exposed`, with the times that it has there once it is known again; a `first_seen` of 0 is of what never was.
  await createTableWithId(db, 'exposed_unknown')
    .addColumn('vulnerability', textType(db), (column) => column.notNull())
    .addColumn('package_id', 'bigint', (column) => column.notNull())
    .addColumn('component_id', 'bigint', (column) => column.notNull())
    .addColumn('os_id', textType(db), (column) => column.notNull())
    .addColumn('os_version', textType(db), (column) => column.notNull())
    // What it would be without the feeds that are too old.
    .addColumn('state', textType(db), (column) => column.notNull())
    .addColumn('fixed', textType(db))
    .addColumn('is_exploited', 'integer', (column) =>
      column.notNull().check(isZeroOrOne('is_exploited')),
    )
    .addColumn('severity', 'integer')
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('fixable_since', 'bigint')
    .addColumn('exploited_since', 'bigint')
    .addColumn('opened_in', 'integer', (column) => column.notNull())
    .addColumn('closed_in', 'integer')
    .addColumn('closed_at', 'bigint')
    .execute();
  const index = (name: string) => db.schema.createIndex(name).on('exposed_unknown');
  await index('exposed_unknown_key')
    .columns([
      ...['vulnerability', 'package_id', 'os_id', 'os_version', 'opened_in'],
      'component_id',
    ])
    .unique()
    .execute();
  await index('exposed_unknown_opened').column('opened_in').execute();
  for (const column of ['closed_in', 'closed_at']) {
    await index(`exposed_unknown_${column}`)
      .column(column)
      .where(sql.ref(column), 'is not', null)
      .execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('exposed_unknown').execute();
}
