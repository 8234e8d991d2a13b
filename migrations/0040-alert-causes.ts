import { type AnyDatabase, textType } from '../src/store/columns.ts';

// What has one cause on many hosts is told by one message: that of the alert which was first.

export async function up(db: AnyDatabase): Promise<void> {
  // The alert whose message speaks of this one too; null where it has its own.
  await db.schema.alterTable('alert').addColumn('lead_id', 'bigint').execute();
  // The same on every host for what has one cause, e.g. a rule and an image; null before it was told.
  await db.schema.alterTable('alert_part').addColumn('cause', textType(db)).execute();
  await db.schema.createIndex('alert_lead').on('alert').column('lead_id').execute();
  await db.schema.createIndex('alert_part_cause').on('alert_part').column('cause').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('alert_part_cause').execute();
  await db.schema.dropIndex('alert_lead').execute();
  await db.schema.alterTable('alert_part').dropColumn('cause').execute();
  await db.schema.alterTable('alert').dropColumn('lead_id').execute();
}
