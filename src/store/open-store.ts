import type { Kysely } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { TokenStore } from '../ports/intent.ts';
import type { ScanStore, StoredScan } from '../ports/scan-store.ts';
import type { Stores } from '../ports/stores.ts';
import { countAccepted, withoutAccepted } from './acceptance-rows.ts';
import { byHostAndTime, readBlindHosts, readBlindIntervals } from './blind-intervals.ts';
import { readAlike } from './container-alike.ts';
import { readContainers } from './container-lists.ts';
import { readNames, readNamesakes } from './container-names.ts';
import { findHostsOfContainer, pageContainers } from './container-page.ts';
import { readParts } from './container-parts.ts';
import { type Database, type OpenDatabase, openDatabase } from './database.ts';
import { readFindingChanges } from './finding-changes.ts';
import { readKnownHosts, readScannedHosts } from './host-rows.ts';
import { readHostScans } from './host-scans.ts';
import { readImages, readImagesOf } from './image-rows.ts';
import { stores } from './index.ts';
import { readInventories } from './inventory-rows.ts';
import { migrateToLatest } from './migrate.ts';
import { listDecidedFindings, listOpenFindings, pageOpenFindings } from './open-findings.ts';
import { createPackageBudget, type PackageBudget } from './package-budget.ts';
import { readAskedHosts, readClosedFinding, readContainersAt, readPostureAt } from './past-rows.ts';
import { readPostures } from './posture-rows.ts';
import { readReachFacts } from './reach-rows.ts';
import { saveScan } from './save-scan.ts';
import { readScanHistory } from './scan-history.ts';
import { countGoodScans, readNewestScan } from './scan-rows.ts';
import type { Tables } from './schema.ts';
import type { Keeping } from './tidy.ts';
import { countUndecidedNow, readUndecidedNow } from './undecided-rows.ts';
import { readWatchBlindness } from './watch-blind.ts';

export interface Store extends Stores {
  tokens: TokenStore;
  /** Removes what is older than its table's life; how many rows. Rejects with `OutsideError`. */
  tidy(keeping: Keeping, signal?: AbortSignal): Promise<number>;
  /** Names of the migrations that opening it ran; empty when the database was up to date. */
  migrated: readonly string[];
  close(): Promise<void>;
}

export interface StoreOptions {
  url: string;
  now: Clock;
}

/**
 * Opens the database that `DATABASE_URL` names, checks it and brings it to the newest migration.
 * Rejects with `UserError` for a url it does not know, and with `OutsideError` 'store-failed' for
 * a database that cannot be used, which is then left as it was found.
 */
export async function openStore({ url, now }: StoreOptions): Promise<Store> {
  return storeOver(await openDatabase(url, now), now);
}

/** The store over a database that was opened, which it closes, also when it rejects like `openStore`. */
export async function storeOver(database: OpenDatabase, now: Clock): Promise<Store> {
  const { size, close } = database;
  const budget = createPackageBudget(now);
  try {
    const migrated = await migrateToLatest(database.db, migrations);
    return {
      ...openStores(database, now, budget),
      scans: createScanStore(database, now, budget),
      size,
      async tidy(keeping, signal) {
        // What only the hour needs is not waited for at the start.
        const { tidy } = await import('./tidy.ts');
        return tidy(database, keeping, { now: now(), signal });
      },
      migrated,
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
  const { read } = database;
  return {
    saveScan: (record, job) => saveScan(database, record, { now: now(), budget, job }),
    findLastScan: (host) =>
      read((transaction) => findScan(transaction, host, 'last_scan_id', now())),
    findLastGoodScan: (host) =>
      read((transaction) => findScan(transaction, host, 'last_good_scan_id', now())),
    listHostScans: ({ hosts }) => read((transaction) => readHostScans(transaction, hosts, now())),
    listUndecided: ({ hosts }) => read((transaction) => readUndecidedNow(transaction, hosts)),
    countUndecided: (asked) => read((transaction) => countUndecidedNow(transaction, asked)),
    listPostures: ({ hosts }) => read((transaction) => readPostures(transaction, hosts)),
    countGoodScans: (host, since) =>
      read((transaction) => countGoodScans(transaction, host, Date.parse(since))),
    listOpenFindings: (asked) => read((transaction) => listOpenFindings(transaction, asked, now())),
    listDecidedFindings: (asked) =>
      read((transaction) => listDecidedFindings(transaction, asked, now())),
    pageOpenFindings: (asked) => read((transaction) => pageOpenFindings(transaction, asked, now())),
    listFindingChanges: (asked) =>
      read((transaction) => readFindingChanges(transaction, asked, now())),
    listScanHistory: ({ hosts, ...window }) =>
      read((transaction) => readScanHistory(transaction, hosts, window, now())),
    findClosedFinding: (finding) => read((transaction) => readClosedFinding(transaction, finding)),
    findPostureAt: (host, at) => read((transaction) => readPostureAt(transaction, host, at)),
    listContainers: ({ hosts, includeGone = false, asOf = {} }) =>
      read(async (transaction) => {
        const asked = await readAskedHosts(transaction, { hosts, asOf });
        const present = asked.filter(({ isPast }) => !isPast).map(({ state }) => state);
        const found = await readContainers(transaction, present, includeGone ? 'all' : 'existing');
        if (present.length === asked.length) return found;
        const byHost = Map.groupBy(found, ({ host }) => host);
        const containers = [];
        for (const { state, isPast } of asked) {
          containers.push(
            ...(isPast
              ? await readContainersAt(transaction, state, includeGone)
              : (byHost.get(state.name) ?? [])),
          );
        }
        return containers;
      }),
    listGone: ({ hosts, since }) =>
      read(async (transaction) => {
        const states = await readKnownHosts(transaction, hosts);
        return readContainers(transaction, states, { goneAfter: since });
      }),
    pageContainers: (asked) => read((transaction) => pageContainers(transaction, asked)),
    listAlike: (asked) => read((transaction) => readAlike(transaction, asked)),
    listNames: (asked) => read((transaction) => readNames(transaction, asked)),
    listNamesakes: (asked) => read((transaction) => readNamesakes(transaction, asked)),
    listParts: (asked) => read((transaction) => readParts(transaction, asked)),
    findHostsOfContainer: (asked) =>
      read((transaction) => findHostsOfContainer(transaction, asked)),
    findReachFacts: (host) => read((transaction) => readReachFacts(transaction, host)),
    listImages: (host) => read((transaction) => readImages(transaction, host)),
    listImagesOf: ({ hosts }) => read((transaction) => readImagesOf(transaction, hosts)),
    listInventories: ({ keys, software }) =>
      read((transaction) => readInventories(transaction, keys, software)),
    listBlindIntervals: ({ hosts, since }) =>
      read(async (transaction) => {
        const intervals = [];
        const states = await readScannedHosts(transaction, hosts);
        for (const host of await readBlindHosts(transaction, states, since)) {
          intervals.push(...(await readBlindIntervals(transaction, host, since)));
        }
        const unheard = await readWatchBlindness(transaction, hosts, since);
        return [...intervals, ...unheard].sort(byHostAndTime);
      }),
  };
}

/** A scan whose open findings are counted without those that are accepted. */
async function findScan(
  db: Kysely<Tables>,
  host: string,
  pointer: Parameters<typeof readNewestScan>[2],
  at: number,
): Promise<StoredScan | null> {
  const scan = await readNewestScan(db, host, pointer);
  if (scan === null) return null;
  const accepted = await countAccepted(db, [host], at);
  return withoutAccepted(scan, accepted.get(host));
}
