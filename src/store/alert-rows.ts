import type { Selectable, UpdateObject } from 'kysely';
import type { AlertEnd, AlertSignal, AlertStore } from '../ports/alert-store.ts';
import type { AlertAcceptance } from '../ports/host-news.ts';
import { severities } from '../rules/rule.ts';
import { HOUR_MS } from '../shared/time.ts';
import { moveCursors } from './alert-cursor.ts';
import { openLeads } from './alert-groups.ts';
import { refreshAlert } from './alert-parts.ts';
import {
  type Budget,
  changeAlert,
  openBudget,
  touchBefore,
  touchFlood,
  unseen,
  wakeSnoozed,
} from './alert-posts.ts';
import type { AlertPartTable, AlertTable } from './alert-tables.ts';
import { lockChannels } from './locks.ts';
import { isTold, readOpenParts } from './open-troubles.ts';
import type { Db, Tables } from './schema.ts';

type Apply = Parameters<AlertStore['apply']>;
type Row = Selectable<AlertTable>;
type PartRow = Selectable<AlertPartTable>;

/** What comes back within this is told by the message of before, with a line in its thread. */
const SAME_MESSAGE_MS = HOUR_MS;

/** What one look does to a channel. */
interface Work {
  channel: string;
  budget: Budget;
  /** Since when the channel is told of the host. */
  since: number;
  at: number;
  /** The alert that another one of this cause joins. */
  findLead: ReturnType<typeof openLeads>;
  /** Alerts that changed, each with what its thread is to say of it. */
  changed: Map<number, string[]>;
  /** Floods that speak of more: of how much, and when that was. */
  flooded: Map<number, { at: number; times: number }>;
}

/** See `AlertStore.apply`; the caller's transaction makes it all or nothing. */
export async function applyAlerts(
  db: Db,
  [place, { signals, updates, ends, acceptances, told }, limits, at]: Apply,
): Promise<void> {
  const { channel } = place;
  await lockChannels(db, [channel]);
  if ((await moveCursors(db, channel, [place])).size === 0) return;
  const budget = await openBudget(db, channel, limits, at);
  await wakeSnoozed(db, budget, at);
  const since = limits.since ?? 0;
  const oldest = Math.min(...signals.map((signal) => signal.at));
  const findLead = openLeads(db, { channel, host: place.host, oldest });
  const heard = { changed: new Map(), flooded: new Map() };
  const work: Work = { channel, budget, since, at, findLead, ...heard };
  // A trouble that came and went, and came again, is told in that order.
  const steps = [
    ...signals.map((signal) => ({
      ...{ at: signal.at, order: signal.accepted === null ? 0 : 2 },
      take: () => raise(db, work, signal),
    })),
    ...ends.map((end) => ({ at: end.at, order: 1, take: () => resolve(db, work, end) })),
    ...updates.map((now) => ({ at: now.at, order: 2, take: () => renew(db, work, now) })),
  ].sort((a, b) => a.at - b.at || a.order - b.order);
  for (const { take } of steps) await take();
  for (const acceptance of acceptances) await accept(db, work, acceptance);
  for (const part of await readOpenParts(db, { channel, hosts: [place.host] })) {
    if (isTold(part, told)) await resolve(db, work, { key: part.key, at, why: told.why });
  }
  for (const [id, lines] of work.changed) await refreshAlert(db, budget, { id, lines, at });
  for (const [id, more] of work.flooded) await touchFlood(db, id, more);
}

/** The newest row of a trouble in a channel, open or not. */
const findPart = (db: Db, channel: string, key: string): Promise<PartRow | undefined> =>
  db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .selectAll('alert_part')
    .where('alert.channel', '=', channel)
    .where('alert_part.key', '=', key)
    .orderBy('alert_part.id', 'desc')
    .limit(1)
    .executeTakeFirst();

const change = ({ changed }: Work, id: number, ...lines: string[]): void => {
  changed.set(id, [...(changed.get(id) ?? []), ...lines]);
};

const flood = ({ flooded }: Work, id: number, { at }: AlertSignal): void => {
  flooded.set(id, { at, times: (flooded.get(id)?.times ?? 0) + 1 });
};

async function raise(db: Db, work: Work, signal: AlertSignal): Promise<void> {
  const part = await findPart(db, work.channel, signal.key);
  // What was counted already is read again where the news overlap.
  if (part !== undefined && signal.at <= part.last_at) return;
  if (part !== undefined && part.resolved_at === null) return repeat(db, work, part, signal);
  const newest = await findNewest(db, work.channel, signal.group);
  if (signal.accepted !== null) {
    if (newest !== undefined && hasMessage(newest)) await join(db, work, newest, signal);
    return;
  }
  if (newest !== undefined && speaksAgain(newest, signal)) return join(db, work, newest, signal);
  await open(db, work, newest, signal);
}

/** What an open trouble is now. */
async function renew(db: Db, work: Work, now: AlertSignal): Promise<void> {
  const part = await findPart(db, work.channel, now.key);
  if (part === undefined || part.resolved_at !== null || now.at <= part.last_at) return;
  await changePart(db, part.id, { ...saysOf(now), last_at: now.at });
  change(work, part.alert_id);
}

const rankOf = ({ severity }: Pick<AlertSignal, 'severity'>) => severities.indexOf(severity);

/** It is still there. A finding counts again only where it is worse: each scan sees it. */
async function repeat(db: Db, work: Work, part: PartRow, signal: AlertSignal): Promise<void> {
  const isWorse = rankOf(signal) > rankOf(part);
  const isCounted = isWorse || signal.kind !== 'finding';
  // One like it that is not what was accepted.
  const isOpened = part.accepted_until !== null && signal.accepted === null;
  await changePart(db, part.id, {
    ...saysOf(signal),
    last_at: signal.at,
    count: part.count + (isCounted ? 1 : 0),
    ...(isOpened ? { accepted_by: null, accepted_until: null } : {}),
  });
  if (isOpened) return change(work, part.alert_id, `Open again: ${signal.title}.`);
  if (!isCounted) return change(work, part.alert_id);
  const times = `time ${part.count + 1}: ${signal.title}`;
  const worse = isWorse ? `, now ${signal.severity}` : '';
  const detail = signal.kind === 'finding' || signal.detail === null ? '' : `; ${signal.detail}`;
  change(work, part.alert_id, `Again, ${times}${worse}${detail}.`);
}

const findNewest = (db: Db, channel: string, group: string): Promise<Row | undefined> =>
  db
    .selectFrom('alert')
    .selectAll()
    .where('channel', '=', channel)
    .where('key', '=', group)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

/** True for an alert that is open, or ended a moment ago. */
const speaksAgain = (row: Row, { at }: AlertSignal): boolean =>
  row.resolved_at === null || (hasMessage(row) && at - row.resolved_at < SAME_MESSAGE_MS);

const hasMessage = (row: Row): boolean => row.flood_id === null && row.is_silent === 0;

async function join(db: Db, work: Work, row: Row, signal: AlertSignal): Promise<void> {
  const earlier = await db
    .selectFrom('alert_part')
    .selectAll()
    .where('alert_id', '=', row.id)
    .where('key', '=', signal.key)
    .executeTakeFirst();
  if (earlier === undefined) await insertPart(db, row.id, signal);
  else {
    await changePart(db, earlier.id, {
      ...beginsAs(signal),
      ...{ last_at: signal.at, count: earlier.count + 1 },
      ...{ resolved_at: null, resolved_why: null },
    });
  }
  // From here on it is the open one of its group.
  await changeAlert(db, row.id, { resolved_at: null, resolved_why: null });
  if (signal.accepted !== null) return change(work, row.id);
  // Who had seen it did so of something else.
  await db
    .updateTable('alert')
    .set({ ...unseen, raised_by: signal.actor })
    .where('id', 'in', [row.id, row.lead_id ?? row.id])
    .execute();
  const isBack = earlier !== undefined || row.resolved_at !== null;
  change(work, row.id, `${isBack ? 'Back' : 'Also'}: ${signal.title}, ${signal.severity}.`);
}

async function open(
  db: Db,
  work: Work,
  before: Row | undefined,
  signal: AlertSignal,
): Promise<void> {
  const { channel, budget, at, findLead } = work;
  const snooze = before !== undefined && isSnoozed(before, at) ? before : null;
  const isSilent = snooze !== null;
  const lead = isSilent ? undefined : await findLead(signal);
  const needsPost = !isSilent && lead === undefined;
  const floodId = !needsPost || (await budget.take()) ? null : await budget.flood(signal.at);
  const { group: key, kind, host, severity, subject, title, detail, owner, actor } = signal;
  const row = await db
    .insertInto('alert')
    .values({
      ...{ channel, key, kind, host, severity, subject, title, detail, owner },
      raised_by: actor,
      next_json: JSON.stringify(signal.next),
      ...{
        first_at: Math.min(work.at, Math.max(signal.at, work.since)),
        last_at: signal.at,
        count: 1,
      },
      snoozed_until: snooze?.snoozed_until ?? null,
      snoozed_by: snooze?.snoozed_by ?? null,
      flood_id: floodId,
      is_silent: isSilent ? 1 : 0,
      lead_id: lead?.id ?? null,
      is_stale: needsPost && floodId === null ? 1 : 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertPart(db, row.id, signal);
  if (floodId !== null) flood(work, floodId, signal);
  if (lead !== undefined) {
    // Who had seen it did so of fewer hosts.
    await changeAlert(db, lead.id, unseen);
    change(work, row.id, `Also on ${host}: ${title}, ${severity}.`);
  }
  if (before !== undefined) await touchBefore(db, { id: row.id, channel, key });
}

const isSnoozed = ({ snoozed_until: until }: Pick<Row, 'snoozed_until'>, at: number): boolean =>
  until !== null && until > at;

const saysOf = ({ severity, title, what, detail, fix, next }: AlertSignal) => ({
  ...{ severity, title, what, detail, fix },
  next_json: JSON.stringify(next),
});

/** Of one that begins, here or anew. */
const beginsAs = (signal: AlertSignal) => ({ ...saysOf(signal), ...acceptedAs(signal.accepted) });

const acceptedAs = (accepted: AlertSignal['accepted']) => ({
  accepted_by: accepted?.by ?? null,
  accepted_until: accepted?.until ?? null,
});

const changePart = (
  db: Db,
  id: number,
  columns: UpdateObject<Tables, 'alert_part'>,
): Promise<unknown> => db.updateTable('alert_part').set(columns).where('id', '=', id).execute();

async function insertPart(db: Db, alertId: number, signal: AlertSignal): Promise<void> {
  const { key, kind, cause, at } = signal;
  await db
    .insertInto('alert_part')
    .values({
      ...{ alert_id: alertId, key, kind, cause, ...beginsAs(signal) },
      ...{ first_at: at, last_at: at, count: 1 },
    })
    .execute();
}

async function resolve(db: Db, work: Work, { key, at, why }: AlertEnd): Promise<void> {
  const part = await findPart(db, work.channel, key);
  if (part === undefined || part.resolved_at !== null || at < part.last_at) return;
  await changePart(db, part.id, {
    ...{ resolved_at: at, resolved_why: why },
    ...{ accepted_by: null, accepted_until: null },
  });
  change(work, part.alert_id);
}

async function accept(db: Db, work: Work, { key, at, accepted }: AlertAcceptance): Promise<void> {
  const part = await findPart(db, work.channel, key);
  if (part === undefined || part.resolved_at !== null) return;
  if (part.accepted_until === (accepted?.until ?? null)) return;
  await changePart(db, part.id, acceptedAs(accepted));
  const ended = `Open again: ${part.title}; its acceptance ended.`;
  change(work, part.alert_id, ...(accepted === null && at >= part.last_at ? [ended] : []));
}
