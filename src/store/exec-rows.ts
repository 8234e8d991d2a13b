import type { TracedExec } from '../ports/host-news.ts';
import { readNewestRow, toStored } from './container-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import type { Db } from './schema.ts';

/** Commands that are looked through at once. */
const EXECS_MAX = 2_000;

/**
 * Commands that were begun since the oldest open alert about one on this host, with what became of
 * them; none while no such alert is open.
 */
export async function readTracedExecs(db: Db, host: ScannedHost): Promise<TracedExec[]> {
  const { since } = await db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .select((eb) => eb.fn.min('alert_part.first_at').as('since'))
    .where('alert_part.kind', '=', 'stronger-exec')
    .where('alert.host', '=', host.name)
    .where('alert_part.resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return since === null ? [] : readExecsSince(db, host, since);
}

async function readExecsSince(db: Db, host: ScannedHost, since: number): Promise<TracedExec[]> {
  const rows = await db
    .selectFrom('container_event')
    .select(['container_id', 'at', 'exec_id', 'detail_json'])
    .where('host_id', '=', host.id)
    .where('kind', '=', 'exec')
    .where('at', '>=', since)
    .orderBy('id', 'desc')
    .limit(EXECS_MAX + 1)
    .execute();
  // Of those that are left out one could still run.
  if (rows.length > EXECS_MAX) return [];
  const traced: TracedExec[] = [];
  for (const { container_id: containerId, at, exec_id: execId, detail_json: detail } of rows) {
    const row = await readNewestRow(db, host, containerId);
    if (row === undefined || detail.exec?.state !== 'read') continue;
    const gone = row.is_gone === 1 && row.closed_at !== null ? row.closed_at : null;
    const end =
      (await readEnd(db, host, { containerId, at, execId })) ??
      (gone === null ? null : { at: gone, why: 'the container is gone' });
    traced.push({ container: toStored(row, host), exec: detail.exec.value, at, end });
  }
  return traced;
}

/** The end of a command itself, or of every process of its container, whichever came first. */
async function readEnd(
  db: Db,
  host: Pick<ScannedHost, 'id'>,
  { containerId, at, execId }: { containerId: string; at: number; execId: string | null },
): Promise<TracedExec['end']> {
  const event = await db
    .selectFrom('container_event')
    .select(['kind', 'at'])
    .where('host_id', '=', host.id)
    .where('container_id', '=', containerId)
    .where('at', '>=', at)
    .where((eb) =>
      eb.or([
        eb('kind', '=', 'ended'),
        ...(execId === null
          ? []
          : [eb.and([eb('kind', '=', 'exec-ended'), eb('exec_id', '=', execId)])]),
      ]),
    )
    .orderBy('at')
    .executeTakeFirst();
  if (event === undefined) return null;
  const why = event.kind === 'ended' ? 'the container stopped' : 'the command ended';
  return { at: event.at, why };
}
