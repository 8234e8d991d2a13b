import { findingKey, type ToldAlerts } from '../ports/alert-store.ts';
import { inChunks } from './chunks.ts';
import type { ScannedHost } from './host-rows.ts';
import type { Db } from './schema.ts';

/** Open troubles of a channel on a host, in alerts that are open. */
export const openParts = (db: Db, { channel, host }: { channel: string; host: string }) =>
  db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .where('alert.channel', '=', channel)
    .where('alert.host', '=', host)
    .where('alert.resolved_at', 'is', null)
    .where('alert_part.resolved_at', 'is', null);

/** Keys of open troubles of containers on a host that no open finding stands behind. */
export async function readLoose(db: Db, channel: string, host: ScannedHost): Promise<string[]> {
  const parts = await openParts(db, { channel, host: host.name })
    .select('alert_part.key')
    .where('alert_part.kind', 'in', ['finding', 'image-changed'])
    .execute();
  const keys = parts.map(({ key }) => key);
  const found = await readFoundKeys(db, host.name, keys);
  return keys.filter((key) => !found.has(key));
}

/** Those of the keys of troubles that are an open finding. */
export async function readFoundKeys(
  db: Db,
  host: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const first = findingKey(host, '');
  const found = new Set<string>();
  await inChunks(
    keys.flatMap((key) => (key.startsWith(first) ? key.slice(first.length) : [])),
    async (chunk) => {
      const rows = await db
        .selectFrom('finding')
        .innerJoin('host', 'host.id', 'finding.host_id')
        .select('fingerprint')
        .where('host.name', '=', host)
        .where('closed_at', 'is', null)
        .where('fingerprint', 'in', chunk)
        .execute();
      for (const { fingerprint } of rows) found.add(findingKey(host, fingerprint));
    },
  );
  return found;
}

/** Keys of open troubles that nothing else ends, and that last came before a time. */
export async function readTold(
  db: Db,
  place: { channel: string; host: string },
  { kinds, before }: ToldAlerts,
): Promise<string[]> {
  const rows = await openParts(db, place)
    .select('alert_part.key')
    .where('alert_part.kind', 'in', kinds)
    .where('alert_part.last_at', '<', before)
    .execute();
  return rows.map(({ key }) => key);
}
