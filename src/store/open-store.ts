import type Database from 'better-sqlite3';
import {
  HandleEmptyInListsPlugin,
  Kysely,
  ParseJSONResultsPlugin,
  replaceWithNoncontingentExpression,
  SqliteDialect,
} from 'kysely';
import { checksums } from '../../migrations/checksums.ts';
import { migrations } from '../../migrations/index.ts';
import type { Clock, ScanStore } from '../answers/ports.ts';
import { UserError } from '../shared/errors.ts';
import { retryWhileBusy } from './busy.ts';
import { readContainers } from './container-rows.ts';
import { createDeliveryClaims } from './deliveries.ts';
import { readFindingChanges } from './finding-changes.ts';
import { readOpenFindings } from './finding-rows.ts';
import { readHostStates } from './host-rows.ts';
import { migrateToLatest } from './migrate.ts';
import { saveScan } from './save-scan.ts';
import { readNewestScan } from './scan-rows.ts';
import type { Tables } from './schema.ts';
import { openSqlite } from './sqlite.ts';

export interface Store {
  scans: ScanStore;
  /** Names of the migrations that opening it ran; empty when the database was up to date. */
  migrated: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the database that `DATABASE_URL` names, checks it and brings it to the newest migration.
 * Rejects with `UserError` for a url it does not know, and with `OutsideError` 'store-failed' for
 * a database that cannot be used, which is then left as it was found.
 */
export async function openStore({ url, now }: { url: string; now: Clock }): Promise<Store> {
  const path = parseDatabaseUrl(url);
  const sqlite = openSqlite(path);
  const db = connect(sqlite);
  const close = async (): Promise<void> => {
    await db.destroy();
    // Kysely closes only what it used; closing twice does no harm.
    sqlite.close();
  };
  try {
    const migrated = await migrateToLatest(db, { migrations, checksums }, now);
    return { scans: createScanStore(db), migrated, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A Kysely on one SQLite connection; only columns ending in `_json` are parsed. */
export function connect(database: Database.Database): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new SqliteDialect({ database }),
    plugins: [
      // Unbounded it would parse every text that looks like JSON: names and labels are hostile.
      new ParseJSONResultsPlugin({
        shouldParse: (_value, path) => /^\$\[\d+\]\."\w+_json"$/.test(path),
      }),
      new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression }),
    ],
  });
}

function parseDatabaseUrl(url: string): string {
  if (/^postgres(ql)?:/.test(url)) {
    throw new UserError('PostgreSQL is not supported yet', {
      hint: 'Set DATABASE_URL to sqlite:PATH, e.g. sqlite:./data/seawall.db.',
    });
  }
  const path = /^sqlite:(.+)$/s.exec(url)?.[1];
  if (path === undefined) {
    // The url is not repeated: it may hold a password.
    throw new UserError('DATABASE_URL is not a database that Seawall knows', {
      hint: 'Write sqlite:PATH, e.g. sqlite:./data/seawall.db.',
    });
  }
  return path;
}

function createScanStore(db: Kysely<Tables>): ScanStore {
  // In one transaction, so that a list read in chunks is from one moment.
  const inTransaction = <T>(work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T> =>
    retryWhileBusy(() => db.transaction().execute(work));
  const claimDelivery = createDeliveryClaims(db);
  return {
    saveScan: (record) => inTransaction((transaction) => saveScan(transaction, record)),
    findLastScan: (host) =>
      inTransaction((transaction) => readNewestScan(transaction, host, 'last_scan_id')),
    findLastGoodScan: (host) =>
      inTransaction((transaction) => readNewestScan(transaction, host, 'last_good_scan_id')),
    listOpenFindings: ({ hosts }) =>
      inTransaction(async (transaction) => {
        const findings = [];
        for (const host of await readHostStates(transaction, hosts)) {
          findings.push(...(await readOpenFindings(transaction, host)));
        }
        return findings;
      }),
    listFindingChanges: ({ hosts, since }) =>
      inTransaction(async (transaction) => {
        const changes = [];
        for (const host of await readHostStates(transaction, hosts)) {
          const ofHost = await readFindingChanges(transaction, host, since);
          if (ofHost !== null) changes.push(ofHost);
        }
        return changes;
      }),
    listContainers: ({ hosts, includeGone = false }) =>
      inTransaction(async (transaction) => {
        const containers = [];
        for (const host of await readHostStates(transaction, hosts)) {
          containers.push(...(await readContainers(transaction, host, includeGone)));
        }
        return containers;
      }),
    claimDelivery: (key, at) => retryWhileBusy(() => claimDelivery(key, at)),
  };
}
