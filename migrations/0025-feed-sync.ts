import { type AnyDatabase, jsonType, textType } from '../src/store/columns.ts';

// Feeds that are fetched: by whom, what the next fetch asks by, and how often what answers was changed.

const columns = [
  ['revision', 'integer', 0],
  // When its publisher last said that what is there is the newest.
  ['confirmed_at', 'bigint', null],
  // When it was last asked for, whatever came of it.
  ['tried_at', 'bigint', null],
  ['lease_token', 'bigint', 0],
  ['lease_until', 'bigint', 0],
] as const;

export async function up(db: AnyDatabase): Promise<void> {
  for (const [name, type, fallback] of columns) {
    await db.schema
      .alterTable('feed')
      .addColumn(name, type, (column) =>
        fallback === null ? column : column.notNull().defaultTo(fallback),
      )
      .execute();
  }
  await db.schema.alterTable('feed').addColumn('lease_owner', textType(db)).execute();
  await db.schema.alterTable('feed').addColumn('fetched_json', jsonType(db)).execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  const names = [...columns.map(([name]) => name), 'lease_owner', 'fetched_json'];
  for (const name of names) await db.schema.alterTable('feed').dropColumn(name).execute();
}
