import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openStore, type Store } from '../../src/store/open-store.ts';

export interface TemporaryDatabase {
  path: string;
  url: string;
  /** With a clock that stands still unless another is given. */
  open(now?: () => number): Promise<Store>;
  /** Looks at or changes the file over a connection of its own. */
  withConnection<T>(work: (connection: Database.Database) => T): T;
  remove(): void;
}

/** A place for an SQLite file in a folder of its own; nothing is there before it is opened. */
export function temporaryDatabase(): TemporaryDatabase {
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
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
