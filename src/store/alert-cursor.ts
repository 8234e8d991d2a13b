import type { AlertStore } from '../ports/alert-store.ts';
import type { AlertCursor } from '../ports/host-news.ts';
import type { Db } from './schema.ts';

/** False when another process went on from the same place. */
export async function moveCursor(
  db: Db,
  { channel, host, from, to }: Parameters<AlertStore['apply']>[0],
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alert_cursor')
    .set(columnsOf(to))
    .where('channel', '=', channel)
    .where('host', '=', host)
    .where('findings_at', '=', from.findingsAt)
    .where('container_id', '=', from.containerRow)
    .where('engine_change_id', '=', from.engineChange)
    .where('event_id', '=', from.event)
    .where('blind_at', '=', from.blindAt)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Columns of a cursor. */
export const columnsOf = (cursor: AlertCursor) => ({
  findings_at: cursor.findingsAt,
  container_id: cursor.containerRow,
  engine_change_id: cursor.engineChange,
  event_id: cursor.event,
  blind_at: cursor.blindAt,
});
