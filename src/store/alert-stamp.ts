import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** Keys that are looked at: one that is written late, with a lower key than others, still shows. */
const KEYS = 32;

const newest = (table: 'scan' | 'container' | 'container_event' | 'engine_defaults' | 'audit') =>
  sql`(select sum(id) from (select id from ${sql.table(table)} order by id desc limit ${KEYS}) keys)`;

/** See `AlertStore.stamp`. Each part reads a few rows of an index, whatever the tables hold. */
export async function readStamp(db: Kysely<Tables>, at: number): Promise<string> {
  const tables = ['scan', 'container', 'container_event', 'engine_defaults', 'audit'] as const;
  const { rows } = await sql<Record<string, unknown>>`select
    ${sql.join(tables.map(newest).map((part, index) => sql`${part} as ${sql.ref(`n${index}`)}`))},
    (select count(*) from alert where is_stale = 1) as stale,
    (select count(*) from alert where resolved_at is null and snoozed_until > ${at}) as snoozed,
    (select count(*) from acceptance where ended_at is null and until_at > ${at}) as accepted`.execute(
    db,
  );
  return JSON.stringify(rows);
}
