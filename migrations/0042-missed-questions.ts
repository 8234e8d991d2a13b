import { type AnyDatabase, createTableWithId, textType } from '../src/store/columns.ts';

// Questions in plain English that no line answered: how many there were on a day, and the text of those that
// their askers wanted to be kept.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('missed_day')
    // The day in UTC, e.g. `2026-11-27`.
    .addColumn('key', textType(db), (column) => column.primaryKey())
    .addColumn('count', 'integer', (column) => column.notNull())
    .execute();
  await createTableWithId(db, 'kept_question')
    .addColumn('question', textType(db), (column) => column.notNull())
    // Id of who asked, and wanted it to be kept.
    .addColumn('kept_by', textType(db), (column) => column.notNull())
    .addColumn('kept_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('kept_question_once', ['kept_by', 'question'])
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('kept_question').execute();
  await db.schema.dropTable('missed_day').execute();
}
