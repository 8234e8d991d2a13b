// What `bench/fleet.ts` reads from the database, over a connection of its own.
import pg from 'pg';

/** How often it is looked for containers that were stored since. */
const LOOK_MS = 50;
/** A row may be seen after later ones: its transaction ended after theirs. */
const BEHIND = 500;
/** What was created later than so long ago may yet be stored. */
const LATE_MS = 15_000;

export interface FleetRows {
  /** Hosts with a scan that began at that time or later, epoch milliseconds. */
  scanned(since: number): Promise<number>;
  /** Hosts that are heard. */
  watched(): Promise<number>;
  /** Scans that were stored between two times. */
  scansBetween(from: number, to: number): Promise<number>;
  /** Milliseconds that jobs waited in the queue, of those created since; none where there is no queue. */
  waits(since: number): Promise<{ asked: number[]; own: number[] }>;
  /** Milliseconds from the creation of each container to when its row was seen, since the last taking. */
  takeLags(): number[];
  /** Containers that were created and not stored. */
  missed(): number;
  megabytes(): Promise<number>;
  /** The statements that took the server longest since it was last asked: seconds, calls, text. */
  busiest(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openFleetRows(
  url: string,
  born: ReadonlyMap<string, number>,
): Promise<FleetRows> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create extension pg_stat_statements');
  const ask = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await client.query<Row>(text, values)).rows;
  const number = async (text: string, values: unknown[] = []) =>
    Number((await ask<{ n: string }>(text, values))[0]?.n ?? 0);
  const seen = new Set<string>();
  let [last, lags, isClosed] = [0, [] as number[], false];
  const look = async (): Promise<void> => {
    if (born.size === 0) return;
    const query = 'select id, container_id from container where id > $1 order by id';
    const found = await ask<{ id: string; container_id: string }>(query, [last - BEHIND]);
    const now = Date.now();
    for (const { id, container_id: container } of found) {
      last = Math.max(last, Number(id));
      const at = born.get(container);
      // What it was told of too late to be compared waits for the next look.
      if (at === undefined || seen.has(container)) continue;
      seen.add(container);
      lags.push(now - at);
    }
  };
  const looking = (async () => {
    while (!isClosed) {
      await look().catch(() => {});
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  })();
  const isThere = async (table: string) =>
    (await number('select count(*) as n from pg_tables where tablename = $1', [table])) > 0;
  return {
    scanned: async (since) =>
      (await isThere('scan'))
        ? number(
            'select count(distinct host_id) as n from scan where started_at >= $1 and is_good = 1',
            [since],
          )
        : 0,
    watched: () =>
      number('select count(*) as n from watch where is_hearing = 1 and since_at is not null'),
    scansBetween: (from, to) =>
      number('select count(*) as n from scan where finished_at between $1 and $2', [from, to]),
    async waits(since) {
      if (!(await isThere('scan_job'))) return { asked: [], own: [] };
      const rows = await ask<{ is_brief: number; ms: string }>(
        `select is_brief, begun_at - asked_at as ms from scan_job
          where what = 'scan' and begun_at is not null and asked_at >= $1`,
        [since],
      );
      const of = (isBrief: number) =>
        rows.flatMap(({ is_brief, ms }) => (is_brief === isBrief ? Number(ms) : []));
      return { asked: of(0), own: of(1) };
    },
    takeLags() {
      const taken = lags;
      lags = [];
      return taken;
    },
    missed: () => [...born].filter(([id, at]) => !seen.has(id) && at < Date.now() - LATE_MS).length,
    megabytes: async () =>
      (await number('select pg_database_size(current_database()) as n')) / 1_048_576,
    async busiest() {
      const rows = await ask<{ s: string; calls: string; query: string }>(
        `select round(total_exec_time::numeric / 1000, 1) as s, calls, left(query, 300) as query
          from pg_stat_statements order by total_exec_time desc limit 14`,
      );
      await ask('select pg_stat_statements_reset()');
      return rows.map(
        ({ s, calls, query }) => `${s} s, ${calls} calls: ${query.replaceAll(/\s+/g, ' ')}`,
      );
    },
    async close() {
      isClosed = true;
      await looking;
      await client.end();
    },
  };
}
