import { sql } from 'kysely';
import type { ConversationLines, ConversationPlace } from '../ports/conversation-lines.ts';
import { DAY_MS } from '../shared/time.ts';
import { putRow } from './chunks.ts';
import type { Database } from './database.ts';
import { type Life, remove } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** The line that was answered last in a thread or a direct message. */
    conversation: { key: string; line: string; at: number };
  }
}

export const conversationLife: Life = {
  until: 'a day',
  why: 'the line that was answered last in a thread, of which a message may change a part',
  trims: [remove('conversation', ({ now }) => sql`at < ${now - DAY_MS}`, 'key')],
};

const keyOf = ({ channel, threadTs = '' }: ConversationPlace): string =>
  `${channel} ${threadTs}`.trim();

export const createConversationsStore = ({ read, write }: Database): ConversationLines => ({
  keep: (place, line, at) =>
    write(async (db) => {
      await putRow(db, 'conversation', { key: keyOf(place) }, { line, at });
    }),
  last: (place, since) =>
    read(async (db) => {
      const row = await db
        .selectFrom('conversation')
        .select('line')
        .where('key', '=', keyOf(place))
        .where('at', '>=', since)
        .executeTakeFirst();
      return row?.line ?? null;
    }),
});
