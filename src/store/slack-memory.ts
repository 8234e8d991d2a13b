import { sql } from 'kysely';
import type { SlackMemory } from '../ports/slack-memory.ts';
import { DAY_MS } from '../shared/time.ts';
import type { Database } from './database.ts';
import { ended } from './deliveries.ts';
import { bounded, type Life, remove, type Tables } from './schema.ts';

declare module './schema.ts' {
  interface Tables {
    /** Channels that were told what Seawall is. */
    introduction: { channel: string; at: number };
    /** At most one row, whose id is 1. */
    slack_loss: { id: number; at: number; reason: string };
  }
}

const INTRODUCTION_DAYS = 30;

export const introductionLife: Life = {
  until: `${INTRODUCTION_DAYS} days`,
  why: 'a channel is told once what Seawall is',
  trims: [
    remove('introduction', ({ now }) => sql`at < ${now - INTRODUCTION_DAYS * DAY_MS}`, 'channel'),
  ],
};

export const slackLossLife = bounded('Slack takes the app again', 'one row at most');

/** Tables whose rows only made sense in the workspace that the bot was removed from. */
const workspaceTables = ['introduction', 'conversation'] as const satisfies (keyof Tables)[];

/** What is remembered of the Slack workspace, in the database: replicas and restarts agree. */
export function createSlackStore({ read, write }: Database): SlackMemory {
  return {
    findLoss: () =>
      read(async (db) => {
        const row = await db.selectFrom('slack_loss').selectAll().executeTakeFirst();
        return row ? { at: new Date(row.at).toISOString(), reason: row.reason } : null;
      }),
    rememberLoss: ({ at, reason }) =>
      write(async (db) => {
        await db
          .insertInto('slack_loss')
          .values({ id: 1, at, reason })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
        await db.updateTable('delivery').set(ended).execute();
        for (const table of workspaceTables) await db.deleteFrom(table).execute();
      }),
    forgetLoss: () =>
      write(async (db) => {
        await db.deleteFrom('slack_loss').execute();
      }),
    claimIntroduction: (channel, at) =>
      write(async (db) => {
        const row = await db
          .insertInto('introduction')
          .values({ channel, at })
          .onConflict((conflict) =>
            conflict
              .column('channel')
              .doUpdateSet({ at })
              .where('introduction.at', '<', at - INTRODUCTION_DAYS * DAY_MS),
          )
          .returning('channel')
          .executeTakeFirst();
        return row !== undefined;
      }),
    releaseIntroduction: (channel) =>
      write(async (db) => {
        await db.deleteFrom('introduction').where('channel', '=', channel).execute();
      }),
  };
}
