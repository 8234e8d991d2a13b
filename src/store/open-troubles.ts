import { sql } from 'kysely';
import { type AlertKind, findingKey, type ToldAlerts } from '../ports/alert-store.ts';
import { gather } from './chunks.ts';
import type { Db } from './schema.ts';

/** An open trouble of a host, in an alert that is open. Times are epoch milliseconds. */
export interface OpenPart {
  host: string;
  key: string;
  kind: AlertKind;
  /** Until when it is accepted; null: it is not. */
  until: number | null;
  lastAt: number;
}

/** Open troubles of a channel on hosts. */
export const readOpenParts = (
  db: Db,
  { channel, hosts }: { channel: string; hosts: readonly string[] },
): Promise<OpenPart[]> =>
  db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .select(['alert.host', 'alert_part.key', 'alert_part.kind'])
    .select(['alert_part.accepted_until as until', 'alert_part.last_at as lastAt'])
    .where('alert.channel', '=', channel)
    .where('alert.host', 'in', hosts)
    .where('alert.resolved_at', 'is', null)
    .where('alert_part.resolved_at', 'is', null)
    .orderBy('alert_part.id')
    .execute();

/** Those of the open troubles, of containers, that no open finding stands behind. */
export async function readLoose(db: Db, parts: readonly OpenPart[]): Promise<OpenPart[]> {
  const asked = parts.filter(({ kind }) => kind === 'finding' || kind === 'image-changed');
  const found = await readFoundKeys(db, asked);
  return asked.filter(({ key }) => !found.has(key));
}

/** Those of the keys of troubles that are an open finding of their host. */
export async function readFoundKeys(
  db: Db,
  parts: readonly Pick<OpenPart, 'host' | 'key'>[],
): Promise<ReadonlySet<string>> {
  const asked = parts.flatMap(({ host, key }) => {
    const first = findingKey(host, '');
    return key.startsWith(first) ? { host, fingerprint: key.slice(first.length) } : [];
  });
  const found = await gather(asked, async (chunk) => {
    const rows = chunk.map(({ host, fingerprint }) => sql`(${host}, ${fingerprint})`);
    const open = await sql<{ host: string; fingerprint: string }>`
      with asked(host, fingerprint) as (values ${sql.join(rows)})
      select asked.host, asked.fingerprint from asked cross join host cross join finding
        where host.name = asked.host and finding.host_id = host.id
          and finding.fingerprint = asked.fingerprint and finding.closed_at is null`.execute(db);
    return open.rows.map(({ host, fingerprint }) => findingKey(host, fingerprint));
  });
  return new Set(found);
}

/** That nothing else ends an open trouble, and that it last came before a time. */
export const isTold = ({ kind, lastAt }: OpenPart, { kinds, before }: ToldAlerts): boolean =>
  kinds.includes(kind) && lastAt < before;
