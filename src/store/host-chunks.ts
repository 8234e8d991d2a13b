import { type Kysely, type RawBuilder, sql } from 'kysely';
import { inChunks, keyList } from './chunks.ts';
import type { Tables } from './schema.ts';

/** Hosts of one statement. */
export interface HostChunk {
  names: ReadonlyMap<number, string>;
  /** Rows are found by their host: these are few, or not nearly all. */
  isByHost: boolean;
  /** True for the rows of these. */
  isOf(column: RawBuilder<unknown>): RawBuilder<boolean>;
}

const HOSTS_AT_ONCE = 1_000;
/** More than these are picked out while rows are read in the order of an index. */
const HOSTS_ONE_BY_ONE = 20;

/** Works through hosts that are known, many at once, since statements about a fleet read it whole anyway. */
export async function eachHosts(
  db: Kysely<Tables>,
  hosts: readonly string[],
  work: (chunk: HostChunk) => Promise<void>,
): Promise<void> {
  const asked = new Set(hosts);
  const known = await db.selectFrom('host').select(['id', 'name']).orderBy('id').execute();
  const names = new Map(
    known.filter(({ name }) => asked.has(name)).map((one) => [one.id, one.name]),
  );
  const others = known.map(({ id }) => id).filter((id) => !names.has(id));
  await inChunks(
    [...names.keys()],
    async (chunk) => {
      const list = keyList(chunk);
      const first = chunk[0] ?? 0;
      const last = chunk.at(-1) ?? 0;
      const between = others.filter((id) => id > first && id < last);
      // Mostly every host is asked about, and to look each row's up in a list takes longer than to read the row.
      const picked =
        between.length <= HOSTS_ONE_BY_ONE ? sql`not in (${keyList(between)})` : sql`in (${list})`;
      const areFew = chunk.length <= HOSTS_ONE_BY_ONE;
      const range = sql`between ${sql.lit(first)} and ${sql.lit(last)}`;
      await work({
        ...{ names, isByHost: areFew || names.size > HOSTS_AT_ONCE },
        isOf: (column) => {
          if (areFew) return sql`${column} in (${list})`;
          if (between.length === 0) return sql`${column} ${range}`;
          return sql`(${column} ${range} and (+${column}) ${picked})`;
        },
      });
    },
    HOSTS_AT_ONCE,
  );
}
