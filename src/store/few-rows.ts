import { type RawBuilder, sql } from 'kysely';
import { gather } from './chunks.ts';
import type { Db } from './schema.ts';

/** Of most hosts no more rows are asked about. */
const FEW_ROWS = 40;
/** Hosts of one statement, which holds the thread on SQLite. */
const HOSTS_AT_ONCE = 25;

/** How many rows each of the hosts has, up to a limit, by the key of the host. */
export type CountRows<Host> = (
  hosts: readonly Host[],
  limit: number,
) => Promise<ReadonlyMap<number, number>>;

/**
 * The first of the hosts, as many as have no more rows than `max` together; at least one. A few rows of each are
 * counted, and more only of those that may fit: what is counted does not grow with what the others have.
 */
export async function withFewRows<Host extends { id: number }>(
  hosts: readonly Host[],
  max: number,
  count: CountRows<Host>,
): Promise<Host[]> {
  if (hosts.length === 0) return [];
  const few = await count(hosts, FEW_ROWS + 1);
  const fitting: Host[] = [];
  let total = 0;
  for (const host of hosts) {
    const known = few.get(host.id) ?? 0;
    total += known <= FEW_ROWS ? known : ((await count([host], max + 1)).get(host.id) ?? 0);
    if (total > max && fitting.length > 0) break;
    fitting.push(host);
  }
  return fitting;
}

/** Counts the rows that `rowsOf` selects of a host, each with its `host_id`. */
export const countingRows =
  <Host extends { id: number }>(
    db: Db,
    rowsOf: (host: Host) => RawBuilder<unknown>,
  ): CountRows<Host> =>
  async (hosts, limit) => {
    const rows = await readOfEach<{ host_id: number; count: number }, Host>(db, hosts, (host) => {
      const own = sql`(${rowsOf(host)} limit ${sql.lit(limit)}) as own`;
      return sql`select host_id, count(*) as count from ${own} group by host_id`;
    });
    return new Map(rows.map(({ host_id, count }) => [host_id, count]));
  };

/** What a query finds for each of the hosts, in as few statements as may be. Each looks as if it were alone. */
export function readOfEach<Row, Host>(
  db: Db,
  hosts: readonly Host[],
  queryOf: (host: Host) => RawBuilder<unknown>,
): Promise<Row[]> {
  return gather(
    hosts,
    async (chunk) => {
      const each = chunk.map((host) => sql`select * from (${queryOf(host)}) as own`);
      const { rows } = await sql<Row>`${sql.join(each, sql` union all `)}`.execute(db);
      return rows;
    },
    HOSTS_AT_ONCE,
  );
}
