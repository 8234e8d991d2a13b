import type { Kysely } from 'kysely';
import type { HostChanges } from '../ports/scan-store.ts';
import { isoTime } from '../shared/time.ts';
import { type FindingRow, readRows, showNow } from './finding-rows.ts';
import type { ScannedHost } from './host-rows.ts';
import type { Tables } from './schema.ts';

/** Compares the findings of a host now with those at a time; null before its first good scan. */
export async function readFindingChanges(
  db: Kysely<Tables>,
  host: ScannedHost,
  since: number,
): Promise<HostChanges | null> {
  const base = await readBase(db, host.id, since);
  if (base === null || host.lastGoodAt === null) return null;
  const rows = await readRows(db, host.id, (eb) =>
    eb.or([eb('opened_at', '>', base), eb('closed_at', '>', base)]),
  );
  const histories = new Map<string, FindingRow[]>();
  for (const row of rows) {
    histories.set(row.fingerprint, [...(histories.get(row.fingerprint) ?? []), row]);
  }
  const found: HostChanges = {
    host: host.name,
    from: isoTime(base),
    isFromFirstScan: base > since,
    to: isoTime(host.lastGoodAt),
    changes: [],
    passing: [],
  };
  const show = await showNow(db, host, rows);
  for (const history of histories.values()) {
    const before = history.find((row) => row.opened_at <= base);
    const after = history.find((row) => row.closed_at === null);
    const last = history.at(-1);
    if (before !== undefined || after !== undefined) {
      found.changes.push({
        before: before === undefined ? null : show(before),
        after: after === undefined ? null : show(after),
      });
    } else if (last !== undefined) {
      found.passing.push(show(last));
    }
  }
  return found;
}

/** Time of the newest good scan that is not later than `since`, else of the first good one. */
async function readBase(db: Kysely<Tables>, hostId: number, since: number): Promise<number | null> {
  const good = db.selectFrom('scan').where('host_id', '=', hostId).where('is_good', '=', 1);
  const { base } = await good
    .select((eb) => eb.fn.max('seen_at').as('base'))
    .where('seen_at', '<=', since)
    .executeTakeFirstOrThrow();
  if (base !== null) return base;
  const { first } = await good
    .select((eb) => eb.fn.min('seen_at').as('first'))
    .executeTakeFirstOrThrow();
  return first;
}
