import type { Clock } from '../ports/clock.ts';
import type { ExposedStore, TellEvent, Telling } from '../ports/exposed-store.ts';
import type { Held } from '../ports/lease.ts';
import { insertEach } from './chunks.ts';
import type { Database } from './database.ts';
import { countExploited, readContainerImages } from './exploitable-rows.ts';
import {
  acceptExposure,
  readAcceptedAs,
  readExposureAcceptances,
  unacceptExposure,
} from './exposed-acceptances.ts';
import { createMatching, hold } from './exposed-match.ts';
import { readPlaced } from './exposed-places.ts';
import { putMessages } from './outbox-rows.ts';
import type { Db } from './schema.ts';

/** What is exposed, in the database; every call but `readMatch` is one transaction. */
export function createExposedStore(database: Database, now: Clock): ExposedStore {
  const { read, write, decide } = database;
  return {
    ...createMatching(database),
    listPlaced: (asked) => read((db) => readPlaced(db, asked)),
    listContainerImages: (hosts) => read((db) => readContainerImages(db, hosts)),
    countExploited: (hosts) => read((db) => countExploited(db, hosts)),
    listTold: (channel) => read((db) => readTold(db, channel)),
    countPosts: (channel, since) => read((db) => countPosts(db, channel, since)),
    tell: (held, telling) => write((db) => tell(db, held, telling)),
    accept: (what, scopes, terms) => decide((db) => acceptExposure(db, what, scopes, terms)),
    unaccept: (what, scopes, by) => decide((db) => unacceptExposure(db, what, scopes, by)),
    listAcceptances: () => read((db) => readExposureAcceptances(db, now())),
    listAcceptedAs: (names) => read((db) => readAcceptedAs(db, names, now())),
  };
}

/** See `ExposedStore.listTold`. */
async function readTold(db: Db, channel: string): Promise<Map<string, TellEvent[]>> {
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
async function countPosts(db: Db, channel: string, since: number): Promise<number> {
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
async function tell(db: Db, held: Held, { cursor, told, messages }: Telling): Promise<void> {
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
