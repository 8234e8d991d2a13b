import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type { Intent, IssuedIntent, TokenStore } from '../ports/intent.ts';
import { DAY_MS, isoTime } from '../shared/time.ts';
import type { Database } from './database.ts';
import type { ActionTokenTable, Tables } from './schema.ts';

/** How long a button works. */
const LIFE_MS = 7 * DAY_MS;
/** 192 bits: not to be guessed, and short enough for an option of a menu (75 characters). */
const TOKEN_BYTES = 24;

/** Tokens in the database. */
export function createTokenStore({ read, write }: Database, now: Clock): TokenStore {
  return {
    async issue(intents, channel) {
      if (intents.length === 0) return [];
      const at = now();
      const tokens = intents.map(() => randomBytes(TOKEN_BYTES).toString('base64url'));
      await write((db) => insert(db, tokens, intents, { channel, at }));
      return tokens;
    },
    peek: (token) => read((db) => peek(db, token, now())),
    take: (token, by) => write((db) => take(db, token, by, now())),
    release: (token) =>
      write(async (db) => {
        const unused = { used_at: null, used_by: null };
        await db.updateTable('action_token').set(unused).where('token', '=', token).execute();
      }),
  };
}

async function insert(
  db: Kysely<Tables>,
  tokens: readonly string[],
  intents: readonly Intent[],
  { channel, at }: { channel: string; at: number },
): Promise<void> {
  await db
    .insertInto('action_token')
    .values(
      tokens.map((token, index) => ({
        token,
        intent_json: JSON.stringify(intents[index]),
        channel,
        created_at: at,
        expires_at: at + LIFE_MS,
        used_at: null,
        used_by: null,
      })),
    )
    .execute();
}

async function peek(db: Kysely<Tables>, token: string, at: number): Promise<IssuedIntent | null> {
  const row = await db
    .selectFrom('action_token')
    .selectAll()
    .where('token', '=', token)
    .executeTakeFirst();
  return row === undefined ? null : toIssued(row, at);
}

function toIssued(row: Selectable<ActionTokenTable>, at: number): IssuedIntent {
  const { used_at: usedAt, used_by: usedBy } = row;
  return {
    intent: row.intent_json,
    channel: row.channel,
    isExpired: at >= row.expires_at,
    used: usedAt === null || usedBy === null ? null : { at: isoTime(usedAt), by: usedBy },
  };
}

async function take(db: Kysely<Tables>, token: string, by: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('action_token')
    .set({ used_at: at, used_by: by })
    .where('token', '=', token)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
