import type { Generated } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type { KnownContainer, WatchedHost, WatchStore } from '../ports/watch-store.ts';
import { CHUNK_ROWS } from './chunks.ts';
import type { Database } from './database.ts';
import { type LeaseColumns, noLease } from './leases.ts';
import { lockHosts } from './locks.ts';
import { wantScan } from './scan-turns.ts';
import { type Db, lasting } from './schema.ts';
import { readOwnProbes } from './sightings.ts';
import { isHeard, setBlind } from './watch-blind.ts';
import {
  claimHosts,
  countContainers,
  handOverHosts,
  listHolders,
  renewHosts,
} from './watch-leases.ts';
import { readContainerEvents, readGlimpses, readLastEvents } from './watched-containers.ts';

declare module './schema.ts' {
  interface Tables {
    /** One row for each host that was ever watched. */
    watch: LeaseColumns & {
      host_id: number;
      mark_nano: string | null;
      mark_id: string | null;
      mark_action: string | null;
      covered_until: number | null;
      since_at: number | null;
      is_hearing: Generated<number>;
    };
  }
}

export const watchLife = lasting('one row for each host: who listens to it');

/** What watching hosts keeps in the database; each method is all or nothing. */
export function createWatchesStore(
  { read, single, write, writeEach }: Database,
  now: Clock,
): WatchStore {
  const claimFree: WatchStore['claimFree'] = (hosts, lease) =>
    write((db) => claimHosts(db, hosts, lease));
  return {
    claim: async (host, lease) => (await claimFree([host], lease)).get(host) ?? null,
    claimFree,
    renew: (hosts) => writeEach((db) => renewHosts(db, hosts)),
    handOver: (hosts) => writeEach((db) => handOverHosts(db, hosts)),
    listHolders: () => read(listHolders),
    countContainers: () => read(countContainers),
    release: (owner, host) => write((db) => release(db, owner, host)),
    retire: (hosts) => write((db) => retire(db, hosts)),
    // For a bot alone: commands of a terminal need not load it.
    async apply(host, batch, held) {
      const { applySightings } = await import('./sightings.ts');
      return write((db) => applySightings(db, host, batch, held));
    },
    setBlind: (host, blind, held, turn) =>
      write(async (db) => {
        const hostId = await setBlind(db, host, blind, held, now());
        if (turn !== undefined) await wantScan(db, hostId, turn);
      }),
    listKnown: (host) => read((db) => listKnown(db, host)),
    listWatches: (hosts) => read((db) => listWatches(db, hosts)),
    listGlimpses: (filter) => single((db) => readGlimpses(db, filter)),
    listEvents: (filter) => read((db) => readContainerEvents(db, filter)),
    listLastEvents: (asked) => read((db) => readLastEvents(db, asked)),
    listOwnProbes: (hosts) => read((db) => readOwnProbes(db, hosts)),
  };
}

async function release(db: Db, owner: string, host?: string): Promise<void> {
  await db
    .updateTable('watch')
    .set(noLease)
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

async function retire(db: Db, hosts: readonly string[]): Promise<void> {
  await lockHosts(db, hosts);
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

async function listKnown(db: Db, host: string): Promise<KnownContainer[]> {
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

async function listWatches(db: Db, hosts: readonly string[]): Promise<WatchedHost[]> {
  const asked = new Set(hosts);
  const found = (await readWatches(db, hosts)).filter(({ host }) => asked.has(host));
  return found.sort((a, b) => (a.host < b.host ? -1 : 1));
}

async function readWatches(db: Db, hosts: readonly string[]): Promise<WatchedHost[]> {
  const rows = await db
    .selectFrom('watch')
    .innerJoin('host', 'host.id', 'watch.host_id')
    .leftJoin('watch_blind', (join) =>
      join.onRef('watch_blind.host_id', '=', 'host.id').on('watch_blind.to_at', 'is', null),
    )
    .select([
      'host.name',
      'watch.since_at',
      isHeard(db).as('is_heard'),
      'watch.covered_until',
      'watch_blind.id as blind',
    ])
    // Of a fleet a list of its names takes longer to read than the hosts that nobody asked about.
    .$if(hosts.length <= CHUNK_ROWS, (query) => query.where('host.name', 'in', hosts))
    .execute();
  return rows.map(({ name, since_at, is_heard, covered_until, blind }) => ({
    host: name,
    since: blind === null && is_heard === 1 ? since_at : null,
    coveredUntil: covered_until,
  }));
}
