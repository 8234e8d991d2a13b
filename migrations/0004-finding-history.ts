import { type AnyDatabase, isZeroOrOne } from '../src/store/columns.ts';

// A finding whose severity changes closes its row and opens another, so that the past keeps its
// severity: `first_seen` is the finding's, `opened_at` the row's.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('finding')
    .addColumn('opened_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db
    .updateTable('finding')
    .set((eb) => ({ opened_at: eb.ref('first_seen') }))
    .execute();
  // 1: closed because a row with another severity follows; 0: open, or the finding is gone.
  await db.schema
    .alterTable('finding')
    .addColumn('is_superseded', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_superseded')),
    )
    .execute();
  await db.schema
    .createIndex('finding_host_opened')
    .on('finding')
    .columns(['host_id', 'opened_at'])
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  // Without the column they would look like findings that are gone.
  await db.deleteFrom('finding').where('is_superseded', '=', 1).execute();
  await db.schema.dropIndex('finding_host_opened').execute();
  for (const column of ['is_superseded', 'opened_at']) {
    await db.schema.alterTable('finding').dropColumn(column).execute();
  }
}
