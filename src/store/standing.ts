import { sql } from 'kysely';
import type { ScannedHost } from './host-rows.ts';
import type { Db } from './schema.ts';

/** What is stored of a host before a scan of it is, with JSON as its text. */
export interface Standing {
  /** Null before the first scan. */
  host: ScannedHost | null;
  /** The time of this very scan, where it was stored before. */
  storedAt: number | null;
  posture: string | null;
  reach: string | null;
  images: string | null;
  defaults: string | null;
}

type Row = Omit<Standing, 'host'> & Record<'lastScanId' | 'lastAt' | 'lastGoodAt', number | null>;

/** As one statement reads it. `uid`: the caller's id of the scan. */
export async function readStanding(
  db: Db,
  { id, name }: { id: number; name: string },
  uid: string,
): Promise<Standing> {
  const row = await db
    .selectFrom('host')
    .leftJoin('host_summary', 'host_summary.host_id', 'host.id')
    .leftJoin('reach_facts', 'reach_facts.host_id', 'host.id')
    .leftJoin('image_files', 'image_files.host_id', 'host.id')
    .select(['host_summary.last_scan_id as lastScanId', 'reach_facts.facts_json as reach'])
    .select('image_files.images_json as images')
    .select(({ selectFrom }) => [
      selectFrom('scan')
        .select('seen_at')
        .whereRef('scan.id', '=', 'host_summary.last_scan_id')
        .as('lastAt'),
      selectFrom('scan')
        .select('seen_at')
        .whereRef('scan.id', '=', 'host_summary.last_good_scan_id')
        .as('lastGoodAt'),
      selectFrom('scan').select('seen_at').where('uid', '=', uid).as('storedAt'),
      // As numbers of the text: a statement with a limit that is handed over is not kept.
      selectFrom('scan')
        .select('posture_json')
        .whereRef('scan.host_id', '=', 'host.id')
        .where('posture_json', 'is not', null)
        .orderBy('scan.id', 'desc')
        .limit(sql.lit(1))
        .as('posture'),
      selectFrom('engine_defaults')
        .select('defaults_json')
        .whereRef('engine_defaults.host_id', '=', 'host.id')
        .orderBy('engine_defaults.id', 'desc')
        .limit(sql.lit(1))
        .as('defaults'),
    ])
    .where('host.id', '=', id)
    // Only columns whose names end in `_json` come back parsed.
    .$castTo<Row>()
    .executeTakeFirstOrThrow();
  const { lastScanId, lastAt, lastGoodAt, ...standing } = row;
  return {
    ...standing,
    host: lastScanId && lastAt !== null ? { id, name, lastScanId, lastAt, lastGoodAt } : null,
  };
}
