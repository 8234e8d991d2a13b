import type { BlindInterval } from '../ports/past.ts';
import type { UnreadSection } from '../ports/scan-record.ts';
import { compareText } from '../shared/text.ts';
import { isoTime, isoTimeOrNull } from '../shared/time.ts';
import { idsOf } from './chunks.ts';
import { isOfHosts, type ScannedHost } from './host-rows.ts';
import type { Db } from './schema.ts';

/**
 * Those of the hosts that could not be read at some time that was not over at `since` (epoch milliseconds):
 * one statement for all of them, and none where nothing was scanned since and all could be read.
 */
export async function readBlindHosts<Host extends ScannedHost>(
  db: Db,
  hosts: readonly Host[],
  since: number,
): Promise<Host[]> {
  const isReadNow = ({ lastAt, lastGoodAt }: ScannedHost) => lastGoodAt === lastAt;
  const scannedSince = hosts.filter((host) => isReadNow(host) && host.lastAt > since);
  const rows =
    scannedSince.length === 0
      ? []
      : await db
          .selectFrom('scan')
          .select('host_id')
          .distinct()
          .where('is_good', '=', 0)
          .where(isOfHosts('host_id', idsOf(scannedSince)))
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
  const blind = new Set(rows.map(({ host_id }) => host_id));
  return hosts.filter((host) => !isReadNow(host) || blind.has(host.id));
}

/**
 * Times in which a host could not be read that were not over at `since` (epoch milliseconds), each
 * from its first failed scan to the next good one.
 */
export async function readBlindIntervals(
  db: Db,
  host: Pick<ScannedHost, 'id' | 'name'>,
  since: number,
): Promise<BlindInterval[]> {
  const lastGoodAt = await readLastGoodAt(db, host.id, since);
  const scans = await db
    .selectFrom('scan')
    .select(['seen_at', 'is_good', 'unread_sections_json'])
    .where('host_id', '=', host.id)
    .where('seen_at', '>', lastGoodAt ?? 0)
    .orderBy('seen_at')
    .execute();
  const intervals: BlindInterval[] = [];
  let lastGood = isoTimeOrNull(lastGoodAt);
  let current: BlindInterval | null = null;
  for (const scan of scans) {
    const at = isoTime(scan.seen_at);
    if (scan.is_good === 1) {
      if (current !== null) current.to = at;
      current = null;
      lastGood = at;
    } else if (current === null) {
      const cause = causeOf(scan.unread_sections_json);
      current = {
        kind: 'scan',
        host: host.name,
        from: at,
        to: null,
        lastGood,
        failedScans: 1,
        cause,
      };
      intervals.push(current);
    } else {
      current.failedScans += 1;
    }
  }
  return intervals;
}

/** A host that was down at `since` was so from its last good scan before on. */
async function readLastGoodAt(db: Db, hostId: number, since: number): Promise<number | null> {
  const { lastGoodAt } = await db
    .selectFrom('scan')
    .select((eb) => eb.fn.max('seen_at').as('lastGoodAt'))
    .where('host_id', '=', hostId)
    .where('is_good', '=', 1)
    .where('seen_at', '<=', since)
    .executeTakeFirstOrThrow();
  return lastGoodAt;
}

/** A scan is good when engine and containers were read, so one of the two says why it is not. */
function causeOf(unread: readonly UnreadSection[]): string {
  const deciding = unread.find(({ section }) => section === 'engine' || section === 'containers');
  return deciding?.reason ?? 'the engine could not be read';
}

/** Order of intervals of several hosts. */
export const byHostAndTime = (a: BlindInterval, b: BlindInterval): number =>
  compareText(a.host, b.host) || compareText(a.from, b.from);
