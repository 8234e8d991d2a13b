import { type Selectable, sql } from 'kysely';
import type { AlertNews, AlertStore, CursorMove } from '../ports/alert-store.ts';
import { type AlertCursor, beganAt } from '../ports/host-news.ts';
import { openBudget, wakeSnoozed } from './alert-posts.ts';
import { boundRows } from './chunks.ts';
import { isInRange, readHosts, readKnownHosts, type ScannedHost } from './host-rows.ts';
import { lockChannels } from './locks.ts';
import { isTold, type OpenPart, readOpenParts } from './open-troubles.ts';
import type { Db, Tables } from './schema.ts';

/** A host with how far its news were looked through. */
export interface LookedHost extends ScannedHost {
  cursor: AlertCursor;
}

/** The cursors that a channel has of hosts, by name. */
export async function readCursors(
  db: Db,
  channel: string,
  hosts: readonly string[],
): Promise<Map<string, AlertCursor>> {
  const rows = await db
    .selectFrom('alert_cursor')
    .selectAll()
    .where('channel', '=', channel)
    .where('host', 'in', hosts)
    .execute();
  return new Map(rows.map((row) => [row.host, toCursor(row)]));
}

const toCursor = (row: Selectable<Tables['alert_cursor']>): AlertCursor => ({
  findingsAt: row.findings_at,
  containerRow: row.container_id,
  engineChange: row.engine_change_id,
  event: row.event_id,
  blindAt: row.blind_at,
});

/** Cursors of hosts that begin now, unless another process began them meanwhile. */
export async function beginCursors(
  db: Db,
  ...[channel, hosts, at]: Parameters<AlertStore['findCursors']>
): Promise<Map<string, AlertCursor>> {
  const keys = new Map([...(await readHosts(db, hosts))].map(([id, name]) => [name, id]));
  const newest = async (table: 'container' | 'engine_defaults' | 'container_event') => {
    const rows = await db
      .selectFrom(table)
      .select((eb) => ['host_id', eb.fn.max<number>('id').as('id')])
      .where(isInRange('host_id', [...keys.values()]))
      .groupBy('host_id')
      .execute();
    const byHost = new Map(rows.map(({ host_id, id }) => [host_id, id]));
    return (host: string) => byHost.get(keys.get(host) ?? 0) ?? 0;
  };
  const container = await newest('container');
  const defaults = await newest('engine_defaults');
  const event = await newest('container_event');
  const rows = hosts.map((host) => ({
    ...{ channel, host, findings_at: at, blind_at: at },
    ...{ container_id: container(host), engine_change_id: defaults(host), event_id: event(host) },
  }));
  await db
    .insertInto('alert_cursor')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return readCursors(db, channel, hosts);
}

/** Names of hosts with a cursor that nobody can have looked through until there by now. */
export const aheadOf = (cursors: ReadonlyMap<string, AlertCursor>, at: number): string[] =>
  [...cursors].flatMap(([host, { findingsAt, blindAt }]) =>
    Math.max(findingsAt, blindAt) > at ? [host] : [],
  );

/**
 * The cursors of these hosts, which a clock that was ahead may have begun: what lies beyond now and beyond the newest scan
 * of its host begins there, or all until then would never be told.
 */
export async function setBackCursors(
  db: Db,
  channel: string,
  hosts: readonly string[],
  at: number,
): Promise<Map<string, AlertCursor>> {
  const cursors = await readCursors(db, channel, hosts);
  const scanned = new Map((await readKnownHosts(db, hosts)).map((one) => [one.name, one.lastAt]));
  const moves = [...cursors].map(([host, from]): CursorMove => {
    const last = Math.max(at, scanned.get(host) ?? 0);
    const findingsAt = Math.min(from.findingsAt, last);
    const blindAt = Math.min(from.blindAt, last);
    // Equal times mean that no look has moved them.
    const isMoved = beganAt(from) === null && findingsAt === blindAt;
    return { host, from, to: { ...from, findingsAt, blindAt: isMoved ? blindAt - 1 : blindAt } };
  });
  await moveCursors(db, channel, moves.filter(hasMoved));
  return readCursors(db, channel, hosts);
}

/** Those of the hosts whose cursor was moved: no other process went on from the same place. */
export async function moveCursors(
  db: Db,
  channel: string,
  moves: readonly CursorMove[],
): Promise<ReadonlySet<string>> {
  if (moves.length === 0) return new Set();
  const rows = moves.map(({ host, from, to }) => [host, ...placesOf(from), ...placesOf(to)]);
  const { rows: moved } = await sql<{ host: string }>`
    with move(host, findings, container, defaults, event, blind,
      to_findings, to_container, to_defaults, to_event, to_blind) as (values ${boundRows(rows)})
    update alert_cursor set findings_at = to_findings, container_id = to_container,
      engine_change_id = to_defaults, event_id = to_event, blind_at = to_blind
    from move where channel = ${channel} and alert_cursor.host = move.host
      and findings_at = findings and container_id = container and engine_change_id = defaults
      and event_id = event and blind_at = blind
    returning alert_cursor.host as host`.execute(db);
  return new Set(moved.map(({ host }) => host));
}

/** In the order in which `moveCursors` names them. */
const placesOf = (cursor: AlertCursor): number[] => [
  ...[cursor.findingsAt, cursor.containerRow, cursor.engineChange, cursor.event],
  cursor.blindAt,
];

const hasMoved = ({ from, to }: CursorMove): boolean =>
  placesOf(from).some((place, index) => place !== placesOf(to)[index]);

/** See `AlertStore.pass`: what is open is read once nobody else changes it. */
export async function passAlerts(
  db: Db,
  [channel, looks, limits, at]: Parameters<AlertStore['pass']>,
): Promise<ReadonlySet<string>> {
  await lockChannels(db, [channel]);
  const hosts = looks.map(({ host }) => host);
  const open = Map.groupBy(await readOpenParts(db, { channel, hosts }), ({ host }) => host);
  const [changing = [], quiet = []] = [true, false].map((isChanging) =>
    looks.filter(({ host, news }) => changesAlert(news, open.get(host) ?? []) === isChanging),
  );
  if (quiet.length > 0) {
    await moveCursors(db, channel, quiet.filter(hasMoved));
    await wakeSnoozed(db, await openBudget(db, channel, limits, at), at);
  }
  return new Set(changing.map(({ host }) => host));
}

/** Whether news may change an alert of which these are the open parts on the host. */
function changesAlert(
  { signals, updates, ends, acceptances, told }: AlertNews,
  open: readonly OpenPart[],
): boolean {
  const changed = new Set([...updates, ...ends].map(({ key }) => key));
  return (
    signals.length > 0 ||
    acceptances.length > 0 ||
    open.some((part) => changed.has(part.key) || isTold(part, told))
  );
}
