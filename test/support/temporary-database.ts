import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { checksums } from '../../migrations/checksums.ts';
import { migrations } from '../../migrations/index.ts';
import { migrateDown } from '../../src/store/migrate.ts';
import { connect, openStore, type Store } from '../../src/store/open-store.ts';

export interface TemporaryDatabase {
  path: string;
  url: string;
  /** With a clock that stands still unless another is given. */
  open(now?: () => number): Promise<Store>;
  /** Looks at or changes the file over a connection of its own. */
  withConnection<T>(work: (connection: Database.Database) => T): T;
  /** Undoes every migration after this one, as an older version would have left the file. */
  migrateDownTo(name: string): Promise<void>;
  remove(): void;
}

/** A migrated database without rows, made once for all suites of a worker. */
const template = await makeTemplate();

async function makeTemplate(): Promise<Buffer> {
  const place = placeForDatabase();
  await (await place.open()).close();
  const bytes = readFileSync(place.path);
  place.remove();
  return bytes;
}

/** An SQLite file in a folder of its own, with every table and without rows. */
export function temporaryDatabase(): TemporaryDatabase {
  const place = placeForDatabase();
  mkdirSync(dirname(place.path));
  writeFileSync(place.path, template);
  return place;
}

/** A place for an SQLite file in a folder of its own; nothing is there before it is opened. */
export function placeForDatabase(): TemporaryDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'seawall-store-'));
  const path = join(folder, 'data', 'seawall.db');
  const url = `sqlite:${path}`;
  return {
    path,
    url,
    open: (now = () => 1_000) => openStore({ url, now }),
    withConnection(work) {
      const connection = new Database(path);
      try {
        return work(connection);
      } finally {
        connection.close();
      }
    },
    async migrateDownTo(name) {
      const db = connect(new Database(path));
      const later = Object.keys(migrations).filter((one) => one > name);
      for (const _migration of later) await migrateDown(db, { migrations, checksums }, () => 0);
      await db.destroy();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
