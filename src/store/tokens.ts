import { randomBytes } from 'node:crypto';
import { type JSONColumnType, type Selectable, sql } from 'kysely';
import type { Clock } from '../ports/clock.ts';
import type { Intent, IssuedIntent, TokenStore } from '../ports/intent.ts';
import { DAY_MS, HOUR_MS, isoTime } from '../shared/time.ts';
import type { Database } from './database.ts';
import { type Db, type Life, remove, type Tables, type Trim } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    action_token: {
      token: string;
      intent_json: JSONColumnType<Intent>;
      channel: string;
      created_at: number;
      expires_at: number;
      used_at: number | null;
      used_by: string | null;
    };
  }
}

/**
 * What a button would have shared is the largest thing of its row, and of no use once it is expired. The
 * row is written anew: where it shrinks, its page stays as empty as it is then.
 */
const dropSharedDocuments: Trim = async (db, { now }, rows) => {
  const expired = await db
    .deleteFrom('action_token')
    .where('token', 'in', (eb) =>
      eb
        .selectFrom('action_token')
        .select('token')
        .where('expires_at', '<=', now)
        .where(eb.ref('intent_json', '->>').key('kind' as never), '=', 'share' as never)
        .where(eb.ref('intent_json', '->>').key('document' as never), 'is not', null)
        .limit(rows),
    )
    .returningAll()
    .execute();
  if (expired.length === 0) return 0;
  const nothing = JSON.stringify({ kind: 'share', document: null });
  await db
    .insertInto('action_token')
    .values(expired.map((row) => ({ ...row, intent_json: nothing })))
    .execute();
  return expired.length;
};

/** A question that nobody wanted to be kept goes with its button. */
const dropQuestions: Trim = remove(
  'action_token',
  ({ now }) =>
    sql`expires_at <= ${now} and intent_json ->> 'kind' in ('keep-question', 'feedback')`,
  'token',
);

/** Counted from when a button stopped to work, so that a click is told why nothing happens. */
const TOKEN_DAYS = 30;

export const actionTokenLife: Life = {
  until: `${TOKEN_DAYS} days after it stopped to work; what it would share or keep is dropped at once`,
  why: 'what a button stands for',
  trims: [
    dropSharedDocuments,
    dropQuestions,
    remove('action_token', ({ now }) => sql`expires_at < ${now - TOKEN_DAYS * DAY_MS}`, 'token'),
  ],
};

/** How long a button works. */
const LIFE_MS = 7 * DAY_MS;
/** Of one that keeps a question, whose text lies in its row until then. */
const QUESTION_LIFE_MS = HOUR_MS;

const holdsQuestion = (intent: Intent | undefined): boolean =>
  intent?.kind === 'keep-question' || (intent?.kind === 'feedback' && intent.question !== null);
/** 192 bits: not to be guessed, and short enough for an option of a menu (75 characters). */
const TOKEN_BYTES = 24;

export function createTokensStore({ read, write }: Database, now: Clock): TokenStore {
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
  db: Db,
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
        expires_at: at + (holdsQuestion(intents[index]) ? QUESTION_LIFE_MS : LIFE_MS),
        used_at: null,
        used_by: null,
      })),
    )
    .execute();
}

async function peek(db: Db, token: string, at: number): Promise<IssuedIntent | null> {
  const row = await db
    .selectFrom('action_token')
    .selectAll()
    .where('token', '=', token)
    .executeTakeFirst();
  return row === undefined ? null : toIssued(row, at);
}

function toIssued(row: Selectable<Tables['action_token']>, at: number): IssuedIntent {
  const { used_at: usedAt, used_by: usedBy } = row;
  return {
    intent: row.intent_json,
    channel: row.channel,
    isExpired: at >= row.expires_at,
    used: usedAt === null || usedBy === null ? null : { at: isoTime(usedAt), by: usedBy },
  };
}

async function take(db: Db, token: string, by: string, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('action_token')
    .set({ used_at: at, used_by: by })
    .where('token', '=', token)
    .where('used_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
