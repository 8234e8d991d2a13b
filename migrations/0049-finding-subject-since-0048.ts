import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// Which subjects have the gravest findings is counted in this index alone, in its order. SQLite reads an index alone only
// where it has the columns of its own condition as well.
export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createIndex('finding_subject')
    .on('finding')
    .columns(['host_id', 'subject_kind', 'subject_key', 'severity', 'closed_at'])
    .where(sql<boolean>`closed_at is null`)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('finding_subject').execute();
}
