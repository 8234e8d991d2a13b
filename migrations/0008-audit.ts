import { type AnyDatabase, isZeroOrOne } from '../src/store/columns.ts';

// What was refused is in the audit as well, and what is remembered of the Slack workspace.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('audit')
    // `done` or `refused`.
    .addColumn('outcome', 'text', (column) => column.notNull().defaultTo('done'))
    .execute();
  await db.schema.createIndex('audit_verb').on('audit').columns(['verb', 'id']).execute();
  // Channels that were told what Seawall is, and when.
  await db.schema
    .createTable('introduction')
    .addColumn('channel', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  // One row while the bot is removed from its workspace, none otherwise.
  await db.schema
    .createTable('slack_loss')
    .addColumn('id', 'integer', (column) => column.primaryKey().check(isZeroOrOne('id')))
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('slack_loss').execute();
  await db.schema.dropTable('introduction').execute();
  await db.schema.dropIndex('audit_verb').execute();
  await db.schema.alterTable('audit').dropColumn('outcome').execute();
}
