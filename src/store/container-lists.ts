import { type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Unjudged } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { boundRows, gather, idsOf } from './chunks.ts';
import { newestRows, toStored } from './container-rows.ts';
import {
  isOfHosts,
  readHosts,
  readScannedHosts,
  type ScannedHost,
  withNewestScans,
} from './host-rows.ts';
import { sharingJson } from './parse-json-columns.ts';
import type { Db, Tables } from './schema.ts';

/** Hosts of one statement, which holds the thread for what all of them have. */
const HOSTS_AT_ONCE = 10;

/** Which containers are read: those that exist, or all; else those alone that were found gone after a time. */
type Presence = 'existing' | 'all' | { goneAfter: number };

/**
 * Containers of hosts, host by host in the order of the hosts; one that came back under its id exists. What many
 * have alike is parsed once, so nobody may change what this gives.
 */
export function readContainers(
  db: Db,
  hosts: readonly ScannedHost[],
  presence: Presence,
): Promise<StoredContainer[]> {
  const sharing = sharingJson(db);
  return gather(
    hosts,
    async (batch) => {
      const rows = await readRows(sharing, batch, presence);
      const byHost = Map.groupBy(rows, ({ host_id }) => host_id);
      return batch.flatMap((host) =>
        newestRows(byHost.get(host.id) ?? []).map((row) => toStored(row, host)),
      );
    },
    HOSTS_AT_ONCE,
  );
}

/** See `ScanStore.countUnjudged`. What a scan read has a surface, be it that the scan began before. */
export async function countUnjudged(db: Db, names: readonly string[]): Promise<Unjudged[]> {
  const hosts = await readScannedHosts(db, names);
  const asked = hosts.flatMap(({ id, lastGoodAt }) =>
    lastGoodAt === null ? [] : [[id, lastGoodAt]],
  );
  const counts = await gather(asked, async (chunk) => {
    const { rows } = await sql<{ id: number; containers: number }>`
      with asked(id, since) as (values ${boundRows(chunk)})
      select asked.id, count(*) as containers from asked cross join container
      where host_id = asked.id and first_seen > asked.since and closed_at is null and surface_json is null
      group by asked.id`.execute(db);
    return rows;
  });
  const byHost = new Map(counts.map(({ id, containers }) => [id, containers]));
  return hosts.flatMap(({ id, name }) => {
    const containers = byHost.get(id);
    return containers === undefined ? [] : [{ host: name, containers }];
  });
}

/** Containers of hosts that were found gone after a time, as `readContainers` gives them. */
export async function readGone(
  db: Db,
  names: readonly string[],
  goneAfter: number,
): Promise<StoredContainer[]> {
  const hosts = await readHosts(db, names);
  // Of a fleet mostly few.
  const rows = await db
    .selectFrom('container')
    .select('host_id')
    .distinct()
    .where('is_gone', '=', 1)
    .where('closed_at', '>', goneAfter)
    .where(isOfHosts('host_id', [...hosts.keys()]))
    .execute();
  const ids = new Set(rows.map(({ host_id }) => host_id));
  const own = new Map([...hosts].filter(([id]) => ids.has(id)));
  return readContainers(db, await withNewestScans(db, own), { goneAfter });
}

/**
 * That nothing newer is known of the container of a row, or was by a time: it did not come back. The newest row of a
 * container exists or is gone, and for both there is an index; by a time it may be any other.
 */
export const isLastState =
  (by: RawBuilder<unknown> | null) => (eb: ExpressionBuilder<Tables, 'container'>) => {
    const later = eb
      .selectFrom('container as later')
      .select('later.id')
      .whereRef('later.host_id', '=', 'container.host_id')
      .whereRef('later.container_id', '=', 'container.container_id')
      .whereRef('later.id', '>', 'container.id');
    if (by !== null) return eb.not(eb.exists(later.where(sql<SqlBool>`later.opened_at <= ${by}`)));
    return eb.and([
      eb.not(eb.exists(later.where('later.closed_at', 'is', null))),
      eb.not(eb.exists(later.where('later.is_gone', '=', 1))),
    ]);
  };

const readRows = (db: Db, hosts: readonly ScannedHost[], presence: Presence) =>
  db
    .selectFrom('container')
    .selectAll()
    .where('host_id', 'in', idsOf(hosts))
    .where((eb) => {
      if (presence === 'existing') return eb('closed_at', 'is', null);
      if (presence === 'all') return eb.or([eb('closed_at', 'is', null), eb('is_gone', '=', 1)]);
      return eb.and([
        ...[eb('is_gone', '=', 1), eb('closed_at', '>', presence.goneAfter)],
        isLastState(null)(eb),
      ]);
    })
    .orderBy('id')
    .execute();
