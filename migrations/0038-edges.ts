import { type AnyDatabase, isZeroOrOne, jsonType, textType } from '../src/store/columns.ts';

// Hosts that dial out, each with the key of its edge.

export async function up(db: AnyDatabase): Promise<void> {
  await db.schema
    .createTable('edge')
    .addColumn('name', textType(db), (column) => column.primaryKey())
    // The name in small letters: no two hosts differ in spelling alone.
    .addColumn('name_key', textType(db), (column) => column.notNull().unique())
    .addColumn('labels_json', jsonType(db), (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('created_by', textType(db), (column) => column.notNull())
    // Of the secret of a one-time key; it stays when the key is spent, so that a second try is told apart.
    .addColumn('secret_hash', textType(db), (column) => column.unique())
    .addColumn('secret_until', 'bigint')
    .addColumn('secret_spent_at', 'bigint')
    // Null until the one-time key was traded, and after the key was revoked.
    .addColumn('public_key', textType(db), (column) => column.unique())
    .addColumn('key_at', 'bigint')
    // The one before: who still shows it has a copy.
    .addColumn('previous_key', textType(db))
    .addColumn('is_rotation_wanted', 'integer', (column) =>
      column.notNull().defaultTo(0).check(isZeroOrOne('is_rotation_wanted')),
    )
    .addColumn('engine_id', textType(db))
    .addColumn('version', textType(db))
    // Which process has the connection, and until when that holds.
    .addColumn('lease_owner', textType(db))
    .addColumn('lease_until', 'bigint', (column) => column.notNull().defaultTo(0))
    // Which of its connections: of two that follow each other the older one gives nothing up.
    .addColumn('connection', textType(db))
    .addColumn('connected_at', 'bigint')
    .addColumn('address', textType(db))
    // The last who showed a key of this host that was not theirs.
    .addColumn('copy_at', 'bigint')
    .addColumn('copy_address', textType(db))
    .addColumn('copy_what', textType(db))
    .execute();
  await db.schema.createIndex('edge_previous_key').on('edge').column('previous_key').execute();
  await db.schema.createIndex('edge_owner').on('edge').column('lease_owner').execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('edge').execute();
}
