import type { Kysely } from 'kysely';
import { indexUndecided } from '../findings/compare.ts';
import type { FindingName } from '../ports/intent.ts';
import type { AsOf, ClosedFinding } from '../ports/past.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { StoredFinding } from '../ports/stored-finding.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { isoTime } from '../shared/time.ts';
import { CHUNK_ROWS, readInChunks } from './chunks.ts';
import { newestRows, toStored as toStoredContainer } from './container-rows.ts';
import { baselineStateOf, readRows, toStored } from './finding-rows.ts';
import type { HostState } from './host-rows.ts';
import { readPosture } from './posture-rows.ts';
import { findScanKey } from './scan-rows.ts';
import type { Tables } from './schema.ts';
import { readUndecidedAt } from './undecided-rows.ts';

/**
 * The host as it was after one of its scans; null when that is the newest one or is not known,
 * because then it is as it is now.
 */
export async function readPastState(
  db: Kysely<Tables>,
  host: HostState,
  asOf: AsOf,
): Promise<HostState | null> {
  // A host may be called `constructor`.
  const scanUid = Object.hasOwn(asOf, host.name) ? asOf[host.name] : undefined;
  if (scanUid === undefined) return null;
  const scan = await findScanKey(db, scanUid);
  if (scan === undefined || scan.id === host.lastScanId) return null;
  const lastGoodAt = await goodScanAt(db, host.id, scan.seenAt);
  return { ...host, lastScanId: scan.id, lastAt: scan.seenAt, lastGoodAt };
}

/** Findings that were open after a scan, with what was last written of each. */
export async function readFindingsAt(
  db: Kysely<Tables>,
  past: HostState,
): Promise<StoredFinding[]> {
  const rows = await readRows(db, past.id, (eb) =>
    eb.and([
      eb('opened_at', '<=', past.lastAt),
      eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', past.lastAt)]),
    ]),
  );
  const findReason = indexUndecided(await readUndecidedAt(db, past.id, past.lastAt));
  return rows.map((row) => {
    const finding = { rule: row.rule_id, subjectKey: row.subject_key };
    return toStored(row, past, baselineStateOf(row, past), findReason(finding));
  });
}

/** Containers that existed at a scan, and with `includeGone` those that were gone by then. */
export async function readContainersAt(
  db: Kysely<Tables>,
  past: HostState,
  includeGone: boolean,
): Promise<StoredContainer[]> {
  const rows = await readInChunks((after) =>
    db
      .selectFrom('container')
      .selectAll()
      .where('host_id', '=', past.id)
      .where('opened_at', '<=', past.lastAt)
      .where((eb) => {
        const existed = eb.or([eb('closed_at', 'is', null), eb('closed_at', '>', past.lastAt)]);
        return includeGone ? eb.or([existed, eb('is_gone', '=', 1)]) : existed;
      })
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK_ROWS)
      .execute(),
  );
  return newestRows(rows).map((row) => {
    const existed = row.closed_at === null || row.closed_at > past.lastAt;
    return toStoredContainer(existed ? { ...row, closed_at: null } : row, past);
  });
}

/** When a finding was last closed; null while it is open, or when it was never known. */
export async function readClosedFinding(
  db: Kysely<Tables>,
  { host, fingerprint }: FindingName,
): Promise<ClosedFinding | null> {
  const row = await db
    .selectFrom('finding')
    .innerJoin('host', 'host.id', 'finding.host_id')
    .select(['finding.rule_id', 'finding.subject_key', 'finding.closed_at'])
    .where('host.name', '=', host)
    .where('finding.fingerprint', '=', fingerprint)
    .orderBy('finding.id', 'desc')
    .executeTakeFirst();
  if (row === undefined || row.closed_at === null) return null;
  return {
    rule: row.rule_id,
    subjectKey: row.subject_key,
    closedAt: isoTime(row.closed_at),
  };
}

/** Posture of a host by its newest good scan at or before a time; null without one. */
export async function readPostureAt(
  db: Kysely<Tables>,
  host: string,
  at: number,
): Promise<HostPosture | null> {
  const scan = await db
    .selectFrom('scan')
    .innerJoin('host', 'host.id', 'scan.host_id')
    .select(['scan.id', 'scan.host_id'])
    .where('host.name', '=', host)
    .where('scan.is_good', '=', 1)
    .where('scan.seen_at', '<=', at)
    .orderBy('scan.seen_at', 'desc')
    .executeTakeFirst();
  return scan === undefined ? null : readPosture(db, scan.host_id, scan.id);
}

async function goodScanAt(db: Kysely<Tables>, hostId: number, at: number): Promise<number | null> {
  const { newest } = await db
    .selectFrom('scan')
    .select((eb) => eb.fn.max('seen_at').as('newest'))
    .where('host_id', '=', hostId)
    .where('is_good', '=', 1)
    .where('seen_at', '<=', at)
    .executeTakeFirstOrThrow();
  return newest;
}
