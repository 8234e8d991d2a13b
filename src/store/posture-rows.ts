import { sql } from 'kysely';
import type { HostScanPosture } from '../ports/scan-store.ts';
import type { HostPosture } from '../posture/assess-host.ts';
import { isoTime } from '../shared/time.ts';
import type { Publishing } from '../surface/publishing.ts';
import { inChunks, keyList } from './chunks.ts';
import { isInRange, readHosts } from './host-rows.ts';
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

/** Hosts of which the posture is kept. */
const KEPT_MAX = 2_000;
/** Hosts of one statement: a short row for each. */
const HOSTS_AT_ONCE = 500;

/** Reads postures of hosts as their newest good scans found them; hosts without one are left out. */
type ReadPostures = (db: Db, names: readonly string[]) => Promise<HostScanPosture[]>;

/**
 * The same for again and again: what a scan found never changes, so that it is read and parsed once, and nobody may
 * change what this gives.
 */
export function rememberPostures(): ReadPostures {
  const known = new Map<number, { scan: number; posture: HostPosture }>();
  return async (db, names) => {
    const found: HostScanPosture[] = [];
    const hosts = await readHosts(db, names);
    await inChunks(
      [...hosts.keys()],
      async (chunk) => {
        const newest = await readNewestGoods(db, chunk);
        const isKnown = ({ host_id, graded }: (typeof newest)[number]) =>
          graded === null || known.get(host_id)?.scan === graded;
        const read = await readGraded(
          db,
          newest.filter((one) => !isKnown(one)).map(({ graded }) => graded ?? 0),
        );
        for (const { host_id, finished_at, graded } of newest) {
          const own =
            graded === null ? null : (read.get(graded) ?? known.get(host_id)?.posture ?? null);
          if (graded !== null && own !== null && (known.has(host_id) || known.size < KEPT_MAX)) {
            known.set(host_id, { scan: graded, posture: own });
          }
          const host = hosts.get(host_id) ?? '';
          found.push({ host, scannedAt: isoTime(finished_at), posture: own });
        }
      },
      HOSTS_AT_ONCE,
    );
    return found;
  };
}

/** The part of these postures that tells how published ports are opened; hosts of which none tells it are left out. */
export async function readPublishing(
  db: Db,
  names: readonly string[],
): Promise<Map<string, Publishing>> {
  const found = new Map<string, Publishing>();
  const hosts = await readHosts(db, names);
  await inChunks([...hosts.keys()], async (chunk) => {
    const newest = await readNewestGoods(db, chunk);
    const rows = await db
      .selectFrom('scan')
      .select('host_id')
      .select(sql<Publishing | null>`posture_json -> 'publishing'`.as('publishing_json'))
      .where(sql<boolean>`id in (${keyList(newest.flatMap(({ graded }) => graded ?? []))})`)
      .execute();
    for (const { host_id, publishing_json: publishing } of rows) {
      if (publishing !== null) found.set(hosts.get(host_id) ?? '', publishing);
    }
  });
  return found;
}

/** Newest good scans, with the key of the scan whose posture stood after each. */
const readNewestGoods = (db: Db, hostIds: readonly number[]) =>
  db
    .selectFrom('host_summary')
    .innerJoin('scan as good', 'good.id', 'host_summary.last_good_scan_id')
    .select(['good.host_id', 'good.finished_at'])
    .select((eb) =>
      eb
        .selectFrom('scan')
        .select((each) => each.fn.max<number | null>('scan.id').as('id'))
        .whereRef('scan.host_id', '=', 'host_summary.host_id')
        .whereRef('scan.id', '<=', 'host_summary.last_good_scan_id')
        .where('scan.posture_json', 'is not', null)
        .as('graded'),
    )
    .where(isInRange('host_summary.host_id', hostIds))
    .execute();

/** Postures of scans by their keys. */
async function readGraded(
  db: Db,
  ids: readonly number[],
): Promise<Map<number, HostPosture | null>> {
  const found = new Map<number, HostPosture | null>();
  await inChunks(ids, async (chunk) => {
    const rows = await db
      .selectFrom('scan')
      .select(['id', 'posture_json'])
      .where(sql<boolean>`id in (${keyList(chunk)})`)
      .execute();
    for (const { id, posture_json } of rows) found.set(id, posture_json);
  });
  return found;
}
