import { expressionBuilder } from 'kysely';
import { type Acceptance, decisionState } from '../findings/acceptance.ts';
import { findingKey } from '../ports/alert-store.ts';
import type { AlertAcceptance, HostNews } from '../ports/host-news.ts';
import { newestAcceptances, readAcceptances } from './acceptance-rows.ts';
import type { LookedHost } from './alert-cursor.ts';
import { idsOf, inChunks } from './chunks.ts';
import { readRows, showNow } from './finding-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import type { OpenPart } from './open-troubles.ts';
import type { Db, Tables } from './schema.ts';

/** Acceptances of hosts that hold at a time, by the name of the host. */
export async function readInForce(
  db: Db,
  hosts: readonly ScannedHost[],
  at: number,
): Promise<ReadonlyMap<string, Acceptance[]>> {
  const rows = await readAcceptances(db, hosts, true);
  const inForce = rows.flatMap(({ acceptance }) =>
    decisionState(acceptance, at) === 'in-force' ? acceptance : [],
  );
  return Map.groupBy(inForce, ({ host }) => host);
}

/**
 * Whether the findings that the open parts of alerts on a host speak of are accepted. Of what came after
 * an acceptance it was asked then whether it is what was accepted; until a scan judges it that holds.
 */
export function partAcceptances(
  host: ScannedHost,
  parts: readonly OpenPart[],
  inForce: readonly Acceptance[],
  at: number,
): AlertAcceptance[] {
  const byKey = new Map(
    inForce.map((one) => [findingKey(host.name, one.fingerprint), one] as const),
  );
  return parts.flatMap(({ kind, key, until: shownUntil, lastAt }) => {
    if (kind !== 'finding') return [];
    const held = byKey.get(key);
    if (held === undefined) return shownUntil === null ? [] : { key, at, accepted: null };
    const until = Date.parse(held.until);
    const isJudged = Math.max(Date.parse(held.madeAt), host.lastGoodAt ?? 0) >= lastAt;
    return until === shownUntil || !isJudged ? [] : { key, at, accepted: { by: held.by, until } };
  });
}

/** Open findings of hosts whose newest acceptance ended, or ran out, since a channel looked; by the key of the host. */
export async function readLapsed(
  db: Db,
  hosts: readonly LookedHost[],
  at: number,
): Promise<ReadonlyMap<number, HostNews['lapsed']>> {
  const rows = Map.groupBy(await readEnded(db, hosts, at), (row) => row.host_id);
  const lapsed = new Map<number, HostNews['lapsed']>();
  for (const host of hosts) {
    const from = host.cursor.blindAt;
    const own = (rows.get(host.id) ?? []).filter(
      ({ ended_at: endedAt, until_at: untilAt }) => untilAt > from || (endedAt ?? 0) > from,
    );
    if (own.length > 0) lapsed.set(host.id, await readLapsedOf(db, host, own));
  }
  return lapsed;
}

/** The newest acceptances of findings that are over, and were not before the channel looked at the first of the hosts. */
function readEnded(db: Db, hosts: readonly LookedHost[], at: number) {
  const from = Math.min(...hosts.map(({ cursor }) => cursor.blindAt));
  return newestAcceptances(
    db,
    expressionBuilder<Tables, 'acceptance'>()('host_id', 'in', idsOf(hosts)),
  )
    .where((eb) => eb.or([eb('ended_at', '>', from), eb('until_at', '>', from)]))
    .where((eb) => eb.or([eb('ended_at', 'is not', null), eb('until_at', '<=', at)]))
    .execute();
}

async function readLapsedOf(
  db: Db,
  host: ScannedHost,
  rows: Awaited<ReturnType<typeof readEnded>>,
): Promise<HostNews['lapsed']> {
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
