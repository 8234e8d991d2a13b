import { sql } from 'kysely';
import { type AnyDatabase, textType } from '../src/store/columns.ts';

// A delivery is held like everything else, by a lease with a number that counts by the clock of the database.
// That clock also says until when an answer is worth giving.

const ANSWERED_WITHIN_MS = 30 * 60_000;

export async function up(db: AnyDatabase): Promise<void> {
  const table = () => db.schema.alterTable('delivery');
  await table().addColumn('lease_owner', textType(db)).execute();
  for (const name of ['lease_token', 'lease_until', 'answer_until']) {
    await table()
      .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  }
  await db
    .updateTable('delivery')
    .set({
      lease_owner: sql`owner`,
      lease_until: sql`coalesce(claimed_until, 0)`,
      answer_until: sql`seen_at + ${sql.lit(ANSWERED_WITHIN_MS)}`,
    })
    .execute();
  await db.schema.dropIndex('delivery_claimed').execute();
  for (const name of ['claimed_until', 'owner']) await table().dropColumn(name).execute();
  await db.schema
    .createIndex('delivery_held')
    .on('delivery')
    .column('answer_until')
    .where(sql.ref('lease_owner'), 'is not', null)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  const table = () => db.schema.alterTable('delivery');
  await table().addColumn('owner', textType(db)).execute();
  await table().addColumn('claimed_until', 'bigint').execute();
  await db
    .updateTable('delivery')
    .set({ owner: sql`lease_owner`, claimed_until: sql`lease_until` })
    .where('lease_owner', 'is not', null)
    .execute();
  await db.schema.createIndex('delivery_claimed').on('delivery').column('claimed_until').execute();
  await db.schema.dropIndex('delivery_held').execute();
  for (const name of ['answer_until', 'lease_until', 'lease_token', 'lease_owner']) {
    await table().dropColumn(name).execute();
  }
}
