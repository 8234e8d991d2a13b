import { type AnyDatabase, jsonType, textType } from '../src/store/columns.ts';

// Who answers a delivery, and what it says until it is answered: another process can take it over.

export async function up(db: AnyDatabase): Promise<void> {
  const add = (
    name: string,
    type: 'bigint' | 'integer' | ReturnType<typeof jsonType> | ReturnType<typeof textType>,
    fallback?: number,
  ): Promise<void> =>
    db.schema
      .alterTable('delivery')
      .addColumn(name, type, (column) =>
        fallback === undefined ? column : column.notNull().defaultTo(fallback),
      )
      .execute();
  await add('owner', textType(db));
  await add('claimed_until', 'bigint');
  await add('tries', 'integer', 1);
  await add('progress_ts', textType(db));
  await add('body_json', jsonType(db));
  await db.schema.createIndex('delivery_claimed').on('delivery').column('claimed_until').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('delivery_claimed').execute();
  for (const name of ['body_json', 'progress_ts', 'tries', 'claimed_until', 'owner']) {
    await db.schema.alterTable('delivery').dropColumn(name).execute();
  }
}
