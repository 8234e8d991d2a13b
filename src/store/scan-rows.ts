import type { Selectable } from 'kysely';
import type { ScanRecord } from '../ports/scan-record.ts';
import type { StoredScan } from '../ports/scan-store.ts';
import { isoTime } from '../shared/time.ts';
import { countRows, putRow } from './chunks.ts';
import { postureColumns, readPosture } from './posture-rows.ts';
import type { OpenCounts, ScanTable } from './scan-tables.ts';
import type { Db } from './schema.ts';
import { readUndecidedAt } from './undecided-rows.ts';

/** A stored scan's own columns that others need. */
export interface ScanKey {
  id: number;
  seenAt: number;
}

/** The scan with this id of the caller's; undefined when it was never stored. */
export const findScanKey = async (db: Db, uid: string): Promise<ScanKey | undefined> =>
  db
    .selectFrom('scan')
    .select(['id', 'seen_at as seenAt'])
    .where('uid', '=', uid)
    .executeTakeFirst();

/** Writes the scan and the host's summary, which points to it; its key. `standing`: the posture before it. */
export async function writeScan(
  db: Db,
  record: ScanRecord,
  { hostId, seenAt }: { hostId: number; seenAt: number },
  open: OpenCounts,
  standing: string | null,
): Promise<{ id: number; isGood: boolean }> {
  const isGood = record.engine !== null && record.containers !== null;
  const { id } = await db
    .insertInto('scan')
    .values({
      uid: record.id,
      host_id: hostId,
      started_at: Date.parse(record.startedAt),
      finished_at: Date.parse(record.finishedAt),
      seen_at: seenAt,
      is_good: isGood ? 1 : 0,
      engine_id: record.engine?.id ?? null,
      engine_version: record.engine?.version ?? null,
      api_version: record.engine?.apiVersion ?? null,
      clock_ahead_ms: record.engine?.clockAheadMs ?? null,
      answered: record.coverage.answered,
      unknown: record.coverage.unknown,
      not_applicable: record.coverage.notApplicable,
      total: record.coverage.total,
      unread_sections_json: JSON.stringify(record.unreadSections),
      ...postureColumns(record.posture, standing),
      ...open,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const summary = { last_scan_id: id, ...(isGood ? { last_good_scan_id: id } : {}), ...open };
  await putRow(db, 'host_summary', { host_id: hostId }, summary);
  return { id, isGood };
}

/** Good scans of a host at or after a time (epoch milliseconds). */
export const countGoodScans = (db: Db, host: string, since: number): Promise<number> =>
  countRows(
    db
      .selectFrom('scan')
      .innerJoin('host', 'host.id', 'scan.host_id')
      .where('host.name', '=', host)
      .where('scan.is_good', '=', 1)
      .where('scan.seen_at', '>=', since),
  );

/** The newest scan of a host, or the newest good one; null before the first. */
export async function readNewestScan(
  db: Db,
  host: string,
  pointer: 'last_scan_id' | 'last_good_scan_id',
): Promise<Omit<StoredScan, 'accepted'> | null> {
  const row = await db
    .selectFrom('host_summary')
    .innerJoin('host', 'host.id', 'host_summary.host_id')
    .innerJoin('scan', 'scan.id', `host_summary.${pointer}`)
    .selectAll('scan')
    .where('host.name', '=', host)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    ...contentOf(row, host),
    undecided: await readUndecidedAt(db, row.host_id, row.seen_at),
    posture: await readPosture(db, row.host_id, row.id),
  };
}

/** What of its engine a scan could read; null when it could not. */
export const engineOf = ({
  engine_id: id,
  engine_version: version,
  api_version: apiVersion,
  clock_ahead_ms: clockAheadMs,
}: EngineRow): StoredScan['engine'] =>
  id !== null && version !== null && apiVersion !== null
    ? { id, version, apiVersion, clockAheadMs }
    : null;

export type EngineRow = Pick<
  Selectable<ScanTable>,
  'engine_id' | 'engine_version' | 'api_version' | 'clock_ahead_ms'
>;

/** The columns of which `engineOf` makes it. */
export const engineColumns = [
  ...(['scan.engine_id', 'scan.engine_version'] as const),
  ...(['scan.api_version', 'scan.clock_ahead_ms'] as const),
] as const;

/** The columns of which `contentOf` makes a scan: without its posture, which takes kilobytes. */
export const contentColumns = [
  ...(['scan.uid', 'scan.host_id', 'scan.started_at', 'scan.finished_at', 'scan.seen_at'] as const),
  ...engineColumns,
  ...(['scan.answered', 'scan.unknown', 'scan.not_applicable', 'scan.total'] as const),
  ...(['scan.open_low', 'scan.open_medium', 'scan.open_high', 'scan.open_critical'] as const),
  'scan.unread_sections_json',
] as const;

/** A scan without what other tables know of it; `open` counts accepted findings too. */
export const contentOf = (
  row: Omit<Selectable<ScanTable>, 'id' | 'is_good' | 'posture_json' | 'score' | 'grade'>,
  host: string,
): Omit<StoredScan, 'accepted' | 'undecided' | 'posture'> => ({
  id: row.uid,
  host,
  startedAt: isoTime(row.started_at),
  finishedAt: isoTime(row.finished_at),
  engine: engineOf(row),
  coverage: {
    answered: row.answered,
    unknown: row.unknown,
    notApplicable: row.not_applicable,
    total: row.total,
  },
  unreadSections: row.unread_sections_json,
  open: {
    low: row.open_low,
    medium: row.open_medium,
    high: row.open_high,
    critical: row.open_critical,
  },
});
