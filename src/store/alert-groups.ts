import { type Selectable, sql } from 'kysely';
import type { AlertHost, AlertSignal } from '../ports/alert-store.ts';
import { once } from '../shared/once.ts';
import { HOUR_MS } from '../shared/time.ts';
import type { AlertTable } from './alert-tables.ts';
import type { Db } from './schema.ts';

// Alerts that have one cause on several hosts: the first leads, its message speaks of all of them.

type Row = Selectable<AlertTable>;

/** What comes later than this after the last of its cause has a message of its own. */
const SAME_CAUSE_MS = HOUR_MS;
/** Hosts that fall silent at once do so within this: a later one is news of its own. */
const AT_ONCE_MS = 10 * 60_000;

/** An open alert, and since when its host has a trouble. */
interface Alike {
  id: number;
  leadId: number | null;
  firstAt: number;
}

/**
 * Finds the open alert with a message that speaks of the same cause on other hosts; undefined without one. Other hosts
 * are asked for once, for as long as the caller's transaction changes none of them; no signal may be older than `oldest`.
 */
export function openLeads(
  db: Db,
  { channel, host, oldest }: { channel: string; host: string; oldest: number },
): (signal: AlertSignal) => Promise<Row | undefined> {
  const alikeOf = once((cause: string) => readAlike(db, { channel, host, cause, oldest }));
  return async ({ cause, at, kind }) => {
    if (cause === null) return undefined;
    const span = kind === 'host-unreachable' ? AT_ONCE_MS : SAME_CAUSE_MS;
    const alike = (await alikeOf(cause)).filter(({ firstAt }) => firstAt > at - span);
    for (const id of new Set(alike.map((one) => one.leadId ?? one.id))) {
      const row = await db
        .selectFrom('alert')
        .selectAll()
        .where('id', '=', id)
        .where('flood_id', 'is', null)
        .where('is_silent', '=', 0)
        .executeTakeFirst();
      if (row !== undefined && !(await speaksOf(db, id, host))) return row;
    }
    return undefined;
  };
}

const readAlike = (
  db: Db,
  asked: { channel: string; host: string; cause: string; oldest: number },
): Promise<Alike[]> =>
  db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .select(['alert.id', 'alert.lead_id as leadId', 'alert_part.first_at as firstAt'])
    .where('alert_part.cause', '=', asked.cause)
    .where('alert_part.first_at', '>', asked.oldest - SAME_CAUSE_MS)
    .where('alert_part.resolved_at', 'is', null)
    .where('alert.channel', '=', asked.channel)
    .where('alert.host', '!=', asked.host)
    .where('alert.resolved_at', 'is', null)
    .orderBy('alert.id')
    .execute();

/** A host stands in a message once: what else is wrong there has its own. */
async function speaksOf(db: Db, id: number, host: string): Promise<boolean> {
  const found = await db
    .selectFrom('alert')
    .select('id')
    .where((eb) => eb.or([eb('id', '=', id), eb('lead_id', '=', id)]))
    .where('host', '=', host)
    .executeTakeFirst();
  return found !== undefined;
}

/** The hosts that the message of an alert speaks of, how it is on each; null for one host. */
export async function readAlertHosts(
  db: Db,
  { id, lead_id: lead }: Pick<Row, 'id' | 'lead_id'>,
): Promise<AlertHost[] | null> {
  if (lead !== null || !(await isGroup(db, id))) return null;
  const rows = await db
    .selectFrom('alert')
    .innerJoin('alert_part', 'alert_part.alert_id', 'alert.id')
    .select([
      ...(['alert.id', 'alert.host', 'alert.severity', 'alert.last_at as at'] as const),
      ...(['alert.resolved_at as resolvedAt', 'alert.resolved_why as why'] as const),
      sql<number>`sum(case when alert_part.resolved_at is null
        and alert_part.accepted_until is null then 1 else 0 end)`.as('open'),
    ])
    .where((eb) => eb.or([eb('alert.id', '=', id), eb('alert.lead_id', '=', id)]))
    .groupBy(['alert.id', 'alert.host', 'alert.severity', 'alert.last_at'])
    .groupBy(['alert.resolved_at', 'alert.resolved_why'])
    .orderBy('alert.id')
    .execute();
  return rows.map(({ host, severity, at, resolvedAt, why, open }) => ({
    ...{ host, severity, at },
    resolved: resolvedAt === null ? null : { at: resolvedAt, why: why ?? '' },
    isAccepted: resolvedAt === null && Number(open) === 0,
  }));
}

/** True for an alert whose message speaks of others too. */
export async function isGroup(db: Db, id: number): Promise<boolean> {
  const other = await db
    .selectFrom('alert')
    .select('id')
    .where('lead_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}
