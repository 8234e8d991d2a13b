import { type GeneratedAlways, type JSONColumnType, sql } from 'kysely';
import { compareFindings } from '../findings/compare.ts';
import type { ObservedContainer, ScanRecord } from '../ports/scan-record.ts';
import type { EndedByScan, SavedScan } from '../ports/scan-store.ts';
import { readAcceptances, voidAcceptances, withAcceptances, withThese } from './acceptance-rows.ts';
import { writeContainers } from './container-rows.ts';
import type { Database } from './database.ts';
import {
  countOpen,
  readClosedAt,
  readOpenFindings,
  readOpenRows,
  showNow,
  toOpenRow,
  writeFindings,
} from './finding-rows.ts';
import { ensureHost, readScannedHosts, type ScannedHost } from './host-rows.ts';
import { inventoriesByImage, writeImageList, writeImages } from './image-rows.ts';
import { keepInventories, type SurfaceColumns } from './inventory-rows.ts';
import type { PackageBudget } from './package-budget.ts';
import { writeReachFacts } from './reach-rows.ts';
import { endWithScan, holdToEnd } from './scan-jobs.ts';
import { findScanKey, writeScan } from './scan-rows.ts';
import { type Db, HISTORY, type Life, remove } from './schema.ts';
import { writeUndecided } from './undecided-rows.ts';

interface Writing {
  host: { id: number; name: string };
  standing: Standing;
  surfaceOf: (container: ObservedContainer) => SurfaceColumns;
  now: number;
}

/**
 * Writes a scan, all of it or nothing, and tells what it changed. A scan that is stored already is not
 * written again. The times of one host's scans always grow: where clocks disagree, a scan counts as one
 * millisecond later than the one before. `now`: for the state of acceptances. A job ends in the same transaction,
 * see `ScanStore`.
 */
export async function saveScan(
  database: Pick<Database, 'write'>,
  record: ScanRecord,
  { now, budget, job }: { now: number; budget: PackageBudget; job: EndedByScan | undefined },
): Promise<SavedScan> {
  const { containers, startedAt, host } = record;
  const seenAt = Date.parse(startedAt);
  const isRoom = (packages: number) => budget.take(host, packages);
  const surfaceOf = await keepInventories(database, seenAt, containers ?? [], isRoom);
  return database.write(async (db) => {
    const host = {
      id: await ensureHost(db, record.host, record.engine?.id ?? null),
      name: record.host,
    };
    // After its host, which it may have to wait for: meanwhile its job can be asked about, and shows signs of life.
    const ending = job && (await holdToEnd(db, job.held));
    const standing = await readStanding(db, host, record.id);
    const saved =
      standing.storedAt === null
        ? await write(db, record, { host, standing, surfaceOf, now })
        : await readSaved(db, record, now);
    if (job && ending) await endWithScan(db, job.held, job.resultOf(saved, ending.isBrief));
    return saved;
  });
}

async function write(db: Db, record: ScanRecord, writing: Writing): Promise<SavedScan> {
  const { host, standing, now } = writing;
  const startedAt = Date.parse(record.startedAt);
  const scan = {
    hostId: host.id,
    seenAt: standing.host === null ? startedAt : Math.max(startedAt, standing.host.lastAt + 1),
    lastGoodAt: standing.host?.lastGoodAt ?? null,
  };
  const before = await readOpenRows(db, host.id);
  const comparison = compareFindings(before.map(toOpenRow), record.findings, record.undecided);
  const isChanged = await writeFindings(db, scan, comparison);
  const finishedAt = Math.max(scan.seenAt, Date.parse(record.finishedAt));
  const acceptances = await readAcceptances(db, [host]);
  const isAnyVoid = await voidAcceptances(db, { host, acceptances }, record, finishedAt);
  await writeLists(db, record, scan, writing);
  await writeUndecided(db, host.id, scan.seenAt, record.undecided);
  const open = countOpen(comparison);
  const { id, isGood } = await writeScan(db, record, scan, open, standing.posture);
  const { seenAt, lastGoodAt } = scan;
  const after = {
    ...host,
    lastScanId: id,
    lastAt: seenAt,
    lastGoodAt: isGood ? seenAt : lastGoodAt,
  };
  // What stays untouched is not read again.
  const rows = isChanged ? await readOpenRows(db, host.id) : before;
  const decided = isAnyVoid ? await readAcceptances(db, [host]) : acceptances;
  return {
    open: withThese(decided, rows.map(await showNow(db, after, rows)), now),
    closed: comparison.closed.length === 0 ? [] : await readClosedAt(db, after, seenAt),
    isFirstScan: standing.host === null,
  };
}

/** What a scan listed takes the place of what was known of the host. */
async function writeLists(
  db: Db,
  record: ScanRecord,
  scan: { hostId: number; seenAt: number; lastGoodAt: number | null },
  { standing, surfaceOf }: Writing,
): Promise<void> {
  const { hostId } = scan;
  if (record.containers !== null) {
    const { containers, unreadContainerIds } = record;
    await writeContainers(db, scan, containers, unreadContainerIds, surfaceOf);
  }
  if (record.reach !== null) await writeReachFacts(db, hostId, record.reach, standing.reach);
  if (record.images !== null) await writeImages(db, hostId, record.images, standing.images);
  if (record.imageList !== null) {
    const inventories = inventoriesByImage(record.containers ?? [], surfaceOf);
    await writeImageList(db, scan, record.imageList, inventories);
  }
  if (record.engine?.defaults !== undefined) {
    await writeEngineDefaults(db, scan, record.engine.defaults, standing.defaults);
  }
}

/** What a scan changed that was stored before. */
async function readSaved(db: Db, record: ScanRecord, now: number): Promise<SavedScan> {
  const [host] = await readScannedHosts(db, [record.host]);
  const scan = await findScanKey(db, record.id);
  if (host === undefined || scan === undefined) throw new Error(`scan ${record.id} vanished`);
  const earlier = await db
    .selectFrom('scan')
    .select('id')
    .where('host_id', '=', host.id)
    .where('id', '<', scan.id)
    .limit(1)
    .executeTakeFirst();
  return {
    open: await withAcceptances(db, [host], await readOpenFindings(db, host), now),
    closed: await readClosedAt(db, host, scan.seenAt),
    isFirstScan: earlier === undefined,
  };
}

declare module './schema.ts' {
  interface Tables {
    engine_defaults: {
      id: GeneratedAlways<number>;
      host_id: number;
      at: number;
      defaults_json: JSONColumnType<string[]>;
    };
  }
}

export const engineDefaultsLife: Life = {
  until: `${HISTORY} it; the newest of each host stays`,
  why: 'changes of the security defaults of an engine',
  trims: [
    remove(
      'engine_defaults',
      ({ history }) =>
        sql`at < ${history} and id not in (select max(id) from engine_defaults group by host_id)`,
    ),
  ],
};

/** Keeps the security defaults of an engine when they are others than before, which is `standing`. */
async function writeEngineDefaults(
  db: Db,
  { hostId, seenAt }: { hostId: number; seenAt: number },
  defaults: readonly string[],
  standing: string | null,
): Promise<void> {
  const text = JSON.stringify(defaults);
  if (text === standing) return;
  await db
    .insertInto('engine_defaults')
    .values({ host_id: hostId, at: seenAt, defaults_json: text })
    .execute();
}

/** What is stored of a host before a scan of it is, with JSON as its text. */
interface Standing {
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
async function readStanding(
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
