import type { Kysely } from 'kysely';
import type { HostPosture } from '../posture/assess-host.ts';
import type { Tables } from './schema.ts';
import { stableJson } from './stable-json.ts';

/**
 * What the column of a new scan of this host holds: null when its posture is the one that stands,
 * so that a host that stays as it is costs nothing.
 */
export async function postureColumn(
  db: Kysely<Tables>,
  hostId: number,
  posture: HostPosture,
): Promise<string | null> {
  const standing = await readPosture(db, hostId, Number.MAX_SAFE_INTEGER);
  const isSame = standing !== null && stableJson(standing) === stableJson(posture);
  return isSame ? null : JSON.stringify(posture);
}

/** The posture of a host in the scan with this key; null for scans older than postures. */
export async function readPosture(
  db: Kysely<Tables>,
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
