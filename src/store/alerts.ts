import type { Selectable } from 'kysely';
import type {
  AlertAbout,
  AlertHost,
  AlertStore,
  OwedAlert,
  StoredAlert,
  StoredAlertSetting,
} from '../ports/alert-store.ts';
import { aheadOf, beginCursors, passAlerts, readCursors, setBackCursors } from './alert-cursor.ts';
import { readFlood } from './alert-floods.ts';
import { readAlertHosts } from './alert-groups.ts';
import { acknowledgeAlert, assignAlert, redrawAlert, snoozeAlert } from './alert-hands.ts';
import { handsOf, readParts, toPart } from './alert-parts.ts';
import { readStamps } from './alert-stamp.ts';
import type { AlertTable } from './alert-tables.ts';
import { writeAudit } from './audit-rows.ts';
import { gather, idsOf, putRow } from './chunks.ts';
import type { Database } from './database.ts';
import { lockChannels } from './locks.ts';
import { readFoundKeys } from './open-troubles.ts';
import { putMessages } from './outbox-rows.ts';
import type { Db } from './schema.ts';

/** Alerts in the database; every method is one transaction, but for cursors that begin. */
export function createAlertsStore({ read, write, decide, single }: Database): AlertStore {
  return {
    async findCursors(channel, hosts, at) {
      const known = await single((db) => readCursors(db, channel, hosts));
      const others = hosts.filter((host) => !known.has(host));
      const begun =
        others.length > 0 ? await write((db) => beginCursors(db, channel, others, at)) : known;
      const ahead = aheadOf(known, at);
      const right =
        ahead.length > 0 ? await write((db) => setBackCursors(db, channel, ahead, at)) : known;
      return new Map(
        hosts.flatMap((host) => {
          const cursor = right.get(host) ?? known.get(host) ?? begun.get(host);
          return cursor === undefined ? [] : [[host, cursor] as const];
        }),
      );
    },
    // Both for a bot alone: commands of a terminal need not load them.
    async readNews(...asked) {
      const { readHostNews } = await import('./alert-news.ts');
      return read((db) => readHostNews(db, asked));
    },
    async apply(...change) {
      const { applyAlerts } = await import('./alert-rows.ts');
      return write((db) => applyAlerts(db, change));
    },
    pass: (...looked) => write((db) => passAlerts(db, looked)),
    listStale: (channel) => read((db) => listStale(db, channel)),
    show: (...shown) => write((db) => show(db, shown)),
    find: (id) =>
      read(async (db) => {
        const row = await findRow(db, id);
        return row === undefined ? null : toStored(db, row);
      }),
    listAbout: (keys) => read((db) => listAbout(db, keys)),
    stamps: (at) => read((db) => readStamps(db, at)),
    listOpenHosts: (channel) => read((db) => listOpenHosts(db, channel)),
    listSettings: () => read(listSettings),
    setSetting: (setting, by) => decide((db) => setSetting(db, setting, by)),
    snooze: (id, until, by) =>
      decide((db) => changed(db, id, (row) => snoozeAlert(db, row, until, by))),
    redraw: (message) => write((db) => redrawAlert(db, message)),
    acknowledge: (id, isSeen, by) =>
      decide((db) => changed(db, id, (row) => acknowledgeAlert(db, row, isSeen, by))),
    assign: (id, to, by) => decide((db) => changed(db, id, (row) => assignAlert(db, row, to, by))),
  };
}

/** The alert as it is after a change of its row; null for one that is not known. */
async function changed(
  db: Db,
  id: number,
  change: (row: Selectable<AlertTable>) => Promise<void>,
): Promise<StoredAlert | null> {
  const before = await findRow(db, id);
  if (before === undefined) return null;
  await change(before);
  const after = await findRow(db, id);
  return after === undefined ? null : toStored(db, after);
}

async function listStale(db: Db, channel: string): Promise<OwedAlert[]> {
  const rows = await db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', channel)
    .where('is_stale', '=', 1)
    .orderBy('id')
    .execute();
  const alerts: OwedAlert[] = [];
  for (const row of rows) {
    const lines = await db
      .selectFrom('alert_line')
      .select(['id', 'at', 'text', 'mention'])
      .where('alert_id', '=', row.id)
      .where('is_told', '=', 0)
      .orderBy('id')
      .execute();
    const { version, is_told: told } = row;
    alerts.push({ ...(await toStored(db, row)), version, lines, isTold: told === 1 });
  }
  return alerts;
}

async function listOpenHosts(db: Db, channel: string): Promise<string[]> {
  const rows = await db
    .selectFrom('alert')
    .select('host')
    .distinct()
    .where('channel', '=', channel)
    .where('resolved_at', 'is', null)
    .where('kind', '!=', 'flood')
    .execute();
  return rows.map(({ host }) => host);
}

async function listAbout(
  db: Db,
  keys: readonly string[],
): Promise<ReadonlyMap<string, AlertAbout[]>> {
  const rows = await gather(keys, (chunk) => readAbout(db, chunk));
  const byKey = Map.groupBy(rows, ({ about }) => about);
  return new Map([...byKey].map(([key, own]) => [key, own.map(toAbout)]));
}

const readAbout = (db: Db, keys: readonly string[]) =>
  db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .leftJoin('alert as lead', 'lead.id', 'alert.lead_id')
    .selectAll('alert')
    .select(['alert_part.key as about', 'alert_part.first_at as since'])
    .select('alert_part.resolved_at as over')
    .select(['lead.acknowledged_at as leadSeen', 'lead.acknowledged_by as leadSeenBy'])
    .select(['lead.assigned_to as leadTo', 'lead.assigned_by as leadBy'])
    .select('lead.assigned_at as leadAt')
    .where('alert_part.key', 'in', keys)
    .orderBy('alert.id')
    .execute();

type AboutRow = Awaited<ReturnType<typeof readAbout>>[number];

function toAbout(found: AboutRow): AlertAbout {
  const { since, over, leadSeen, leadSeenBy, leadTo, leadBy, leadAt, ...row } = found;
  // Who looks after several hosts does so at their one message.
  const ofLead = {
    ...{ acknowledged_at: leadSeen, acknowledged_by: leadSeenBy },
    ...{ assigned_to: leadTo, assigned_by: leadBy, assigned_at: leadAt },
  };
  const { acknowledged, assigned } = handsOf(row.lead_id === null ? row : { ...row, ...ofLead });
  return {
    ...{ channel: row.channel, severity: row.severity, title: row.title },
    firstAt: since,
    resolved: over === null ? null : { at: over, why: row.resolved_why ?? '' },
    messageId: row.flood_id ?? row.lead_id ?? (row.is_silent === 1 ? null : row.id),
    ...{ acknowledged, assigned },
  };
}

async function show(
  db: Db,
  [{ id, channel, version, lines }, messages, at]: Parameters<AlertStore['show']>,
): Promise<boolean> {
  await lockChannels(db, [channel]);
  const row = await db
    .updateTable('alert')
    .set({ is_stale: 0, is_told: 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('is_stale', '=', 1)
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await putMessages(db, messages, at);
  await db.updateTable('alert_line').set({ is_told: 1 }).where('id', 'in', idsOf(lines)).execute();
  return true;
}

const findRow = (db: Db, id: number): Promise<Selectable<AlertTable> | undefined> =>
  db.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();

async function toStored(db: Db, row: Selectable<AlertTable>): Promise<StoredAlert> {
  if (row.kind === 'flood') return readFlood(db, row);
  const { id, channel, key, kind, host, severity, title, owner, first_at: dueAt } = row;
  const parts = await readParts(db, id);
  const open = parts.filter((part) => part.resolved_at === null);
  const keys = open.map((part) => ({ host, key: part.key }));
  const found = await readFoundKeys(db, keys);
  const hosts = await readAlertHosts(db, row);
  const firstAt = Math.min(dueAt, ...parts.map((part) => part.first_at));
  return {
    ...{ id, channel, key, kind, host, severity, title, owner, hosts, firstAt, dueAt },
    raisedBy: row.raised_by,
    at: Math.max(row.last_at, ...(hosts ?? []).map(({ at }) => at)),
    parts: parts.map((part) => toPart(part, found.has(part.key))),
    resolved: hosts === null ? resolvedOf(row) : lastResolved(hosts),
    ...handsOf(row),
    cameBack: row.resolved_at === null ? null : await laterThan(db, row),
    quietUntil: await quietUntil(db, row, firstAt),
    flood: null,
  };
}

/** The one after it that has a message, or will have one. */
async function laterThan(
  db: Db,
  { id, channel, key }: Selectable<AlertTable>,
): Promise<StoredAlert['cameBack']> {
  const later = await db
    .selectFrom('alert')
    .innerJoin('alert_part', 'alert_part.alert_id', 'alert.id')
    .select((eb) => ['alert.is_silent as isSilent', eb.fn.min('alert_part.first_at').as('at')])
    .where('channel', '=', channel)
    .where('alert.key', '=', key)
    .where('alert.id', '>', id)
    .where((eb) => eb.or([eb('is_silent', '=', 0), eb('alert.resolved_at', 'is', null)]))
    .groupBy(['alert.id', 'alert.is_silent'])
    .orderBy('alert.id')
    .limit(1)
    .executeTakeFirst();
  return later === undefined ? null : { at: later.at, isQuiet: later.isSilent === 1 };
}

/** Until when the snooze of one before it kept it quiet; null where none did. */
async function quietUntil(
  db: Db,
  { id, channel, key, first_at: dueAt }: Selectable<AlertTable>,
  firstAt: number,
): Promise<number | null> {
  if (dueAt === firstAt) return null;
  const { until } = await db
    .selectFrom('alert')
    .select((eb) => eb.fn.max('snoozed_until').as('until'))
    .where('channel', '=', channel)
    .where('key', '=', key)
    .where('id', '<', id)
    .where('snoozed_until', '>', firstAt)
    .where('snoozed_until', '<=', dueAt)
    .executeTakeFirstOrThrow();
  return until;
}

const resolvedOf = ({ resolved_at: at, resolved_why: why }: Selectable<AlertTable>) =>
  at === null ? null : { at, why: why ?? '' };

/** When the last of the hosts was rid of it; null while one is not. */
function lastResolved(hosts: readonly AlertHost[]): StoredAlert['resolved'] {
  const over = hosts.flatMap(({ resolved }) => resolved ?? []);
  const [last = null] = over.toSorted((a, b) => b.at - a.at);
  return over.length < hosts.length ? null : last;
}

/** What channels said of their alerts, in order of the channel. */
async function listSettings(db: Db): Promise<StoredAlertSetting[]> {
  const rows = await db.selectFrom('alert_setting').selectAll().orderBy('channel').execute();
  return rows.map(({ channel, severity, host, is_off, changed_at, changed_by }) => ({
    ...{ channel, severity, host, isOff: is_off === 1 },
    ...{ changedBy: changed_by, changedAt: changed_at },
  }));
}

/** Says what a channel is told from now on, and who said it. */
async function setSetting(
  db: Db,
  ...[setting, { actor, at, before }]: Parameters<AlertStore['setSetting']>
): Promise<void> {
  const { channel, severity, host, isOff } = setting;
  const columns = {
    ...{ severity, host, is_off: isOff ? 1 : 0 },
    ...{ changed_at: at, changed_by: actor.name },
  };
  await putRow(db, 'alert_setting', { channel }, columns);
  await writeAudit(db, {
    ...{ at, actor, verb: isOff ? 'alerts off' : 'alerts on', what: `alerts of ${channel}` },
    ...{ before, after: isOff ? null : { severity, host } },
  });
}
