import { type Selectable, sql } from 'kysely';
import type { DoneBy } from '../findings/acceptance.ts';
import { isoTime } from '../shared/time.ts';
import { changeAlert, postKey, speaksOfOpen, stale, unseen } from './alert-posts.ts';
import type { AlertTable } from './alert-tables.ts';
import { writeAudit } from './audit-rows.ts';
import type { Db } from './schema.ts';

// What people do to an alert; each leaves a row in the audit.

type Row = Selectable<AlertTable>;

/** Keeps the trouble of an alert quiet until then, also where it came back; null ends that. */
export async function snoozeAlert(
  db: Db,
  row: Row,
  until: number | null,
  { actor, at }: DoneBy,
): Promise<void> {
  const change = { snoozed_until: until, snoozed_by: until === null ? null : actor.name };
  await changeAlert(db, row.id, { ...change, ...stale });
  await db.updateTable('alert').set(change).where('lead_id', '=', row.id).execute();
  // What came back meanwhile has no message: it is told as soon as it is looked at.
  await db
    .updateTable('alert')
    .set(until === null ? { snoozed_until: at } : change)
    .where('channel', '=', row.channel)
    .where('key', '=', row.key)
    .where('is_silent', '=', 1)
    .where('resolved_at', 'is', null)
    .execute();
  const timeOf = (value: number | null) =>
    value === null ? null : { snoozedUntil: isoTime(value) };
  await writeAudit(db, {
    ...{ at, actor, verb: 'snooze', what: wordsOf(row) },
    before: timeOf(row.snoozed_until),
    after: timeOf(until),
  });
}

/** See `AlertStore.redraw`. A message is the one that the alert's first row in the outbox posted. */
export async function redrawAlert(
  db: Db,
  { channel, ts }: { channel: string; ts: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('alert')
    .set(stale)
    .where('channel', '=', channel)
    .where((eb) => eb.or([eb('resolved_at', 'is', null), speaksOfOpen]))
    .where(
      sql<boolean>`exists (select 1 from outbox where outbox.channel = ${channel}
        and outbox.ts = ${ts} and outbox.key = ${postKey})`,
    )
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** That whoever did it has seen the alert, or that nobody has. */
export async function acknowledgeAlert(
  db: Db,
  row: Row,
  isSeen: boolean,
  { actor, at }: DoneBy,
): Promise<void> {
  const seen = isSeen ? { acknowledged_at: at, acknowledged_by: actor.id } : unseen;
  await changeAlert(db, row.id, { ...seen, ...stale });
  await writeAudit(db, {
    ...{ at, actor, verb: 'acknowledge', what: wordsOf(row) },
    before: row.acknowledged_by === null ? null : { acknowledgedBy: row.acknowledged_by },
    after: isSeen ? { acknowledgedBy: actor.id } : null,
  });
}

/** Gives the alert to a person, who is told by a line unless they took it themselves. */
export async function assignAlert(
  db: Db,
  row: Row,
  to: string | null,
  { actor, at }: DoneBy,
): Promise<void> {
  const by = to === null ? null : actor.id;
  await changeAlert(db, row.id, {
    ...{ assigned_to: to, assigned_by: by, assigned_at: to === null ? null : at },
    ...stale,
  });
  if (to !== null && to !== actor.id) {
    const text = 'this alert is assigned to you.';
    await db.insertInto('alert_line').values({ alert_id: row.id, at, text, mention: to }).execute();
  }
  await writeAudit(db, {
    ...{ at, actor, verb: 'assign', what: wordsOf(row) },
    before: row.assigned_to === null ? null : { assignedTo: row.assigned_to },
    after: to === null ? null : { assignedTo: to },
  });
}

const wordsOf = ({ key, channel }: Row): string => `alert ${key} in ${channel}`;
