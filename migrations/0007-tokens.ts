import { type AnyDatabase, jsonType } from '../src/store/columns.ts';

// What a button stands for: the message holds the token alone. A row is used up once at most.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('action_token')
    .addColumn('token', 'text', (column) => column.primaryKey())
    .addColumn('intent_json', jsonType(db), (column) => column.notNull())
    // Where the button was shown.
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('used_by', 'text')
    .execute();
  await db.schema
    .createIndex('action_token_expires')
    .on('action_token')
    .column('expires_at')
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('action_token').execute();
}
