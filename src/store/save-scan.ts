import { compareFindings } from '../findings/compare.ts';
import type { ObservedContainer, ScanRecord } from '../ports/scan-record.ts';
import type { EndedByScan, SavedScan } from '../ports/scan-store.ts';
import { voidAcceptances, withAcceptances } from './acceptance-rows.ts';
import { writeContainers } from './container-rows.ts';
import type { Database } from './database.ts';
import { writeEngineDefaults } from './engine-defaults.ts';
import {
  countOpen,
  readClosedAt,
  readOpenFindings,
  readOpenRows,
  writeFindings,
} from './finding-rows.ts';
import { ensureHost, readScannedHosts } from './host-rows.ts';
import { inventoriesByImage, writeImageList, writeImages } from './image-rows.ts';
import { keepInventories, type SurfaceColumns } from './inventory-rows.ts';
import type { PackageBudget } from './package-budget.ts';
import { writeReachFacts } from './reach-rows.ts';
import { endWithScan } from './scan-jobs.ts';
import { findScanKey, writeScan } from './scan-rows.ts';
import type { Db } from './schema.ts';
import { writeUndecided } from './undecided-rows.ts';

type SurfaceOf = (container: ObservedContainer) => SurfaceColumns;

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
    const hostId = await ensureHost(db, record.host, record.engine?.id ?? null);
    const known = await findScanKey(db, record.id);
    if (known === undefined) await write(db, record, hostId, surfaceOf);
    const saved = await readSaved(db, record, now);
    if (job) await endWithScan(db, job.held, (isBrief) => job.resultOf(saved, isBrief));
    return saved;
  });
}

async function write(
  db: Db,
  record: ScanRecord,
  hostId: number,
  surfaceOf: SurfaceOf,
): Promise<void> {
  const [host] = await readScannedHosts(db, [record.host]);
  const startedAt = Date.parse(record.startedAt);
  const scan = {
    hostId,
    seenAt: host === undefined ? startedAt : Math.max(startedAt, host.lastAt + 1),
    lastGoodAt: host?.lastGoodAt ?? null,
  };
  const open = await readOpenRows(db, hostId);
  const comparison = compareFindings(open, record.findings, record.undecided);
  await writeFindings(db, scan, comparison);
  const finishedAt = Math.max(scan.seenAt, Date.parse(record.finishedAt));
  const named = { id: hostId, name: record.host };
  await voidAcceptances(db, named, record, finishedAt);
  if (record.containers !== null) {
    const { containers, unreadContainerIds } = record;
    await writeContainers(db, scan, containers, unreadContainerIds, surfaceOf);
  }
  if (record.reach !== null) await writeReachFacts(db, hostId, record.reach);
  if (record.images !== null) await writeImages(db, hostId, record.images);
  if (record.imageList !== null) {
    const inventories = inventoriesByImage(record.containers ?? [], surfaceOf);
    await writeImageList(db, scan, record.imageList, inventories);
  }
  if (record.engine?.defaults !== undefined) {
    await writeEngineDefaults(db, hostId, scan.seenAt, record.engine.defaults);
  }
  await writeUndecided(db, hostId, scan.seenAt, record.undecided);
  await writeScan(db, record, scan, countOpen(comparison));
}

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
