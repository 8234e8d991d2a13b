import { type RawBuilder, sql } from 'kysely';
import type { Lease } from '../ports/lease.ts';
import type { HeldHost, HostHolder, WatchState } from '../ports/watch-store.ts';
import { gather, inChunks } from './chunks.ts';
import { isPostgres } from './columns.ts';
import { isFree, isHeld, leaseClock, leaseEnd } from './leases.ts';
import type { Db } from './schema.ts';
import { readBlindTimes } from './watch-blind.ts';

// Many hosts are claimed, held and given up by few statements.

/** Hosts of a statement. */
const AT_ONCE = 1_000;

/** See `WatchStore.claimFree`. What this owner has already is claimed anew. */
export async function claimHosts(
  db: Db,
  hosts: readonly string[],
  lease: Lease,
): Promise<Map<string, WatchState>> {
  const claimed = await gather(
    hosts,
    async (chunk) => {
      await addWatched(db, chunk);
      return claimChunk(db, chunk, lease);
    },
    AT_ONCE,
  );
  return new Map(claimed);
}

/** Hosts that are claimed again and again are looked for first: each try to add one would take a key. */
async function addWatched(db: Db, hosts: readonly string[]): Promise<void> {
  const isNamed = db.selectFrom('host').select('id').where('name', 'in', hosts);
  const readNames = async (query: typeof isNamed) =>
    new Set((await query.clearSelect().select('name').execute()).map(({ name }) => name));
  const known = await readNames(isNamed);
  const added = hosts.filter((host) => !known.has(host)).toSorted();
  if (added.length > 0) {
    await db
      .insertInto('host')
      .values(added.map((name) => ({ name, engine_id: null })))
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  }
  const watched = db.selectFrom('watch').select('host_id');
  const unwatched = isNamed.where('id', 'not in', watched);
  if ((await readNames(unwatched)).size === 0) return;
  await db
    .insertInto('watch')
    .columns(['host_id'])
    .expression(unwatched)
    .onConflict((conflict) => conflict.column('host_id').doNothing())
    .execute();
}

/** Whoever finds the row of another needs a lease that is over. What another claims now is left to it. */
async function claimChunk(
  db: Db,
  hosts: readonly string[],
  { owner, leaseMs }: Lease,
): Promise<[string, WatchState][]> {
  const free = db
    .selectFrom('watch')
    .innerJoin('host', 'host.id', 'watch.host_id')
    .select('watch.host_id')
    .where('host.name', 'in', hosts)
    .where((eb) => eb.or([isFree(db), eb('lease_owner', '=', owner)]))
    .$if(isPostgres(db), (query) => query.forUpdate('watch').skipLocked());
  const rows = await db
    .updateTable('watch')
    .set((eb) => ({
      lease_owner: owner,
      lease_token: eb('lease_token', '+', 1),
      lease_until: leaseEnd(db, leaseMs),
      is_hearing: 0,
    }))
    .where('host_id', 'in', free)
    .returningAll()
    .returning((eb) =>
      eb.selectFrom('host').select('name').whereRef('host.id', '=', 'watch.host_id').as('name'),
    )
    .execute();
  const hostIds = rows.map(({ host_id }) => host_id);
  const blind = await readBlindTimes(db, hostIds);
  return rows.map((row) => {
    const { mark_nano: timeNano, mark_id: id, mark_action: action } = row;
    const isMarked = timeNano !== null && id !== null && action !== null;
    const state = {
      held: { owner, leaseMs, token: row.lease_token },
      mark: isMarked ? { timeNano, id, action } : null,
      coveredUntil: row.covered_until,
      blind: blind.get(row.host_id) ?? null,
    };
    return [row.name ?? '', state];
  });
}

/**
 * See `WatchStore.renew`. On PostgreSQL a host of which a batch is stored now is passed over: the batch holds it
 * as long.
 */
export function renewHosts(db: Db, hosts: readonly HeldHost[]): Promise<string[]> {
  return gather(
    hosts,
    async (chunk) => {
      const until = sql`${leaseClock(db)} + ours.lease_ms`;
      await keepWatched(db, chunk, { until, skipLocked: true });
      const { rows } = await sql<{ name: string }>`
        with ${given(db, chunk)}
        select given.name from given inner join watch on watch.host_id = given.host_id
        where ${isGiven}`.execute(db);
      return rows.map(({ name }) => name);
    },
    AT_ONCE,
  );
}

/** See `WatchStore.handOver`. */
export async function handOverHosts(db: Db, hosts: readonly HeldHost[]): Promise<void> {
  await inChunks(
    hosts,
    (chunk) => keepWatched(db, chunk, { until: sql`0`, owner: sql`null` }),
    AT_ONCE,
  );
}

/** See `WatchStore.listHolders`. */
export const listHolders = (db: Db): Promise<HostHolder[]> =>
  db
    .selectFrom('watch')
    .innerJoin('host', 'host.id', 'watch.host_id')
    .select(['host.name as host'])
    .select((eb) =>
      eb.case().when(isHeld(db), '=', 1).then(eb.ref('lease_owner')).end().as('owner'),
    )
    .execute();

/** See `WatchStore.countContainers`. */
export async function countContainers(db: Db): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host_id')
    .select((eb) => ['host.name', eb.fn.countAll<number>().as('count')])
    .where('closed_at', 'is', null)
    .groupBy('host.name')
    .execute();
  return new Map(rows.map(({ name, count }) => [name, count]));
}

/** A common table `given`: a row for each taking of a host, with all columns as text or whole numbers. */
function given(db: Db, hosts: readonly HeldHost[]): RawBuilder<unknown> {
  const rows = JSON.stringify(
    hosts.map(({ host, held, coveredUntil, mark }) => ({
      ...{ name: host, owner: held.owner, token: held.token, lease_ms: held.leaseMs },
      ...{ covered: coveredUntil, nano: mark?.timeNano, id: mark?.id, action: mark?.action },
    })),
  );
  const columns = isPostgres(db)
    ? sql`json_to_recordset(cast(${rows} as json)) as one(name text, owner text, token bigint, lease_ms bigint,
        covered bigint, nano text, id text, action text)`
    : sql`(select value ->> 'name' as name, value ->> 'owner' as owner, value ->> 'token' as token,
        value ->> 'lease_ms' as lease_ms, value ->> 'covered' as covered, value ->> 'nano' as nano,
        value ->> 'id' as id, value ->> 'action' as action from json_each(${rows})) as one`;
  // By itself: a planner that knows nothing of new tables would join each owner with each of its hosts first.
  return sql`given as materialized (select one.*, host.id as host_id from ${columns} inner join host on host.name = one.name)`;
}

/** A condition: the row of `watch` is held by the taking that is given. */
const isGiven = sql`watch.lease_owner = given.owner and watch.lease_token = given.token`;

/** Keeps of each taking that holds still how far its host is watched, and holds it until a time, or for nobody. */
async function keepWatched(
  db: Db,
  hosts: readonly HeldHost[],
  lease: { until: RawBuilder<unknown>; owner?: RawBuilder<unknown>; skipLocked?: boolean },
): Promise<void> {
  const owner = lease.owner ?? sql`watch.lease_owner`;
  const hold = sql`for update of watch ${lease.skipLocked === true ? sql`skip locked` : sql``}`;
  // Coverage never goes backwards, whatever the clocks of two processes say.
  await sql`
    with ${given(db, hosts)}, ours as (
      select given.* from given inner join watch on watch.host_id = given.host_id
      where ${isGiven} ${isPostgres(db) ? hold : sql``})
    update watch set
      lease_owner = ${owner},
      lease_until = ${lease.until},
      covered_until = case
        when ours.covered is null or watch.covered_until > ours.covered then watch.covered_until
        else ours.covered end,
      mark_nano = coalesce(ours.nano, watch.mark_nano),
      mark_id = case when ours.nano is null then watch.mark_id else ours.id end,
      mark_action = case when ours.nano is null then watch.mark_action else ours.action end
    from ours
    where watch.host_id = ours.host_id and watch.lease_owner = ours.owner
      and watch.lease_token = ours.token`.execute(db);
}
