import { type Selectable, sql } from 'kysely';
import type { BlindInterval } from '../ports/past.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import { compareText } from '../shared/text.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { gather, idsOf, keyList } from './chunks.ts';
import { isInRange, isOfHosts, type ScannedHost } from './host-rows.ts';
import type { ScanTable } from './scan-tables.ts';
import type { Db } from './schema.ts';

/** A host as far as its blind times are asked for. */
type Host = Pick<ScannedHost, 'id' | 'name'>;

/**
 * Those of the hosts that cannot be read now, and with `since` (epoch milliseconds) those that could not at some time that was
 * not over then: a statement each for all of them.
 */
export async function readBlindHosts(
  db: Db,
  hosts: ReadonlyMap<number, string>,
  since: number | null,
): Promise<Host[]> {
  const ids = [...hosts.keys()];
  const now = await db
    .selectFrom('host_summary')
    .select('host_id')
    .where(isInRange('host_id', ids))
    .where(sql<boolean>`last_scan_id != coalesce(last_good_scan_id, 0)`)
    .execute();
  const then = since === null ? [] : await readBlindSince(db, ids, since);
  const blind = new Set([...now, ...then].map(({ host_id }) => host_id));
  return [...hosts].flatMap(([id, name]) => (blind.has(id) ? { id, name } : []));
}

const readBlindSince = (db: Db, ids: readonly number[], since: number) =>
  db
    .selectFrom('scan')
    .select('host_id')
    .distinct()
    .where('is_good', '=', 0)
    .where(isOfHosts('host_id', ids))
    .where((eb) =>
      eb.or([
        eb('seen_at', '>', since),
        eb.not(
          eb.exists(
            eb
              .selectFrom('scan as good')
              .select('good.id')
              .whereRef('good.host_id', '=', 'scan.host_id')
              .where('good.is_good', '=', 1)
              .whereRef('good.seen_at', '>', 'scan.seen_at')
              .where('good.seen_at', '<=', since),
          ),
        ),
      ]),
    )
    .execute();

/** A host that has been down for long has very many scans since. */
const HOSTS_AT_ONCE = 10;

/**
 * Times in which hosts could not be read that were not over at `since` (epoch milliseconds), host by host, each from its first
 * failed scan to the next good one.
 */
export function readBlindIntervals(
  db: Db,
  hosts: readonly Host[],
  since: number,
): Promise<BlindInterval[]> {
  return gather(
    hosts,
    async (chunk) => {
      const found = await readScansSince(db, idsOf(chunk), since);
      const scans = Map.groupBy(found, (one) => one.host_id);
      return chunk.flatMap(({ id, name }) => intervalsOf(name, scans.get(id) ?? []));
    },
    HOSTS_AT_ONCE,
  );
}

type BlindScan = Awaited<ReturnType<typeof readScansSince>>[number];

/** Scans after the last good one at `since`, by which a host that was down then was so from there on; each with the time of that one. */
async function readScansSince(db: Db, ids: readonly number[], since: number) {
  // Where each begins is looked up first: PostgreSQL would look it up for every scan.
  const { rows } = await sql<
    Pick<Selectable<ScanTable>, 'host_id' | 'seen_at' | 'is_good' | 'unread_sections_json'> & {
      good_at: number | null;
    }
  >`
    with beginning as materialized (
      select host.id as host_id, (select max(good.seen_at) from scan as good
        where good.host_id = host.id and good.is_good = 1 and good.seen_at <= ${since}) as good_at
      from host where host.id in (${keyList(ids)}))
    select scan.host_id, scan.seen_at, scan.is_good, scan.unread_sections_json, beginning.good_at
    from beginning inner join scan
      on scan.host_id = beginning.host_id and scan.seen_at > coalesce(beginning.good_at, 0)
    order by scan.seen_at`.execute(db);
  return rows;
}

function intervalsOf(host: string, scans: readonly BlindScan[]): BlindInterval[] {
  const intervals: BlindInterval[] = [];
  let lastGood = isoTimeOrNull(scans[0]?.good_at ?? null);
  let current: BlindInterval | null = null;
  for (const scan of scans) {
    const at = isoTime(scan.seen_at);
    if (scan.is_good === 1) {
      if (current !== null) current.to = at;
      current = null;
      lastGood = at;
    } else if (current === null) {
      const cause = causeOf(scan.unread_sections_json);
      current = { kind: 'scan', host, from: at, to: null, lastGood, failedScans: 1, cause };
      intervals.push(current);
    } else {
      current.failedScans += 1;
    }
  }
  return intervals;
}

/** A scan is good when engine and containers were read, so one of the two says why it is not. */
function causeOf(unread: readonly UnreadSection[]): string {
  const deciding = unread.find(({ section }) => section === 'engine' || section === 'containers');
  return deciding?.reason ?? 'the engine could not be read';
}

/** Order of intervals of several hosts. */
export const byHostAndTime = (a: BlindInterval, b: BlindInterval): number =>
  compareText(a.host, b.host) || compareText(a.from, b.from);
