import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Clock } from '../ports/clock.ts';
import type { StoredSize, StoreSize } from '../ports/store-size.ts';
import { HOUR_MS } from '../shared/time.ts';
import { databaseEndings } from './own-files.ts';
import { BUSY_TIMEOUT_MS, freeBytesOf, toStoreError } from './store-error.ts';

/** How many of the largest tables are told. */
export const TABLES_SHOWN = 5;
/** A page takes some microseconds, and of a slow disk some milliseconds. */
const TURN_MS = 5;

/** The size of a database; its tables are measured once an hour at most, because that reads every page. */
export function createStoreSize(path: string, now: Clock): StoreSize {
  let measured: { at: number; tables: StoredSize['tables'] } | null = null;
  return {
    async measure() {
      try {
        if (measured === null || now() - measured.at >= HOUR_MS) {
          measured = { at: now(), tables: await measureTables(path) };
        }
        const folder = resolve(dirname(path));
        return {
          bytes: databaseEndings.reduce((sum, ending) => sum + sizeOf(path + ending), 0),
          disk: { folder, freeBytes: freeBytesOf(folder) },
          tables: measured.tables,
        };
      } catch (error) {
        throw toStoreError(error);
      }
    },
  };
}

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Over a connection of its own, with turns of others in between. */
async function measureTables(path: string): Promise<StoredSize['tables']> {
  const database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const schema = database.prepare('select name, tbl_name as owner from sqlite_schema').all();
    const owners = new Map(
      (schema as { name: string; owner: string }[]).map(({ name, owner }) => [name, owner]),
    );
    const bytes = new Map<string, number>();
    let turnAt = performance.now();
    for (const page of database.prepare('select name, pgsize from dbstat').iterate()) {
      const { name, pgsize } = page as { name: string; pgsize: number };
      const owner = owners.get(name) ?? name;
      bytes.set(owner, (bytes.get(owner) ?? 0) + pgsize);
      if (performance.now() - turnAt < TURN_MS) continue;
      await letOthersRun();
      turnAt = performance.now();
    }
    return [...bytes]
      .map(([name, of]) => ({ name, bytes: of }))
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, TABLES_SHOWN);
  } finally {
    database.close();
  }
}
