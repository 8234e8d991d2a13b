import { type RawBuilder, sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// What a history and a digest read of each host stands in indexes, so that the rows, of kilobytes each, are left alone:
// of scans what was open after each; of containers their keys as well, which SQLite has in every index, and PostgreSQL has not.

interface Index {
  name: string;
  table: string;
  columns: string[];
  more: string[];
  condition?: RawBuilder<boolean>;
}

const widened: readonly Index[] = [
  {
    ...{ name: 'scan_host_seen', table: 'scan', columns: ['host_id', 'seen_at', 'is_good'] },
    more: ['open_low', 'open_medium', 'open_high', 'open_critical'],
  },
  {
    ...{ name: 'container_now', table: 'container', more: ['id'] },
    columns: [
      ...['host_id', 'closed_at', 'container_id', 'name', 'state', 'image_id', 'pid', 'first_seen'],
      ...['last_seen', 'content_hash', 'controls_hash_of', 'controls_hash'],
    ],
    condition: sql<boolean>`closed_at is null`,
  },
];

async function replace(
  db: AnyDatabase,
  { name, table, condition }: Index,
  columns: readonly string[],
): Promise<void> {
  await db.schema.dropIndex(name).execute();
  const index = db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns]);
  await (condition === undefined ? index : index.where(condition)).execute();
}

export async function up(db: AnyDatabase): Promise<void> {
  for (const index of widened) await replace(db, index, [...index.columns, ...index.more]);
}

export async function down(db: AnyDatabase): Promise<void> {
  for (const index of widened) await replace(db, index, index.columns);
}
