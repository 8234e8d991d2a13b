import { type RawBuilder, sql } from 'kysely';
import { gather, idsOf, keyList } from './chunks.ts';
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
function readOfEach<Row, Host>(
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
