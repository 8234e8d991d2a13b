import { type Acceptance, decisionState } from '../findings/acceptance.ts';
import { findingKey } from '../ports/alert-store.ts';
import type { AlertAcceptance, HostNews } from '../ports/host-news.ts';
import { readAcceptances } from './acceptance-rows.ts';
import { inChunks } from './chunks.ts';
import { readRows, showNow } from './finding-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import { openParts } from './open-troubles.ts';
import type { Db } from './schema.ts';

/** Acceptances of a host that hold at a time. */
export async function readInForce(db: Db, host: ScannedHost, at: number): Promise<Acceptance[]> {
  const rows = await readAcceptances(db, [host], true);
  return rows.flatMap(({ acceptance }) =>
    decisionState(acceptance, at) === 'in-force' ? acceptance : [],
  );
}

/**
 * Whether the findings that open alerts of a channel speak of are accepted. Of what came after
 * an acceptance it was asked then whether it is what was accepted; until a scan judges it that holds.
 */
export async function readPartAcceptances(
  db: Db,
  channel: string,
  host: ScannedHost,
  at: number,
): Promise<AlertAcceptance[]> {
  const parts = await openParts(db, { channel, host: host.name })
    .select([
      'alert_part.key',
      'alert_part.accepted_until as until',
      'alert_part.last_at as lastAt',
    ])
    .where('alert_part.kind', '=', 'finding')
    .execute();
  if (parts.length === 0) return [];
  const inForce = await readInForce(db, host, at);
  const byKey = new Map(
    inForce.map((one) => [findingKey(host.name, one.fingerprint), one] as const),
  );
  return parts.flatMap(({ key, until: shownUntil, lastAt }) => {
    const held = byKey.get(key);
    if (held === undefined) return shownUntil === null ? [] : { key, at, accepted: null };
    const until = Date.parse(held.until);
    const isJudged = Math.max(Date.parse(held.madeAt), host.lastGoodAt ?? 0) >= lastAt;
    return until === shownUntil || !isJudged ? [] : { key, at, accepted: { by: held.by, until } };
  });
}

/** Open findings whose newest acceptance ended, or ran out, after a time. */
export async function readLapsed(
  db: Db,
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
