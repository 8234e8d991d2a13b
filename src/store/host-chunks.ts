import { type RawBuilder, sql } from 'kysely';
import { inChunks, inKeyOrder, keyList } from './chunks.ts';
import { HOSTS_ONE_BY_ONE, inRange, readHosts } from './host-rows.ts';
import type { Db } from './schema.ts';

/** Hosts of one statement. */
export interface HostChunk {
  /** Of all that are asked about, by their keys. */
  names: ReadonlyMap<number, string>;
  /** Whether any image was read whole: else nothing need be joined. */
  hasWhole: boolean;
  /** Rows are found by their host: these are few, or not nearly all. */
  isByHost: boolean;
  /** True for the rows of these. */
  isOf(column: RawBuilder<unknown>): RawBuilder<boolean>;
}

const HOSTS_AT_ONCE = 1_000;

/** Works through hosts that are known, many at once, since statements about a fleet read it whole anyway. */
export async function eachHosts(
  db: Db,
  hosts: readonly string[],
  work: (chunk: HostChunk) => Promise<void>,
): Promise<void> {
  const names = await readHosts(db, hosts);
  const whole = await db
    .selectFrom('image_filesystem')
    .select(sql`1`.as('one'))
    .where('filesystem_id', 'is not', null)
    .limit(sql.lit(1))
    .executeTakeFirst();
  await inChunks(
    inKeyOrder(names.keys()),
    (ids) => {
      const areFew = ids.length <= HOSTS_ONE_BY_ONE;
      const range = sql`between ${sql.lit(ids[0] ?? 0)} and ${sql.lit(ids.at(-1) ?? 0)}`;
      return work({
        ...{ names, hasWhole: whole !== undefined },
        isByHost: areFew || names.size > HOSTS_AT_ONCE,
        isOf: (column) => {
          if (areFew) return sql`${column} in (${keyList(ids)})`;
          const isAmong = sql<boolean>`(${column} ${range} and (+${column}) in (${keyList(ids)}))`;
          return inRange(column, ids) ?? isAmong;
        },
      });
    },
    HOSTS_AT_ONCE,
  );
}
