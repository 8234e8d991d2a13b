import { type Generated, type Kysely, type RawBuilder, sql } from 'kysely';
import { type Held, LEASE_MAX_MS, type Lease, LeaseLost } from '../ports/lease.ts';
import { isPostgres } from './columns.ts';
import type { Db, Tables } from './schema.ts';

// Leases of rows. They count by one clock for all who ask: that of PostgreSQL, and on SQLite, whose processes
// share a machine, that of the machine. Each taking has a token of its own, which every write under it names.

/** Columns of a table whose rows are held. */
export interface LeaseColumns {
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: Generated<number>;
}

type LeasedTable =
  | 'delivery'
  | 'digest_run'
  | 'exposed_match'
  | 'feed'
  | 'outbox_channel'
  | 'scan_job'
  | 'scan_turn'
  | 'watch';
type Condition = RawBuilder<boolean>;
/** As far as leases go, the tables are one. */
type AnyLeased = Pick<Tables, 'watch'>;

/** The condition that a row of a host is the one of this name. */
export const ofHost = (name: string): Condition =>
  sql<boolean>`host_id in (select id from host where name = ${name})`;

/** What SQLite calls the clock by, see `openSqlite`. */
export const SQLITE_CLOCK = 'now_ms';

/** Epoch milliseconds by the clock of leases, in SQL. */
export const leaseClock = (db: Db): RawBuilder<number> =>
  isPostgres(db)
    ? sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
    : sql<number>`${sql.raw(SQLITE_CLOCK)}()`;
/** When a lease of so many milliseconds ends that begins now. */
export const leaseEnd = (db: Db, ms: number): RawBuilder<number> =>
  sql<number>`${leaseClock(db)} + cast(${ms} as bigint)`;

/** A condition: nobody holds the row, or no longer. */
export const isFree = (db: Db): Condition =>
  sql<boolean>`(lease_until <= ${leaseClock(db)} or lease_until > ${leaseEnd(db, LEASE_MAX_MS)})`;

/** 1 while somebody holds the row of a table, else 0. */
export const isHeld = (db: Db): RawBuilder<number> =>
  sql<number>`case when ${isFree(db)} then 0 else 1 end`;

/** A condition: the row is held by this taking of it, and by no other of the same process. */
export const isHeldAs = ({ owner, token }: Held): Condition =>
  sql<boolean>`(lease_owner = ${owner} and lease_token = ${token})`;

/** Takes the lease of a row that nobody holds; null where there is none. */
export async function takeLease(
  db: Db,
  table: LeasedTable,
  row: Condition,
  lease: Lease,
): Promise<Held | null> {
  const taken = await leased(db)
    .updateTable(table as 'watch')
    .set(takenColumns(db, lease))
    .where(row)
    .where(isFree(db))
    .returning('lease_token as token')
    .executeTakeFirst();
  return taken === undefined ? null : { ...lease, token: taken.token };
}

/** Columns of a row that is taken, which has to be free. */
export const takenColumns = (db: Db, { owner, leaseMs }: Lease) => ({
  lease_owner: owner,
  lease_token: sql<number>`lease_token + 1`,
  lease_until: leaseEnd(db, leaseMs),
});

/** Holds a row as long again as it is held for; false, with nothing changed, where somebody else has it. */
export const renewLease = (
  db: Db,
  table: LeasedTable,
  row: Condition,
  held: Held,
): Promise<boolean> => change(db, table, row, held, { lease_until: leaseEnd(db, held.leaseMs) });

/**
 * As `renewLease`, and first of what is written under a lease: until the transaction ends nobody can take
 * it. Rejects with `LeaseLost` where somebody has.
 */
export async function extendLease(
  db: Db,
  table: LeasedTable,
  row: Condition,
  held: Held,
): Promise<void> {
  if (!(await renewLease(db, table, row, held))) throw new LeaseLost();
}

/** Gives a row up, as the first of the last that is written under its lease. Rejects as `extendLease`. */
export async function endLease(
  db: Db,
  table: LeasedTable,
  row: Condition,
  held: Held,
): Promise<void> {
  if (!(await change(db, table, row, held, noLease))) throw new LeaseLost();
}

/** Columns of a row that nobody holds. */
export const noLease = { lease_owner: null, lease_until: 0 } as const;

async function change(
  db: Db,
  table: LeasedTable,
  row: Condition,
  held: Held,
  columns: { lease_owner?: null; lease_until: number | RawBuilder<number> },
): Promise<boolean> {
  const { numUpdatedRows } = await leased(db)
    .updateTable(table as 'watch')
    .set(columns)
    .where(row)
    .where(isHeldAs(held))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

const leased = (db: Db) => db as unknown as Kysely<AnyLeased>;
