import { type Generated, type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import { type AlertKind, alertKey } from '../ports/alert-store.ts';
import type { Severity } from '../rules/rule.ts';
import { HOUR_MS } from '../shared/time.ts';
import { idsOf } from './chunks.ts';
import { bounded, type Db, HISTORY, type Life, lasting, remove, type Trim } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    alert: AlertTable;
    alert_part: AlertPartTable;
    alert_line: AlertLineTable;
    alert_setting: {
      channel: string;
      severity: Severity;
      host: string | null;
      is_off: number;
      changed_at: number;
      changed_by: string;
    };
    alert_post: { id: GeneratedAlways<number>; channel: string; at: number };
    alert_cursor: {
      channel: string;
      host: string;
      findings_at: number;
      container_id: number;
      engine_change_id: number;
      event_id: number;
      blind_at: number;
    };
  }
}

interface OfTrouble {
  id: GeneratedAlways<number>;
  key: string;
  kind: AlertKind;
  severity: Severity;
  title: string;
  detail: string | null;
  next_json: JSONColumnType<string[]>;
  last_at: number;
  count: number;
  /** Of a flood: since when it takes no more alerts. */
  resolved_at: number | null;
  resolved_why: string | null;
}

export interface AlertTable extends OfTrouble {
  channel: string;
  host: string;
  /** Since when the channel is owed its message; its parts say when they were first seen. */
  first_at: number;
  replies: Generated<number>;
  snoozed_until: number | null;
  snoozed_by: string | null;
  flood_id: number | null;
  is_silent: number;
  is_told: Generated<number>;
  is_stale: number;
  version: Generated<number>;
  subject: string | null;
  owner: string | null;
  raised_by: string | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  assigned_to: string | null;
  assigned_by: string | null;
  assigned_at: number | null;
  lead_id: number | null;
}

export interface AlertPartTable extends OfTrouble {
  alert_id: number;
  what: string;
  fix: string | null;
  first_at: number;
  accepted_by: string | null;
  accepted_until: number | null;
  cause: string | null;
}

interface AlertLineTable {
  id: GeneratedAlways<number>;
  alert_id: number;
  at: number;
  text: string;
  mention: string | null;
  is_told: Generated<number>;
}

/**
 * Removes alerts that ended long ago, with their messages in the outbox, which later ones of the same
 * alert lean on. A flood, or one that leads others, stays as long as one of those that it stands for.
 */
const trimAlerts: Trim = async (db, { history }, rows) => {
  const ended = await db
    .selectFrom('alert')
    .select('id')
    .where('resolved_at', '<', history)
    .where('is_stale', '=', 0)
    .where(
      sql<boolean>`not exists (select 1 from alert as part
        where part.flood_id = alert.id or part.lead_id = alert.id)`,
    )
    .limit(rows)
    .execute();
  for (const { id } of ended) await removeMessages(db, id);
  const ids = idsOf(ended);
  if (ids.length === 0) return 0;
  await db.deleteFrom('alert_part').where('alert_id', 'in', ids).execute();
  await db.deleteFrom('alert_line').where('alert_id', 'in', ids).execute();
  await db.deleteFrom('alert').where('id', 'in', ids).execute();
  return ids.length;
};

/** Every key of an alert begins alike; `;` follows `:`. */
async function removeMessages(db: Db, id: number): Promise<void> {
  const first = alertKey(id, '');
  await db
    .deleteFrom('outbox')
    .where('key', '>=', first)
    .where('key', '<', `${first.slice(0, -1)};`)
    .where('state', '!=', 'pending')
    .execute();
}

export const alertLife: Life = {
  until: `${HISTORY} it ended`,
  why: 'one trouble in one channel; an open one stays',
  trims: [trimAlerts],
};

const withAlert = (why: string): Life => bounded('the end of its alert', why);
export const alertPartLife = withAlert('what the message of an alert speaks of');
export const alertLineLife = withAlert('lines in the thread of an alert, at most a few');

export const alertSettingLife = bounded('somebody says something else', 'one row for each channel');

export const alertPostLife: Life = {
  until: 'an hour',
  why: 'a channel gets no more messages in an hour than its settings allow',
  trims: [remove('alert_post', ({ now }) => sql`at < ${now - HOUR_MS}`)],
};

export const alertCursorLife = lasting('one row for each channel and host');
