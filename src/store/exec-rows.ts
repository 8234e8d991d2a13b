import { type Selectable, sql } from 'kysely';
import type { TracedExec } from '../ports/host-news.ts';
import type { EventKind } from '../snapshot/facts/event.ts';
import { inChunks } from './chunks.ts';
import { toStored } from './container-rows.ts';
import type { ContainerTable } from './container-table.ts';
import { type CountRows, countingRows } from './few-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import { readNewestRows, textOf } from './newest-containers.ts';
import type { Db, Tables } from './schema.ts';

/** Commands of a host, and of hosts together, that are looked through at once. */
export const EXECS_MAX = 2_000;
/** Ends of one statement. */
const ENDS_AT_ONCE = 1_000;

/** Since when an alert about a command is open on each of the hosts, by name; none of hosts on which none is. */
export async function readExecSinces(
  db: Db,
  hosts: readonly ScannedHost[],
): Promise<ReadonlyMap<string, number>> {
  const names = hosts.map(({ name }) => name);
  const rows = await db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .select((eb) => ['alert.host', eb.fn.min<number>('alert_part.first_at').as('since')])
    .where('alert_part.kind', '=', 'stronger-exec')
    .where('alert.host', 'in', names)
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
  return rows.flatMap((begun) => {
    const { at, detail_json: detail } = begun;
    const row = newest.get(textOf(begun));
    if (row === undefined || detail.exec?.state !== 'read') return [];
    const ended = ends.get(begun);
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

/**
 * The first end of each of the commands, or of every process of its container after it began. Of a container that
 * restarts for weeks all ends are gone through in pages, and only those that tell something are kept.
 */
async function readEnds(
  db: Db,
  host: Pick<ScannedHost, 'id'>,
  execs: readonly BegunAt[],
  since: number,
): Promise<ReadonlyMap<BegunAt, { kind: EventKind; at: number }>> {
  const ends = new Map<BegunAt, { kind: EventKind; at: number }>();
  await inChunks([...Map.groupBy(execs, (exec) => exec.container_id)], async (chunk) => {
    const ids = chunk.map(([id]) => id);
    const running = new Map(chunk.map(([id, own]) => [id, new Set(own)]));
    let after = { at: since, id: 0 };
    for (let isLast = false; !isLast; ) {
      const page = await readEndsAfter(db, { hostId: host.id, ids, after });
      for (const end of page) {
        const left = running.get(end.container_id) ?? new Set();
        for (const exec of left) {
          if (!isEndOf(end, exec)) continue;
          ends.set(exec, end);
          left.delete(exec);
        }
        after = end;
      }
      const isOver = [...running.values()].every(({ size }) => size === 0);
      isLast = isOver || page.length < ENDS_AT_ONCE;
    }
  });
  return ends;
}

type BegunAt = Pick<Selectable<Tables['container_event']>, 'container_id' | 'at' | 'exec_id'>;

const isEndOf = (end: BegunAt & { kind: EventKind }, exec: BegunAt): boolean =>
  end.at >= exec.at &&
  (end.kind === 'ended' || (exec.exec_id !== null && end.exec_id === exec.exec_id));

const readEndsAfter = (
  db: Db,
  {
    hostId,
    ids,
    after,
  }: { hostId: number; ids: readonly string[]; after: { at: number; id: number } },
) =>
  db
    .selectFrom('container_event')
    .select(['id', 'container_id', 'kind', 'at', 'exec_id'])
    .where('host_id', '=', hostId)
    .where('container_id', 'in', ids)
    .where('kind', 'in', ['ended', 'exec-ended'])
    .where('at', '>=', after.at)
    .where((eb) => eb.or([eb('at', '>', after.at), eb('id', '>', after.id)]))
    .orderBy('at')
    .orderBy('id')
    .limit(ENDS_AT_ONCE)
    .execute();
