import pg from 'pg';
import { isOnPostgres, type TemporaryDatabase } from './temporary-database.ts';
import { until } from './until.ts';

export interface HeldTable {
  /** Waits until so many other connections wait for something. */
  untilWaiting(connections: number): Promise<void>;
  release(): Promise<void>;
  /** How often transactions waited for one another in a circle. */
  deadlocks(): number;
}

/**
 * Lets nobody write to a table of PostgreSQL, so that transactions meet where a test wants them to. SQLite
 * lets one write at a time in any case, so nothing is held there.
 */
export async function holdTable(place: TemporaryDatabase, table: string): Promise<HeldTable> {
  if (!isOnPostgres()) {
    return { untilWaiting: async () => {}, release: async () => {}, deadlocks: () => 0 };
  }
  const client = new pg.Client({ connectionString: place.url });
  await client.connect();
  await client.query(`begin; lock table ${table} in exclusive mode`);
  const waiting = async () => {
    const { rows } = await client.query<{ count: string }>(
      `select count(distinct pid) from pg_locks where not granted
        and pid in (select pid from pg_stat_activity where datname = current_database())`,
    );
    return Number(rows[0]?.count);
  };
  return {
    untilWaiting: (connections) => until(async () => (await waiting()) >= connections),
    release: () => client.end(),
    deadlocks: () =>
      Number(
        place.values(
          'select deadlocks from pg_stat_database where datname = current_database()',
        )[0],
      ),
  };
}
