import type { HostSettings } from '../src/config/load-settings.ts';
import { openDatabase } from '../src/store/database.ts';
import { type Store, type StoreOptions, storeOver } from '../src/store/open-store.ts';
import { type DatabaseWrite, tellingDatabase } from './database-writes.ts';
import { type EngineCall, tellEngineCalls } from './engine-calls.ts';
import type { NewNote } from './workspace/page/underneath.ts';

/** Shows on the page which calls are made to the engines of `hosts`. Gives what stops it. */
export const noteEngineCalls = (
  hosts: readonly HostSettings[],
  note: (note: NewNote) => void,
): (() => void) =>
  tellEngineCalls(hosts, ({ host, method, path, status, ms }: EngineCall) =>
    note({
      source: 'Engine calls',
      where: host,
      what: `${method} ${path}`,
      outcome: status === null ? 'no answer' : String(status),
      ms,
    }),
  );

/** Opens a store that shows on the page which rows are written. */
export const noteDatabaseWrites =
  (note: (note: NewNote) => void) =>
  async ({ url, now }: StoreOptions): Promise<Store> => {
    const onWrite = ({ table, kind, rows, ms }: DatabaseWrite) =>
      note({
        source: 'Database rows written',
        where: table,
        what: kind,
        outcome: '',
        count: rows,
        ms,
      });
    return storeOver(tellingDatabase(await openDatabase(url, now), onWrite), now);
  };
