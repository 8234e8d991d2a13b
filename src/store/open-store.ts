import { sql } from 'kysely';
import * as migrations from '../../migrations/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenStore } from '../ports/intent.ts';
import type { ScanStore, StoredScan } from '../ports/scan-store.ts';
import type { Stores } from '../ports/stores.ts';
import { countAccepted, withoutAccepted } from './acceptance-rows.ts';
import { byHostAndTime, readBlindHosts, readBlindIntervals } from './blind-intervals.ts';
import { readControlGroups } from './container-controls.ts';
import { countUnjudged, readContainers, readGone } from './container-lists.ts';
import { readAlike, readNames, readNamesakes } from './container-names.ts';
import { findHostsOfContainer, pageContainers } from './container-page.ts';
import { readParts } from './container-parts.ts';
import { type Database, type OpenDatabase, openDatabase } from './database.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { readFindingChanges } from './finding-changes.ts';
import { listOpenFindings, listWorstFindings } from './finding-lists.ts';
import { readHosts, readKnownHosts, readNewest } from './host-rows.ts';
import { rememberHostScans } from './host-scans.ts';
import { readImagesOf } from './image-rows.ts';
import { readInventories } from './inventory-rows.ts';
import { countWaiting, migrateToLatest } from './migrate.ts';
import { listDecidedFindings, pageOpenFindings } from './open-findings.ts';
import { isThereOrMakeable } from './own-files.ts';
import { createPackageBudget, type PackageBudget } from './package-budget.ts';
import { readAskedHosts, readClosedFinding, readContainersAt, readPostureAt } from './past-rows.ts';
import { rememberPostures } from './posture-rows.ts';
import { readReachFacts } from './reach-rows.ts';
import { saveScan } from './save-scan.ts';
import { readScanHistory } from './scan-history.ts';
import { countGoodScans, readNewestScan } from './scan-rows.ts';
import type { Db } from './schema.ts';
import * as stores from './stores.ts';
import type { Keeping } from './tidy.ts';
import { countUndecidedNow, readUndecidedNow } from './undecided-rows.ts';
import { readWatchBlindness } from './watch-blind.ts';

export interface Store extends Stores {
  tokens: TokenStore;
  /** Removes what is older than its table's life; how many rows. Rejects with `OutsideError`. */
  tidy(keeping: Keeping, signal?: AbortSignal): Promise<number>;
  /**
   * Writes nothing. Rejects with `OutsideError` 'store-failed' where nothing can be written, as on a standby or a full disk, or
   * others hold the database for some seconds.
   */
  tryWriting(): Promise<void>;
  /** Names of the migrations that opening it ran; empty when the database was up to date. */
  migrated: readonly string[];
  /** True where nothing was there before it was opened. */
  isNew: boolean;
  close(): Promise<void>;
}

export interface StoreOptions {
  url: string;
  now: Clock;
  /** Called whenever the database did what it was asked for. */
  onUsed?: (() => void) | undefined;
}

/**
 * Opens the database that `DATABASE_URL` names, checks it and brings it to the newest migration.
 * Rejects with `UserError` for a url it does not know, and with `OutsideError` 'store-failed' for
 * a database that cannot be used, which is then left as it was found.
 */
export const openStore = async ({ url, now, onUsed }: StoreOptions): Promise<Store> =>
  storeOver(await openDatabase(url, now, { ...(onUsed && { onUsed }) }), now);

/**
 * As `openStore`, for who must change nothing: a database that is not there is not made, and one that a start
 * would migrate is left alone. How many migrations that are, or null where there is no file.
 */
export async function openAsItIs({
  url,
  now,
}: StoreOptions): Promise<Store | { waiting: number | null }> {
  const place = parseDatabaseUrl(url);
  if (place.kind === 'sqlite' && !isThereOrMakeable(place.path)) return { waiting: null };
  const database = await openDatabase(url, now);
  try {
    const waiting = await countWaiting(database.db, migrations);
    if (waiting === 0) return await storeOver(database, now);
    await database.close();
    return { waiting };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The store over a database that was opened, which it closes, also when it rejects like `openStore`. */
export async function storeOver(database: OpenDatabase, now: Clock): Promise<Store> {
  const { db, unhurried, size, requireRoom, close } = database;
  const budget = createPackageBudget(now);
  try {
    const migrated = await migrateToLatest(db, migrations, unhurried);
    return {
      ...openStores(database, now, budget),
      scans: createScanStore(database, now, budget),
      size,
      async tidy(keeping, signal) {
        // What only the hour needs is not waited for at the start.
        const { tidy } = await import('./tidy.ts');
        return tidy(database, keeping, { now: now(), signal });
      },
      async tryWriting() {
        await database.decide(async (own) => {
          await own.deleteFrom('action_token').where(sql<boolean>`1 = 0`).execute();
        });
        requireRoom?.();
      },
      migrated,
      isNew: migrated.length === Object.keys(migrations).length,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type OpenStores = { [Name in keyof typeof stores]: ReturnType<(typeof stores)[Name]> };

const openStores = (database: Database, now: Clock, budget: PackageBudget): OpenStores =>
  Object.fromEntries(
    Object.entries(stores).map(([name, create]) => [name, create(database, now, budget)]),
  ) as OpenStores;

function createScanStore(database: Database, now: Clock, budget: PackageBudget): ScanStore {
  const { read, single } = database;
  const readPostures = rememberPostures();
  const readHostScans = rememberHostScans();
  return {
    saveScan: (record, job) => saveScan(database, record, { now: now(), budget, job }),
    findLastScan: (host) => read((db) => findScan(db, host, 'last_scan_id', now())),
    findLastGoodScan: (host) => read((db) => findScan(db, host, 'last_good_scan_id', now())),
    listHostScans: ({ hosts }) =>
      read(async (db) => readHostScans(db, await readNewest(db, hosts), now())),
    listUndecided: ({ hosts }) => read((db) => readUndecidedNow(db, hosts)),
    countUndecided: (asked) => read((db) => countUndecidedNow(db, asked)),
    listPostures: ({ hosts }) => read(async (db) => readPostures(db, await readNewest(db, hosts))),
    listScansAndPostures: ({ hosts }) =>
      read(async (db) => {
        const known = await readNewest(db, hosts);
        return {
          scans: await readHostScans(db, known, now()),
          postures: await readPostures(db, known),
        };
      }),
    countGoodScans: (host, since) => read((db) => countGoodScans(db, host, Date.parse(since))),
    listOpenFindings: (asked) => read((db) => listOpenFindings(db, asked, now())),
    listDecidedFindings: (asked) => read((db) => listDecidedFindings(db, asked, now())),
    pageOpenFindings: (asked) => read((db) => pageOpenFindings(db, asked, now())),
    listWorstFindings: (asked) => read((db) => listWorstFindings(db, asked, now())),
    listFindingChanges: ({ hosts, since }) =>
      read((db) => readFindingChanges(db, new Map(hosts.map((host) => [host, since])), now())),
    listScanHistory: ({ hosts, ...window }) =>
      read((db) => readScanHistory(db, hosts, window, now())),
    findClosedFinding: (finding) => read((db) => readClosedFinding(db, finding)),
    findPostureAt: (host, at) => read((db) => readPostureAt(db, host, at)),
    listContainers: ({ hosts, includeGone = false, asOf = {} }) =>
      read(async (db) => {
        const asked = await readAskedHosts(db, { hosts, asOf });
        const present = asked.filter(({ isPast }) => !isPast).map(({ state }) => state);
        const found = await readContainers(db, present, includeGone ? 'all' : 'existing');
        if (present.length === asked.length) return found;
        const byHost = Map.groupBy(found, ({ host }) => host);
        const containers = [];
        for (const { state, isPast } of asked) {
          containers.push(
            ...(isPast
              ? await readContainersAt(db, state, includeGone)
              : (byHost.get(state.name) ?? [])),
          );
        }
        return containers;
      }),
    countUnjudged: ({ hosts }) => read((db) => countUnjudged(db, hosts)),
    listGone: ({ hosts, since }) => read((db) => readGone(db, hosts, since)),
    pageContainers: (asked) => read((db) => pageContainers(db, asked)),
    listAlike: (asked) => read((db) => readAlike(db, asked)),
    listNames: (asked) => read((db) => readNames(db, asked)),
    listNamesakes: (asked) => read((db) => readNamesakes(db, asked)),
    listParts: (asked) => read((db) => readParts(db, asked)),
    listControlGroups: ({ hosts }) => read((db) => readControlGroups(db, hosts)),
    findHostsOfContainer: (asked) => read((db) => findHostsOfContainer(db, asked)),
    findReachFacts: (host) => read((db) => readReachFacts(db, host)),
    listImages: (host) => single(async (db) => (await readImagesOf(db, [host])).get(host) ?? []),
    listImagesOf: ({ hosts }) => read((db) => readImagesOf(db, hosts)),
    listInventories: ({ keys, software }) => read((db) => readInventories(db, keys, software)),
    listBlindIntervals: ({ hosts, since }) =>
      read(async (db) => {
        // What lasts now is not over at any time, whatever the clocks of those who scanned say.
        const at = since ?? Number.MAX_SAFE_INTEGER;
        const known = await readHosts(db, hosts);
        const unread = await readBlindIntervals(db, await readBlindHosts(db, known, since), at);
        const unheard = await readWatchBlindness(db, known, at);
        return [...unread, ...unheard].sort(byHostAndTime);
      }),
  };
}

/** A scan whose open findings are counted without those that are accepted. */
async function findScan(
  db: Db,
  host: string,
  pointer: Parameters<typeof readNewestScan>[2],
  at: number,
): Promise<StoredScan | null> {
  const scan = await readNewestScan(db, host, pointer);
  if (scan === null) return null;
  const [known] = await readKnownHosts(db, [host]);
  const id = known?.id ?? 0;
  return withoutAccepted(scan, (await countAccepted(db, [id], at)).get(id));
}
