import { type RawBuilder, sql } from 'kysely';
import { inChunks } from './chunks.ts';
import type { Db } from './schema.ts';

/** Rows that are looked through at once. */
const ROWS_MAX = 2_000;
/** Hosts of one statement, which holds the thread on SQLite. */
const HOSTS_AT_ONCE = 25;

/** Rows of hosts in order of their keys, of as many of the hosts as fit. */
export interface RowsAfter<Row> {
  /** Those of a host that fits, by its key: all of them, unless it alone has too many. */
  of(hostId: number): Row[];
  fits(hostId: number): boolean;
}

/**
 * Rows of hosts with a key above one that each of the hosts has. A statement looks for each of its hosts as if it were
 * asked about alone, since of some the newest rows are few and of others rows of years lie behind. At least one
 * host fits. Of one that alone has more than fit there are the first.
 */
export async function readRowsAfter<Row extends { host_id: number }>(
  db: Db,
  columns: RawBuilder<unknown>,
  marks: readonly { hostId: number; after: number }[],
): Promise<RowsAfter<Row>> {
  const found: Row[] = [];
  const inOrder = marks.toSorted((a, b) => a.hostId - b.hostId);
  await inChunks(
    inOrder,
    async (chunk) => {
      if (found.length > ROWS_MAX) return;
      const own = chunk.map(
        ({ hostId, after }) => sql`select * from (select id, host_id, ${columns}
          where host_id = ${hostId} and id > ${after} order by id limit ${ROWS_MAX + 1}) as own`,
      );
      const { rows } = await sql<Row>`select * from (${sql.join(own, sql` union all `)}) as found
        order by host_id, id limit ${ROWS_MAX + 1}`.execute(db);
      for (const row of rows) found.push(row);
    },
    HOSTS_AT_ONCE,
  );
  const read = found.slice(0, ROWS_MAX);
  const cut = found[ROWS_MAX]?.host_id ?? Number.POSITIVE_INFINITY;
  const byHost = Map.groupBy(read, (row) => row.host_id);
  return {
    of: (hostId) => byHost.get(hostId) ?? [],
    fits: (hostId) => hostId < cut || (hostId === cut && read[0]?.host_id === cut),
  };
}
