import { sql } from 'kysely';
import { type AnyDatabase, isPostgres } from '../src/store/columns.ts';

// Keys of 64 bits, which SQLite has in any case, and text in the order of its bytes: what a list is
// sorted by must not hang on the language of a server.

export async function up(db: AnyDatabase): Promise<void> {
  if (!isPostgres(db)) return;
  for (const { name: table, isView, columns } of await db.introspection.getTables()) {
    if (isView) continue;
    for (const { name: column, dataType } of columns) {
      const change =
        dataType === 'int4' && /(^|_)id$/.test(column)
          ? sql`bigint`
          : dataType === 'text'
            ? sql`text collate "C"`
            : null;
      if (change === null) continue;
      await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} type ${change}`.execute(
        db,
      );
    }
  }
}

/** Narrower keys would lose what is stored, and hold nothing that these do not. */
export async function down(): Promise<void> {}
