import { sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// Whether a feed may be only a part of what its publisher has. Nobody knows of what was imported whether it was a folder, lines
// or an archive, so that it is a part until it is taken again; a file of Alpine says which repository it is, and
// exploitation is no matter of packages.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('feed')
    .addColumn('is_part', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await sql`update feed set is_part = 1 where fetched_json is null
    and (source = 'debian-tracker' or source like 'osv/%'
      or source like 'ubuntu-vex%' or source like 'redhat-vex%')`.execute(db);
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.alterTable('feed').dropColumn('is_part').execute();
}
