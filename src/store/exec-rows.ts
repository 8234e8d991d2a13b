import { type Selectable, sql } from 'kysely';
import type { TracedExec } from '../ports/host-news.ts';
import type { EventKind } from '../snapshot/facts/event.ts';
import { inChunks } from './chunks.ts';
import { toStored } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import { type CountRows, countingRows } from './few-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import { readNewestRows, textOf } from './newest-containers.ts';
import type { Db } from './schema.ts';

/** Commands of a host, and of hosts together, that are looked through at once. */
export const EXECS_MAX = 2_000;

/** Since when an alert about a command is open on each of the hosts, by name; none of hosts on which none is. */
export async function readExecSinces(
  db: Db,
  hosts: readonly ScannedHost[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .select((eb) => ['alert.host', eb.fn.min<number>('alert_part.first_at').as('since')])
    .where('alert_part.kind', '=', 'stronger-exec')
    .where(
      'alert.host',
      'in',
      hosts.map(({ name }) => name),
    )
    .where('alert_part.resolved_at', 'is', null)
    .groupBy('alert.host')
    .execute();
  return new Map(rows.map(({ host, since }) => [host, since]));
}

/** How many commands were begun on hosts since these times. */
export const countExecs =
  (db: Db, sinces: ReadonlyMap<string, number>): CountRows<ScannedHost> =>
  (hosts, limit) => {
    const traced = hosts.filter(({ name }) => sinces.has(name));
    const ofHost = ({ id, name }: ScannedHost) => sql`select host_id from container_event
      where host_id = ${id} and kind = 'exec' and at >= ${sinces.get(name) ?? 0}`;
    return countingRows(db, ofHost)(traced, limit);
  };

/** Commands that were begun on hosts since these times, with what became of them, by the key of the host. */
export async function readTracedExecs(
  db: Db,
  hosts: readonly ScannedHost[],
  sinces: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<number, TracedExec[]>> {
  const traced = new Map<number, TracedExec[]>();
  for (const host of hosts) {
    const since = sinces.get(host.name);
    if (since !== undefined) traced.set(host.id, await readExecsSince(db, host, since));
  }
  return traced;
}

async function readExecsSince(db: Db, host: ScannedHost, since: number): Promise<TracedExec[]> {
  const rows = await db
    .selectFrom('container_event')
    .select(['host_id', 'container_id', 'at', 'exec_id', 'detail_json'])
    .where('host_id', '=', host.id)
    .where('kind', '=', 'exec')
    .where('at', '>=', since)
    .orderBy('id', 'desc')
    .limit(EXECS_MAX + 1)
    .execute();
  // Of those that are left out one could still run.
  if (rows.length > EXECS_MAX) return [];
  const newest = await readNewestRows(db, rows);
  const ends = await readEnds(db, host, rows, since);
  return rows.flatMap(({ at, exec_id: execId, detail_json: detail, ...name }) => {
    const row = newest.get(textOf(name));
    if (row === undefined || detail.exec?.state !== 'read') return [];
    const ended = ends
      .get(name.container_id)
      ?.find(
        (one) =>
          one.at >= at && (one.kind === 'ended' || (execId !== null && one.exec_id === execId)),
      );
    const end = ended ? { at: ended.at, why: whyOf(ended.kind) } : goneOf(row);
    return { container: toStored(row, host), exec: detail.exec.value, at, end };
  });
}

const whyOf = (kind: EventKind): string =>
  kind === 'ended' ? 'the container stopped' : 'the command ended';

const goneOf = (
  row: Pick<Selectable<ContainerTable>, 'is_gone' | 'closed_at'>,
): TracedExec['end'] =>
  row.is_gone === 1 && row.closed_at !== null
    ? { at: row.closed_at, why: 'the container is gone' }
    : null;

/** Ends of commands, and of every process of a container, in their order, by the container. */
async function readEnds(
  db: Db,
  host: Pick<ScannedHost, 'id'>,
  execs: readonly { container_id: string }[],
  since: number,
) {
  const read = (ids: readonly string[]) =>
    db
      .selectFrom('container_event')
      .select(['container_id', 'kind', 'at', 'exec_id'])
      .where('host_id', '=', host.id)
      .where('container_id', 'in', ids)
      .where('kind', 'in', ['ended', 'exec-ended'])
      .where('at', '>=', since)
      .orderBy('at')
      .execute();
  const ends: Awaited<ReturnType<typeof read>> = [];
  const ids = [...new Set(execs.map((exec) => exec.container_id))];
  await inChunks(ids, async (chunk) => {
    for (const end of await read(chunk)) ends.push(end);
  });
  return Map.groupBy(ends, (end) => end.container_id);
}
