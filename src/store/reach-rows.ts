import type { Kysely } from 'kysely';
import type { ScanRecord } from '../answers/ports.ts';
import type { ReachFacts } from '../paths/reach-facts.ts';
import type { Tables } from './schema.ts';
import { stableJson } from './stable-json.ts';

/**
 * What the column of a new scan of this host holds: null when what stands is the same, and for a scan
 * that could not read the host, whose containers stay as they were known.
 */
export async function reachColumn(
  db: Kysely<Tables>,
  hostId: number,
  { reach, engine, containers }: ScanRecord,
): Promise<string | null> {
  if (reach === null || engine === null || containers === null) return null;
  const standing = await newest(db, hostId);
  const isSame = standing !== null && stableJson(standing) === stableJson(reach);
  return isSame ? null : JSON.stringify(reach);
}

/** By the newest scan that could read the host; null when none of this version did. */
export async function readReachFacts(db: Kysely<Tables>, host: string): Promise<ReachFacts | null> {
  const row = await db.selectFrom('host').select('id').where('name', '=', host).executeTakeFirst();
  return row === undefined ? null : newest(db, row.id);
}

async function newest(db: Kysely<Tables>, hostId: number): Promise<ReachFacts | null> {
  const row = await db
    .selectFrom('scan')
    .select('reach_json')
    .where('host_id', '=', hostId)
    .where('reach_json', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.reach_json ?? null;
}
