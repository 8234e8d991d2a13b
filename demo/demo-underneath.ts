import type { Observers } from '../src/programs/assemble.ts';
import type { NewNote } from './workspace/page/underneath.ts';

/** Shows on the page which calls were made to engines and which rows were written. */
export function noteEverything(note: (note: NewNote) => void): Observers {
  return {
    engineCall: ({ host, method, path, status, ms }) =>
      note({
        source: 'Engine calls',
        where: host,
        what: `${method} ${path}`,
        outcome: status === null ? 'no answer' : String(status),
        ms,
      }),
    databaseWrite: ({ table, kind, rows, ms }) =>
      note({
        source: 'Database rows written',
        where: table,
        what: kind,
        outcome: '',
        count: rows,
        ms,
      }),
  };
}
