import { type RawBuilder, sql } from 'kysely';
import type { AnyDatabase } from '../src/store/columns.ts';

// What answers about a fleet read of many rows stands in indexes, so that the rows, of kilobytes each, are left alone:
// of findings those that are open, that came and that went; of containers those that exist and those that are gone.
// SQLite reads an index alone only where it has the columns of its own condition as well.

interface Index {
  name: string;
  table: string;
  columns: string[];
  more: string;
  condition?: RawBuilder<boolean>;
}

const isOpen = sql<boolean>`closed_at is null`;

const widened: readonly Index[] = [
  {
    ...{ name: 'finding_worst', table: 'finding', condition: isOpen },
    ...{ columns: ['severity desc', 'rule_id', 'host_id'], more: 'closed_at' },
  },
  {
    ...{ name: 'finding_host_opened', table: 'finding' },
    ...{ columns: ['host_id', 'opened_at'], more: 'first_seen' },
  },
  {
    ...{ name: 'finding_host_closed', table: 'finding' },
    ...{ columns: ['host_id', 'closed_at'], more: 'is_superseded' },
    condition: sql<boolean>`closed_at is not null`,
  },
  {
    ...{ name: 'container_gone', table: 'container' },
    ...{ columns: ['host_id', 'container_id'], more: 'closed_at' },
    condition: sql<boolean>`is_gone = 1`,
  },
];

async function create(db: AnyDatabase, { name, table, columns, condition }: Index): Promise<void> {
  const index = db.schema.createIndex(name).on(table).columns(columns);
  await (condition === undefined ? index : index.where(condition)).execute();
}

export async function up(db: AnyDatabase): Promise<void> {
  for (const { more, ...index } of widened) {
    await db.schema.dropIndex(index.name).execute();
    await create(db, { ...index, more, columns: [...index.columns, more] });
  }
  await db.schema
    .createIndex('container_now')
    .on('container')
    .columns([
      ...['host_id', 'closed_at', 'container_id', 'name', 'state', 'image_id', 'pid', 'first_seen'],
      ...['last_seen', 'content_hash', 'controls_hash_of', 'controls_hash'],
    ])
    .where(isOpen)
    .execute();
}

export async function down(db: AnyDatabase): Promise<void> {
  await db.schema.dropIndex('container_now').execute();
  for (const index of widened) {
    await db.schema.dropIndex(index.name).execute();
    await create(db, index);
  }
}
