import type { Kysely } from 'kysely';
import { type AlertAcceptance, findingKey, type HostNews } from '../ports/alert-store.ts';
import { inChunks } from './chunks.ts';
import { readRows, showNow } from './finding-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import type { Tables } from './schema.ts';

/** Whether the findings that open alerts of a channel speak of are accepted. */
export async function readPartAcceptances(
  db: Kysely<Tables>,
  channel: string,
  host: ScannedHost,
  at: number,
): Promise<AlertAcceptance[]> {
  const parts = await db
    .selectFrom('alert_part')
    .innerJoin('alert', 'alert.id', 'alert_part.alert_id')
    .select(['alert_part.key', 'alert_part.accepted_until as until'])
    .where('alert.channel', '=', channel)
    .where('alert.host', '=', host.name)
    .where('alert.resolved_at', 'is', null)
    .where('alert_part.kind', '=', 'finding')
    .where('alert_part.resolved_at', 'is', null)
    .execute();
  if (parts.length === 0) return [];
  const inForce = await db
    .selectFrom('acceptance')
    .select(['fingerprint', 'made_by', 'until_at'])
    .where('host_id', '=', host.id)
    .where('ended_at', 'is', null)
    .where('until_at', '>', at)
    .execute();
  const byKey = new Map(
    inForce.map((one) => [
      findingKey(host.name, one.fingerprint),
      { by: one.made_by, until: one.until_at },
    ]),
  );
  return parts
    .filter(({ key, until }) => (byKey.get(key)?.until ?? null) !== until)
    .map(({ key }) => ({ key, at, accepted: byKey.get(key) ?? null }));
}

/** Open findings whose newest acceptance ended, or ran out, after a time. */
export async function readLapsed(
  db: Kysely<Tables>,
  host: ScannedHost,
  { from, at }: { from: number; at: number },
): Promise<HostNews['lapsed']> {
  const rows = await db
    .selectFrom('acceptance')
    .select(['fingerprint', 'until_at', 'ended_at', 'ended_by', 'ended_kind'])
    .where('host_id', '=', host.id)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('acceptance')
        .select((each) => each.fn.max('acceptance.id').as('id'))
        .where('host_id', '=', host.id)
        .groupBy('fingerprint'),
    )
    .where((eb) => eb.or([eb('ended_at', '>', from), eb('until_at', '>', from)]))
    .where((eb) => eb.or([eb('ended_at', 'is not', null), eb('until_at', '<=', at)]))
    .execute();
  const ended = new Map(rows.map((row) => [row.fingerprint, row]));
  const lapsed: HostNews['lapsed'] = [];
  await inChunks([...ended.keys()], async (chunk) => {
    const found = await readRows(db, host.id, (eb) =>
      eb.and([eb('closed_at', 'is', null), eb('fingerprint', 'in', chunk)]),
    );
    const show = await showNow(db, host, found);
    for (const row of found) {
      const end = ended.get(row.fingerprint);
      if (end === undefined) continue;
      const isPersons = end.ended_at !== null && end.ended_kind === 'withdrawn';
      lapsed.push({
        finding: show(row),
        at: Math.min(end.ended_at ?? end.until_at, end.until_at),
        by: isPersons ? end.ended_by : null,
      });
    }
  });
  return lapsed;
}
