import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// A match writes tens of thousands of rows that are not closed: what looks for closed ones needs none of these in its
// index.

const indexes = { exposed_closed: 'closed_in', exposed_over: 'closed_at' } as const;

export async function up(db: AnyDatabase): Promise<void> {
  for (const [name, column] of Object.entries(indexes)) {
    await db.schema.dropIndex(name).execute();
    await db.schema
      .createIndex(name)
      .on('exposed')
      .column(column)
      .where(sql.ref(column), 'is not', null)
      .execute();
  }
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const [name, column] of Object.entries(indexes)) {
    await db.schema.dropIndex(name).execute();
    await db.schema.createIndex(name).on('exposed').column(column).execute();
  }
}
