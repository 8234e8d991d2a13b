import type { TellEvent, Telling } from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { insertEach } from './chunks.ts';
import { hold } from './exposed-match.ts';
import { putMessages } from './outbox-rows.ts';
import type { Db } from './schema.ts';

/** See `ExposedStore.listTold`. */
export async function readTold(db: Db, channel: string): Promise<Map<string, TellEvent[]>> {
  const rows = await db
    .selectFrom('exposed_told')
    .select(['vulnerability', 'event'])
    .where('channel', '=', channel)
    .execute();
  const told = new Map<string, TellEvent[]>();
  for (const { vulnerability, event } of rows) {
    told.set(vulnerability, [...(told.get(vulnerability) ?? []), event]);
  }
  return told;
}

/** See `ExposedStore.countPosts`. */
export async function countPosts(db: Db, channel: string, since: number): Promise<number> {
  const { count } = await db
    .selectFrom('exposed_told')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('channel', '=', channel)
    .where('is_post', '=', 1)
    .where('at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** See `ExposedStore.tell`; the caller’s transaction makes it all or nothing. */
export async function tell(db: Db, held: Held, { cursor, told, messages }: Telling): Promise<void> {
  await hold(db, held);
  const { channel, lookedAt, sources, ...place } = cursor;
  // A row that is there already is a bug: its message would come twice. The key refuses it.
  await insertEach(db, 'exposed_told', told, ({ vulnerability, event, isPost }) => ({
    ...{ channel, vulnerability, event, at: lookedAt },
    is_post: isPost ? 1 : 0,
  }));
  const columns = { ...place, looked_at: lookedAt, sources_json: JSON.stringify(sources) };
  await db
    .insertInto('exposed_channel')
    .values({ channel, ...columns })
    .onConflict((conflict) => conflict.column('channel').doUpdateSet(columns))
    .execute();
  await putMessages(db, messages, lookedAt);
}
