import Database from 'better-sqlite3';
import type { Outbox } from '../../src/answers/outbox.ts';

export interface PutRow {
  id: number;
  key: string;
  channel: string;
  kind: 'post' | 'update';
  payload: string;
}

/**
 * An outbox in the same file as the store that keeps its promise about keys and sends nothing: a post
 * that is known adds nothing, an update takes the place of what it said.
 */
export function openSqliteOutbox(path: string): Outbox & { rows(): PutRow[]; close(): void } {
  const database = new Database(path, { timeout: 10_000 });
  database.exec(`create table if not exists test_outbox (
    id integer primary key autoincrement, key text not null unique, channel text not null,
    kind text not null, payload text not null)`);
  const insert = database.prepare(
    `insert into test_outbox (key, channel, kind, payload) values (?, ?, ?, ?)
     on conflict (key) do update set payload = excluded.payload where kind = 'update'`,
  );
  const parent = database.prepare('select 1 from test_outbox where key = ?');
  const put = database.transaction((messages: Parameters<Outbox['put']>[0]) => {
    for (const { key, channel, action, payload } of messages) {
      const needed = action.kind === 'update' ? action.of : action.threadOf;
      if (needed !== undefined && !parent.get(needed)) throw new Error(`${key} before ${needed}`);
      insert.run(key, channel, action.kind, JSON.stringify(payload));
    }
  });
  return {
    put: async (messages) => put.immediate(messages),
    rows: () => database.prepare('select * from test_outbox order by id').all() as PutRow[],
    close: () => database.close(),
  };
}
