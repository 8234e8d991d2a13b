import { type Database, type OpenDatabase, openDatabase } from '../../src/store/database.ts';

/** What `test/jest/native-environment.mjs` calls once a worker has no more suites. */
const AT_END = Symbol.for('seawall.at-end');

/** What the server knows connections by that nobody has to end. */
export const KEPT = 'seawall-kept';

/** By url: databases of which the connections are kept. */
const kept = new Map<string, OpenDatabase[]>();

/**
 * A database of PostgreSQL like any that is opened, except that whoever opens it next gets the connections of one
 * that was closed: a new connection first reads the catalog and plans every statement, which takes longer than most
 * tests do. Two that are open at once share none.
 */
export async function lendDatabase(url: string): Promise<OpenDatabase> {
  (globalThis as { [AT_END]?: Set<() => Promise<void>> })[AT_END]?.add(endKept);
  const free = kept.get(url) ?? [];
  kept.set(url, free);
  const database =
    free.pop() ?? (await openDatabase(`${url}&application_name=${KEPT}`, () => Date.now()));
  const running = new Set<Promise<unknown>>();
  let isClosed = false;
  const lent =
    (run: Database['read']): Database['read'] =>
    async (work) => {
      if (isClosed) throw new Error('the database was closed');
      const one = run(work);
      running.add(one);
      return one.finally(() => running.delete(one));
    };
  const [read, write] = [lent(database.read), lent(database.write)];
  return {
    ...{ ...database, read, write },
    ...{ writeEach: lent(database.writeEach), single: lent(database.single) },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await Promise.allSettled(running);
      free.push(database);
    },
  };
}

async function endKept(): Promise<void> {
  const all = [...kept.values()].flat();
  kept.clear();
  await Promise.all(all.map((database) => database.close()));
}
