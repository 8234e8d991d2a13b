import { type RawBuilder, sql } from 'kysely';
import { gather, idsOf, keyList } from './chunks.ts';
import { type CountRows, readOfEach } from './few-rows.ts';
import type { Db } from './schema.ts';

/** Rows that are looked through at once. */
export const ROWS_MAX = 2_000;

/** Rows of hosts with a key above one that each of the hosts has. */
export interface RowsAfter<Host, Row> {
  /** Finds only the keys of the rows. */
  count: CountRows<Host>;
  /** The rows of hosts that were counted, by the key of the host and in order of their keys; of each no more than fit. */
  read(hosts: readonly Host[]): Promise<(hostId: number) => Row[]>;
}

/**
 * Rows of hosts of which some have few that are new, and of others rows of years lie behind: the keys are looked
 * for by host, and the rows by their keys, so that none is read before its turn.
 */
export function rowsAfter<Host extends { id: number }, Row extends { id: number; host_id: number }>(
  db: Db,
  { table, columns }: { table: string; columns: RawBuilder<unknown> },
  after: (host: Host) => number,
): RowsAfter<Host, Row> {
  const keys = new Map<number, number[]>();
  return {
    async count(hosts, limit) {
      const found = await readOfEach<Pick<Row, 'id' | 'host_id'>, Host>(
        db,
        hosts,
        (host) => sql`select id, host_id from ${sql.table(table)}
          where host_id = ${host.id} and id > ${after(host)} order by id limit ${sql.lit(limit)}`,
      );
      const byHost = Map.groupBy(found, (row) => row.host_id);
      for (const [id, rows] of byHost) keys.set(id, idsOf(rows));
      return new Map([...byHost].map(([id, { length }]) => [id, length]));
    },
    async read(hosts) {
      const asked = hosts.flatMap(({ id }) => (keys.get(id) ?? []).slice(0, ROWS_MAX));
      const rows = await gather(asked, async (chunk) => {
        const found = await sql<Row>`select id, host_id, ${columns} from ${sql.table(table)}
          where id in (${keyList(chunk)}) order by id`.execute(db);
        return found.rows;
      });
      const byHost = Map.groupBy(rows, (row) => row.host_id);
      return (hostId) => byHost.get(hostId) ?? [];
    },
  };
}
