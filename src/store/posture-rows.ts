import { type NotNull, sql } from 'kysely';
import type { HostScanPosture } from '../ports/scan-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { isoTime } from '../shared/time.ts';
import { gather, inKeyOrder, keyList, rowsAtOnce } from './chunks.ts';
import { inOrderOf, isInRange, type KnownHosts } from './host-rows.ts';
import { keeping } from './keeping.ts';
import { sharingJson } from './parse-json-columns.ts';
import type { Db } from './schema.ts';
import { stableJson } from './stable-json.ts';

/**
 * What the columns of a new scan of a host hold: null when its posture is the one that stands, which is given
 * as its text, so that a host that stays as it is costs nothing.
 */
export function postureColumns(
  posture: HostPosture,
  standing: string | null,
): { posture_json: string | null; score: number | null; grade: string | null } {
  const columns = columnsOf(posture);
  const isSame =
    standing !== null &&
    (standing === columns.posture_json || stableJson(JSON.parse(standing)) === stableJson(posture));
  return isSame ? { posture_json: null, score: null, grade: null } : columns;
}

/** A posture as the columns of the scan that found it. */
export const columnsOf = (posture: HostPosture) => ({
  posture_json: JSON.stringify(posture),
  score: posture.score,
  grade: posture.grade,
});

/** The posture of a host in the scan with this key; null for scans older than postures. */
export async function readPosture(
  db: Db,
  hostId: number,
  scanId: number,
): Promise<HostPosture | null> {
  const row = await db
    .selectFrom('scan')
    .select('posture_json')
    .where('host_id', '=', hostId)
    .where('id', '<=', scanId)
    .where('posture_json', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.posture_json ?? null;
}

/** Characters of the text of all postures that are kept: those of a few thousand hosts, mostly. */
const KEPT_LENGTH_MAX = 32_000_000;

/** Reads postures of hosts as their newest good scans found them, in order of name; hosts without one are left out. */
type ReadPostures = (db: Db, known: KnownHosts) => Promise<HostScanPosture[]>;

/**
 * Keeps postures between calls: what a scan found never changes, so that it is read and parsed once, and nobody may
 * change what this gives. What was asked for last is kept, up to so much text.
 */
export function rememberPostures(lengthMax = KEPT_LENGTH_MAX): ReadPostures {
  const kept = keeping<Standing>(lengthMax, ({ graded }) => graded?.length ?? 0);
  return async (db, { hosts, newest }) => {
    // Once, before this waits: meanwhile another may keep what a later scan found.
    const before = kept.of(newest.keys());
    const found = new Map<number, Standing>();
    const missing: number[] = [];
    for (const [hostId, { goodId, goodAt }] of newest) {
      const own = before.get(hostId);
      if (own?.goodId === goodId && own.goodAt === goodAt) found.set(hostId, own);
      else if (goodId !== 0) missing.push(hostId);
    }
    const read = (chunk: number[]) => readStanding(db, chunk, before);
    for (const one of await gather(inKeyOrder(missing), read, rowsAtOnce(db))) {
      found.set(one.hostId, one);
    }
    kept.keep(found, before);
    return inOrderOf(hosts, found).map(([host, { scannedAt, graded }]) => {
      return { host, scannedAt, posture: graded?.posture ?? null };
    });
  };
}

/** The newest good scan of a host, with the posture that stood after it. */
interface Standing {
  hostId: number;
  goodId: number;
  /** With the key, which another scan may have once a backup took the place of the database. */
  goodAt: number;
  scannedAt: string;
  /** Null for scans older than postures. */
  graded: GradedScan | null;
}

/** A scan with the posture that it found. */
interface GradedScan {
  id: number;
  seenAt: number;
  posture: Readonly<HostPosture>;
  /** Of its text. */
  length: number;
}

/** What stands for these hosts. A posture that stood `before` is not read again. */
async function readStanding(
  db: Db,
  hostIds: readonly number[],
  before: ReadonlyMap<number, Standing>,
): Promise<Standing[]> {
  const newest = await readNewestGoods(db, hostIds);
  const known = new Map<number, GradedScan>();
  for (const { host_id, graded, graded_at } of newest) {
    const own = before.get(host_id)?.graded;
    if (own && own.id === graded && own.seenAt === graded_at) known.set(own.id, own);
  }
  const missing = newest.flatMap(({ graded }) => graded ?? []).filter((id) => !known.has(id));
  const read = await readGraded(db, missing);
  return newest.map(({ host_id: hostId, id, seen_at, finished_at, graded }) => {
    const own = graded === null ? null : (known.get(graded) ?? read.get(graded));
    if (own === undefined) throw new Error(`scan ${graded} has lost its posture`);
    return { hostId, goodId: id, goodAt: seen_at, scannedAt: isoTime(finished_at), graded: own };
  });
}

/** Newest good scans, with key and time of the scan whose posture stood after each: an index has both. */
const readNewestGoods = (db: Db, hostIds: readonly number[]) =>
  db
    .selectFrom('host_summary')
    .innerJoin('scan as good', 'good.id', 'host_summary.last_good_scan_id')
    .select(['good.host_id', 'good.id', 'good.seen_at', 'good.finished_at'])
    .select((eb) => {
      const graded = eb
        .selectFrom('scan')
        .whereRef('scan.host_id', '=', 'host_summary.host_id')
        .whereRef('scan.id', '<=', 'host_summary.last_good_scan_id')
        .where('scan.posture_json', 'is not', null)
        .orderBy('scan.id', 'desc')
        .limit(1);
      return [
        graded.select('scan.id').as('graded'),
        graded.select('scan.seen_at').as('graded_at'),
      ] as const;
    })
    .where(isInRange('host_summary.host_id', hostIds))
    .execute();

/** Scans by their keys, with the postures that they found. */
async function readGraded(db: Db, ids: readonly number[]): Promise<Map<number, GradedScan>> {
  const sharing = sharingJson(db);
  const found = await gather(ids, (chunk) =>
    sharing
      .selectFrom('scan')
      .select(['id', 'seen_at as seenAt', 'posture_json'])
      .select(sql<number>`length(cast(posture_json as text))`.as('length'))
      .where(sql<boolean>`id in (${keyList(chunk)})`)
      .where('posture_json', 'is not', null)
      .$narrowType<{ posture_json: NotNull }>()
      .execute(),
  );
  return new Map(
    found.map(({ posture_json: posture, ...one }) => [one.id, { ...one, posture }] as const),
  );
}
