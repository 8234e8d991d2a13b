import { type AnyDatabase, isZeroOrOne, textType } from '../src/store/columns.ts';

// Processes of Seawall that share a database, each for as long as it says that it is alive; and what the one that
// watches a host tells the one that scans it.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('process')
    // The owner of its leases.
    .addColumn('id', textType(db), (column) => column.primaryKey())
    // `serve` or `worker`.
    .addColumn('role', textType(db), (column) => column.notNull())
    .addColumn('version', textType(db), (column) => column.notNull())
    .addColumn('machine', textType(db), (column) => column.notNull())
    .addColumn('pid', 'integer', (column) => column.notNull())
    // How much of the work it takes, beside the others.
    .addColumn('weight', 'integer', (column) => column.notNull())
    .addColumn('is_draining', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_draining')),
    )
    // These three by the clock of leases.
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .execute();
  // Why a scan of the host is wanted, `silent` or `back`; null when none is.
  await db.schema.alterTable('scan_turn').addColumn('wanted_for', textType(db)).execute();
  for (const column of ['wanted_no', 'taken_no']) {
    await db.schema
      .alterTable('scan_turn')
      // Grows with each wish; the other is that of the wish which the last turn was taken for.
      .addColumn(column, 'bigint', (added) => added.notNull().defaultTo(0))
      .execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const column of ['taken_no', 'wanted_no', 'wanted_for']) {
    await db.schema.alterTable('scan_turn').dropColumn(column).execute();
  }
  await db.schema.dropTable('process').execute();
}
