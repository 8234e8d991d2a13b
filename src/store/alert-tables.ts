import {
  type Generated,
  type GeneratedAlways,
  type JSONColumnType,
  type Kysely,
  sql,
} from 'kysely';
import { type AlertKind, alertKey } from '../ports/alert-store.ts';
import type { Severity } from '../rules/rule.ts';
import { HOUR_MS } from '../shared/time.ts';
import { bounded, HISTORY, type Life, remove, type Trim } from './life.ts';
import type { Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    alert: AlertTable;
    alert_post: {
      id: GeneratedAlways<number>;
      channel: string;
      at: number;
    };
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

export interface AlertTable {
  id: GeneratedAlways<number>;
  channel: string;
  key: string;
  kind: AlertKind;
  host: string;
  severity: Severity;
  title: string;
  detail: string | null;
  next_json: JSONColumnType<string[]>;
  first_at: number;
  last_at: number;
  count: number;
  replies: Generated<number>;
  resolved_at: number | null;
  resolved_why: string | null;
  snoozed_until: number | null;
  snoozed_by: string | null;
  flood_id: number | null;
  is_silent: number;
  is_told: Generated<number>;
  is_stale: number;
}

/**
 * Removes alerts that ended long ago, with their messages in the outbox, which later ones of the same
 * alert lean on. A flood stays as long as one of those that it stands for.
 */
const trimAlerts: Trim = async (db, { history }, rows) => {
  const ended = await db
    .selectFrom('alert')
    .select('id')
    .where('resolved_at', '<', history)
    .where('is_stale', '=', 0)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('alert as part')
            .select('part.id')
            .whereRef('part.flood_id', '=', 'alert.id'),
        ),
      ),
    )
    .limit(rows)
    .execute();
  for (const { id } of ended) await removeMessages(db, id);
  const ids = ended.map(({ id }) => id);
  await db.deleteFrom('alert').where('id', 'in', ids).execute();
  return ids.length;
};

/** Every key of an alert begins alike; `;` follows `:`. */
async function removeMessages(db: Kysely<Tables>, id: number): Promise<void> {
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

export const alertPostLife: Life = {
  until: 'an hour',
  why: 'a channel gets no more messages in an hour than its settings allow',
  trims: [remove('alert_post', ({ now }) => sql`at < ${now - HOUR_MS}`)],
};

export const alertCursorLife: Life = bounded(
  'the end of the database',
  'one row for each channel and host',
);
