import type { Kysely, Selectable } from 'kysely';
import type { AlertStore, StoredAlert } from '../ports/alert-store.ts';
import type { Severity } from '../rules/rule.ts';
import { isoTime } from '../shared/time.ts';
import { newsCursor, readHostNews } from './alert-news.ts';
import { applyAlerts, columnsOf } from './alert-rows.ts';
import type { AlertTable } from './alert-tables.ts';
import { writeAudit } from './audit-rows.ts';
import type { Database } from './database.ts';
import type { Tables } from './schema.ts';

/** Titles that the message of a flood names. */
const TITLES_SHOWN = 5;

/** Alerts in the database; every method is one transaction. */
export function createAlertsStore({ read, write }: Database): AlertStore {
  return {
    findCursor: (channel, host, at) =>
      write(async (db) => {
        const row = await db
          .selectFrom('alert_cursor')
          .selectAll()
          .where('channel', '=', channel)
          .where('host', '=', host)
          .executeTakeFirst();
        if (row !== undefined) {
          return {
            findingsAt: row.findings_at,
            containerRow: row.container_id,
            engineChange: row.engine_change_id,
            event: row.event_id,
            blindAt: row.blind_at,
          };
        }
        const cursor = await newsCursor(db, host, at);
        await db
          .insertInto('alert_cursor')
          .values({ channel, host, ...columnsOf(cursor) })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        return cursor;
      }),
    readNews: (host, cursor) => read((db) => readHostNews(db, host, cursor)),
    apply: (...change) => write((db) => applyAlerts(db, change)),
    listStale: (channel) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('alert')
          .selectAll()
          .where('channel', '=', channel)
          .where('is_stale', '=', 1)
          .orderBy('id')
          .execute();
        const alerts = [];
        for (const row of rows) {
          const told = { replies: row.replies, isTold: row.is_told === 1 };
          alerts.push({ ...(await toStored(db, row)), ...told });
        }
        return alerts;
      }),
    markShown: (alerts) => write((db) => markShown(db, alerts)),
    find: (id) =>
      read(async (db) => {
        const row = await findRow(db, id);
        return row === undefined ? null : toStored(db, row);
      }),
    listAbout: (key) => read((db) => listAbout(db, key)),
    snooze: (id, until, { actor, at }) =>
      write(async (db) => {
        const before = await findRow(db, id);
        if (before === undefined) return null;
        const change = { snoozed_until: until, snoozed_by: until === null ? null : actor.name };
        await db
          .updateTable('alert')
          .set({ ...change, is_stale: 1 })
          .where('id', '=', id)
          .execute();
        const timeOf = (value: number | null) =>
          value === null ? null : { snoozedUntil: isoTime(value) };
        await writeAudit(db, {
          ...{ at, actor, verb: 'snooze', what: `alert ${before.key} in ${before.channel}` },
          before: timeOf(before.snoozed_until),
          after: timeOf(until),
        });
        return toStored(db, { ...before, ...change });
      }),
  };
}

async function listAbout(db: Kysely<Tables>, key: string): ReturnType<AlertStore['listAbout']> {
  const rows = await db
    .selectFrom('alert')
    .selectAll()
    .where('key', '=', key)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...{ channel: row.channel, severity: row.severity, title: row.title },
    firstAt: row.first_at,
    resolved: resolvedOf(row),
    messageId: row.flood_id ?? (row.is_silent === 1 ? null : row.id),
  }));
}

async function markShown(
  db: Kysely<Tables>,
  alerts: Parameters<AlertStore['markShown']>[0],
): Promise<void> {
  for (const { id, count, resolved, snoozed } of alerts) {
    await db
      .updateTable('alert')
      .set({ is_stale: 0, is_told: 1 })
      .where('id', '=', id)
      .where('count', '=', count)
      .where('resolved_at', resolved ? '=' : 'is', resolved?.at ?? null)
      .where('snoozed_until', snoozed ? '=' : 'is', snoozed?.until ?? null)
      .execute();
  }
}

function findRow(db: Kysely<Tables>, id: number): Promise<Selectable<AlertTable> | undefined> {
  return db.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();
}

async function toStored(db: Kysely<Tables>, row: Selectable<AlertTable>): Promise<StoredAlert> {
  const { id, channel, key, kind, host, severity, title, detail, count } = row;
  const { snoozed_until: until, snoozed_by: by } = row;
  return {
    ...{ id, channel, key, kind, host, severity, title, detail, count },
    next: row.next_json,
    at: row.last_at,
    firstAt: row.first_at,
    resolved: resolvedOf(row),
    snoozed: until === null ? null : { until, by: by ?? '' },
    flood: kind === 'flood' ? await readFlood(db, id) : null,
  };
}

const resolvedOf = ({ resolved_at: at, resolved_why: why }: Selectable<AlertTable>) =>
  at === null ? null : { at, why: why ?? '' };

async function readFlood(db: Kysely<Tables>, id: number): Promise<StoredAlert['flood']> {
  const rows = await db
    .selectFrom('alert')
    .select(['severity', 'title'])
    .where('flood_id', '=', id)
    .orderBy('id')
    .execute();
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  for (const { severity } of rows) bySeverity[severity] += 1;
  const order: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
  const titles = rows
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .slice(0, TITLES_SHOWN)
    .map(({ title }) => title);
  return { bySeverity, titles };
}
