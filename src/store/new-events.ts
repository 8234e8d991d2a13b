import { sql } from 'kysely';
import type { HostNews } from '../ports/host-news.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { EventDetail } from '../ports/watch-store.ts';
import type { EventKind } from '../snapshot/facts/event.ts';
import type { LookedHost } from './alert-cursor.ts';
import { gather } from './chunks.ts';
import { toStored } from './container-rows.ts';
import { type FirstScans, isLater } from './new-containers.ts';
import { type ContainerName, containerRows, readNewestRows, textOf } from './newest-containers.ts';
import { type RowsAfter, rowsAfter } from './rows-after.ts';
import type { Db } from './schema.ts';

export interface NewEvent extends ContainerName {
  id: number;
  at: number;
  kind: EventKind;
  detail_json: EventDetail;
}

/** Events that a channel has not looked through. */
export const newEvents = (db: Db): RowsAfter<LookedHost, NewEvent> =>
  rowsAfter(
    db,
    { table: 'container_event', columns: sql`container_id, at, kind, detail_json` },
    ({ cursor }) => cursor.event,
  );

interface EventNews extends Pick<HostNews, 'execs' | 'gone'> {
  made: StoredContainer[];
}

/**
 * Commands whose power was read, and containers that went, as they were last seen; and those that were heard being
 * made after their first rows were looked through and taken for old: a first scan, or a later event of theirs, was
 * stored sooner. By the name of the host.
 */
export async function readEventNews(
  db: Db,
  hosts: readonly LookedHost[],
  events: readonly NewEvent[],
  firsts: FirstScans,
): Promise<(host: string) => EventNews> {
  const telling = events.flatMap((event) => {
    const { kind, detail_json: detail } = event;
    const exec = kind === 'exec' && detail.exec?.state === 'read' ? detail.exec.value : null;
    return exec === null && kind !== 'gone' && kind !== 'created' ? [] : { ...event, exec };
  });
  const newest = await readNewestRows(db, telling);
  // What was later than the first look was news.
  const early = telling.flatMap((event) => {
    const row = event.kind === 'created' ? newest.get(textOf(event)) : undefined;
    return row === undefined || isLater(row, firsts) ? [] : row;
  });
  const firstRows = await readFirstRows(db, early);
  const news = new Map(
    hosts.map((host) => [host.id, { host, execs: [], gone: [], made: [] } as Found]),
  );
  for (const { exec, at, kind, ...name } of telling) {
    const row = newest.get(textOf(name));
    const found = news.get(name.host_id);
    if (row === undefined || found === undefined) continue;
    const container = toStored(row, found.host);
    if (kind === 'created') {
      // An earlier look had its first row.
      const first = firstRows.get(textOf(name));
      if (first !== undefined && first <= found.host.cursor.containerRow)
        found.made.push(container);
    } else if (exec === null) found.gone.push(container);
    else found.execs.push({ container, exec, at });
  }
  const byName = new Map([...news.values()].map((found) => [found.host.name, found]));
  return (host) => byName.get(host) ?? { execs: [], gone: [], made: [] };
}

interface Found extends EventNews {
  host: LookedHost;
}

/** Keys of the first rows of containers. */
async function readFirstRows(
  db: Db,
  names: readonly ContainerName[],
): Promise<ReadonlyMap<string, number>> {
  const found = await gather(names, async (chunk) => {
    const { rows } = await sql<ContainerName & { id: number }>`
      with asked(host_id, container_id) as (values ${containerRows(chunk)})
      select asked.host_id, asked.container_id, min(id) as id from asked cross join container
      where container.host_id = asked.host_id and container.container_id = asked.container_id
      group by asked.host_id, asked.container_id`.execute(db);
    return rows.map((row) => [textOf(row), row.id] as const);
  });
  return new Map(found);
}
