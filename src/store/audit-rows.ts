import type { Kysely } from 'kysely';
import type { Actor } from '../findings/acceptance.ts';
import type { Tables } from './schema.ts';

export interface AuditEntry {
  at: number;
  actor: Actor;
  verb:
    | 'accept'
    | 'unaccept'
    | 'void'
    | 'attest'
    | 'withdraw'
    | 'digest schedule'
    | 'digest off'
    | 'digest now';
  /** What was changed, in words that stay readable: `no-host-network project/ci on web-1`. */
  what: string;
  /** The thing before and after; null where it was not there. */
  before: object | null;
  after: object | null;
}

/** Writes who changed what, within the transaction of the change: there is never one without it. */
export async function writeAudit(db: Kysely<Tables>, entry: AuditEntry): Promise<void> {
  const { at, actor, verb, what, before, after } = entry;
  await db
    .insertInto('audit')
    .values({
      at,
      who: actor.name === actor.id ? actor.id : `${actor.name} (${actor.id})`,
      place: actor.place,
      verb,
      what,
      before_json: before && JSON.stringify(before),
      after_json: after && JSON.stringify(after),
    })
    .execute();
}
