import { type GeneratedAlways, type JSONColumnType, type Selectable, sql } from 'kysely';
import type { ContainerEvent, EventDetail, Glimpse, WatchStore } from '../ports/watch-store.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import type { EventKind } from '../snapshot/facts/event.ts';
import { gather, idsOf, keyList } from './chunks.ts';
import { isNamed, readHosts } from './host-rows.ts';
import { containerRows } from './newest-containers.ts';
import { type Db, HISTORY, type Life, ofAnyHost, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    container_event: {
      id: GeneratedAlways<number>;
      host_id: number;
      container_id: string;
      at: number;
      time_nano: string;
      kind: EventKind;
      detail_json: JSONColumnType<EventDetail>;
      exec_id: string | null;
    };
  }
}

export const containerEventLife: Life = {
  until: `${HISTORY} it`,
  why: 'what happened to containers',
  trims: [remove('container_event', ({ history }) => sql`${ofAnyHost} and at < ${history}`)],
};

/** See `WatchStore.listGlimpses`. */
export async function readGlimpses(
  db: Db,
  { hosts, since }: Parameters<WatchStore['listGlimpses']>[0],
): Promise<Glimpse[]> {
  const rows = await db
    .selectFrom('glimpse')
    .innerJoin('host', 'host.id', 'glimpse.host_id')
    .selectAll('glimpse')
    .select('host.name as host')
    .where(isNamed(db, hosts))
    .where((eb) => eb.or([eb('removed_at', 'is', null), eb('removed_at', '>', since)]))
    .orderBy('glimpse.first_seen')
    .orderBy('glimpse.id')
    .execute();
  return rows.map((row) => ({
    host: row.host,
    containerId: row.container_id,
    name: row.name,
    image: row.image,
    labels: row.labels_json,
    firstSeen: isoTime(row.first_seen),
    lastSeen: isoTime(row.last_seen),
    removedAt: isoTimeOrNull(row.removed_at),
    reason: row.reason,
  }));
}

/** See `WatchStore.listEvents`. */
export async function readContainerEvents(
  db: Db,
  { hosts, containerId, kinds, since, limit }: Parameters<WatchStore['listEvents']>[0],
): Promise<ContainerEvent[]> {
  const rows = await db
    .selectFrom('container_event')
    .innerJoin('host', 'host.id', 'container_event.host_id')
    .selectAll('container_event')
    .select('host.name as host')
    .where(isNamed(db, hosts))
    .where('container_event.at', '>=', since)
    .$if(containerId !== undefined, (query) =>
      query.where('container_event.container_id', '=', containerId ?? ''),
    )
    .$if(kinds !== undefined, (query) => query.where('container_event.kind', 'in', kinds ?? []))
    .orderBy('container_event.at', 'desc')
    .orderBy('container_event.id', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse().map((row) => toEvent(row, row.host));
}

/** See `WatchStore.listLastEvents`. */
export async function readLastEvents(
  db: Db,
  { containers, kinds }: Parameters<WatchStore['listLastEvents']>[0],
): Promise<ContainerEvent[]> {
  const hosts = await readHosts(db, [...new Set(containers.map(({ host }) => host))]);
  const idOf = new Map([...hosts].map(([id, name]) => [name, id]));
  const asked = containers.flatMap(({ host, containerId }) => {
    const hostId = idOf.get(host);
    return hostId === undefined ? [] : { host_id: hostId, container_id: containerId };
  });
  return gather(asked, async (chunk) => {
    const { rows } = await sql<{ id: number }>`
      with asked(host_id, container_id) as (values ${containerRows(chunk)})
      select max(container_event.id) as id from asked cross join container_event
      where container_event.host_id = asked.host_id
        and container_event.container_id = asked.container_id and kind in (${sql.join(kinds)})
      group by container_event.host_id, container_event.container_id, kind`.execute(db);
    const events = await db
      .selectFrom('container_event')
      .selectAll()
      .where(sql<boolean>`id in (${keyList(idsOf(rows))})`)
      .execute();
    return events.map((row) => toEvent(row, hosts.get(row.host_id) ?? ''));
  });
}

const toEvent = (row: Selectable<Tables['container_event']>, host: string): ContainerEvent => ({
  host,
  containerId: row.container_id,
  at: isoTime(row.at),
  timeNano: row.time_nano,
  kind: row.kind,
  detail: row.detail_json,
  execId: row.exec_id,
});
