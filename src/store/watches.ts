import type { Kysely } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import { LEASE_MAX_MS, type Lease } from '../ports/digest-store.ts';
import type { KnownContainer, WatchedHost, WatchState, WatchStore } from '../ports/watch-store.ts';
import { retryWhileBusy } from './busy.ts';
import { inChunks } from './chunks.ts';
import { readOwnProbes } from './own-probe-rows.ts';
import type { Tables } from './schema.ts';
import { applySightings } from './sightings.ts';
import { isHeard, readBlindTime, setBlind } from './watch-blind.ts';
import { readContainerEvents, readGlimpses } from './watched-containers.ts';

type InTransaction = <T>(work: (transaction: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** What watching hosts keeps in the database; each method is all or nothing. */
export function createWatchStore(
  db: Kysely<Tables>,
  inTransaction: InTransaction,
  now: Clock,
): WatchStore {
  return {
    claim: (host, lease) => inTransaction((trx) => claim(trx, host, lease)),
    renew: (lease, covered) => inTransaction((trx) => renew(trx, lease, covered)),
    release: (owner, host) => retryWhileBusy(() => release(db, owner, host)),
    retire: (hosts) => inTransaction((trx) => retire(trx, hosts)),
    apply: (host, batch, lease) => inTransaction((trx) => applySightings(trx, host, batch, lease)),
    setBlind: (host, blind, lease) => inTransaction((trx) => setBlind(trx, host, blind, lease)),
    listKnown: (host) => inTransaction((trx) => listKnown(trx, host)),
    listWatches: (hosts) => retryWhileBusy(() => listWatches(db, hosts, now())),
    listGlimpses: (filter) => retryWhileBusy(() => readGlimpses(db, filter)),
    listEvents: (filter) => retryWhileBusy(() => readContainerEvents(db, filter)),
    listOwnProbes: (hosts) => retryWhileBusy(() => readOwnProbes(db, hosts)),
  };
}

/** The unique key decides, as for a digest: who finds the row of another needs a lease that is over. */
async function claim(
  db: Kysely<Tables>,
  host: string,
  { owner, at, leaseMs }: Lease,
): Promise<WatchState | null> {
  await db
    .insertInto('host')
    .values({ name: host, engine_id: null })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const { id } = await db
    .selectFrom('host')
    .select('id')
    .where('name', '=', host)
    .executeTakeFirstOrThrow();
  const held = { lease_owner: owner, lease_until: at + leaseMs, is_hearing: 0 };
  const row = await db
    .insertInto('watch')
    .values({ host_id: id, ...held })
    .onConflict((conflict) =>
      conflict
        .column('host_id')
        .doUpdateSet(held)
        .where((eb) =>
          eb.or([
            eb('watch.lease_owner', '=', owner),
            eb('watch.lease_until', '<=', at),
            eb('watch.lease_until', '>', at + LEASE_MAX_MS),
          ]),
        ),
    )
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  const { mark_nano: timeNano, mark_id: markId, mark_action: action } = row;
  const isMarked = timeNano !== null && markId !== null && action !== null;
  return {
    mark: isMarked ? { timeNano, id: markId, action } : null,
    coveredUntil: row.covered_until,
    blind: await readBlindTime(db, id),
  };
}

async function renew(
  db: Kysely<Tables>,
  { owner, at, leaseMs }: Lease,
  covered: ReadonlyMap<string, number>,
): Promise<string[]> {
  const held = await db
    .selectFrom('watch')
    .innerJoin('host', 'host.id', 'watch.host_id')
    .select(['host.id', 'host.name'])
    .where('watch.lease_owner', '=', owner)
    .orderBy('host.id')
    .execute();
  await inChunks(held, async (chunk) => {
    for (const { id, name } of chunk) {
      const until = covered.get(name);
      await db
        .updateTable('watch')
        .set((eb) => ({
          lease_until: at + leaseMs,
          // Never backwards, whatever the clocks of two processes say.
          ...(until === undefined
            ? {}
            : {
                covered_until: eb
                  .case()
                  .when('covered_until', '>', until)
                  .then(eb.ref('covered_until'))
                  .else(until)
                  .end(),
              }),
        }))
        .where('host_id', '=', id)
        .execute();
    }
  });
  return held.map(({ name }) => name);
}

async function release(db: Kysely<Tables>, owner: string, host?: string): Promise<void> {
  await db
    .updateTable('watch')
    .set({ lease_owner: null, lease_until: 0 })
    .where('lease_owner', '=', owner)
    .$if(host !== undefined, (query) =>
      query.where('host_id', 'in', (eb) =>
        eb
          .selectFrom('host')
          .select('id')
          .where('name', '=', host ?? ''),
      ),
    )
    .execute();
}

async function retire(db: Kysely<Tables>, hosts: readonly string[]): Promise<void> {
  const ids = db.selectFrom('host').select('id').where('name', 'in', hosts);
  await db
    .updateTable('watch')
    .set({ since_at: null, covered_until: null, mark_nano: null, mark_id: null, mark_action: null })
    .where('host_id', 'in', ids)
    .execute();
  await db
    .deleteFrom('watch_blind')
    .where('host_id', 'in', ids)
    .where('to_at', 'is', null)
    .execute();
}

async function listKnown(db: Kysely<Tables>, host: string): Promise<KnownContainer[]> {
  const containers = await db
    .selectFrom('container')
    .innerJoin('host', 'host.id', 'container.host_id')
    .select(['container.container_id as id', 'container.name', 'container.state'])
    .where('host.name', '=', host)
    .where('container.closed_at', 'is', null)
    .execute();
  const glimpses = await db
    .selectFrom('glimpse')
    .innerJoin('host', 'host.id', 'glimpse.host_id')
    .select(['glimpse.container_id as id', 'glimpse.name'])
    .where('host.name', '=', host)
    .where('glimpse.removed_at', 'is', null)
    .execute();
  return [...containers, ...glimpses.map((glimpse) => ({ ...glimpse, state: '' }))];
}

async function listWatches(
  db: Kysely<Tables>,
  hosts: readonly string[],
  now: number,
): Promise<WatchedHost[]> {
  const rows = await db
    .selectFrom('watch')
    .innerJoin('host', 'host.id', 'watch.host_id')
    .leftJoin('watch_blind', (join) =>
      join.onRef('watch_blind.host_id', '=', 'host.id').on('watch_blind.to_at', 'is', null),
    )
    .select([
      'host.name',
      'watch.lease_until',
      'watch.since_at',
      'watch.is_hearing',
      'watch.covered_until',
      'watch_blind.id as blind',
    ])
    .where('host.name', 'in', hosts)
    .orderBy('host.name')
    .execute();
  return rows.map(({ name, since_at, covered_until, blind, ...watch }) => ({
    host: name,
    since: blind === null && isHeard(watch, now) ? since_at : null,
    coveredUntil: covered_until,
  }));
}
