import {
  type ColumnType,
  type Generated,
  type GeneratedAlways,
  type JSONColumnType,
  sql,
} from 'kysely';
import type { OutboxAction, OutboxMessage, OutboxState } from '../ports/outbox.ts';
import { DAY_MS } from '../shared/time.ts';
import { type Life, remove } from './life.ts';

declare module './schema.ts' {
  interface Tables {
    outbox: {
      id: GeneratedAlways<number>;
      key: string;
      channel: string;
      action_json: JSONColumnType<OutboxAction>;
      what: OutboxMessage['what'];
      /** In an object, because of JSON columns only objects come back parsed. Null once it was sent. */
      payload_json: ColumnType<{ payload: unknown } | null, string, string | null>;
      due_at: number;
      put_at: number;
      revision: Generated<number>;
      state: Generated<OutboxState['state']>;
      attempts: Generated<number>;
      unsure_since: number | null;
      ts: string | null;
      last_error: string | null;
      dead_by: 'channel' | 'message' | 'withdrawn' | null;
    };
    outbox_channel: {
      channel: string;
      lease_owner: string | null;
      lease_token: Generated<number>;
      lease_until: Generated<number>;
      not_before: Generated<number>;
      puts: Generated<number>;
      dead_since: number | null;
      dead_reason: string | null;
      dead_tried_at: number | null;
      reported_at: number | null;
    };
  }
}

/** How long what was sent or refused is remembered. Revived are seven days of it, repeated is less. */
const OUTBOX_DAYS = 30;

export const outboxLife: Life = {
  until: `${OUTBOX_DAYS} days after it was put and sent or refused, those of an alert as long as it; what it said is dropped as Slack takes it`,
  why: 'nothing owed is lost, and nothing is sent twice',
  trims: [
    remove(
      'outbox',
      ({ now }) =>
        sql`state <> 'pending' and what <> 'alert' and put_at < ${now - OUTBOX_DAYS * DAY_MS}
          and channel not in (select channel from outbox where state = 'pending')`,
    ),
  ],
};

export const outboxChannelLife: Life = {
  until: 'it has no message in the outbox',
  why: 'who sends to a channel, and whether it refuses',
  trims: [
    remove(
      'outbox_channel',
      ({ now }) =>
        sql`dead_since is null and lease_until < ${now} and not_before < ${now}
          and not exists (select 1 from outbox where outbox.channel = outbox_channel.channel)`,
      'channel',
    ),
  ],
};
