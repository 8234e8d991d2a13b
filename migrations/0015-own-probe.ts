import { type AnyDatabase, createTableWithId } from '../src/store/columns.ts';

// Probes of Seawall that were seen on a host: they are counted, and stand among no containers.

export async function up(db: AnyDatabase): Promise<void> {
  await createTableWithId(db, 'own_probe')
    .addColumn('host_id', 'integer', (column) => column.notNull().references('host.id'))
    .addColumn('container_id', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('own_probe_once', ['host_id', 'container_id'])
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropTable('own_probe').execute();
}
