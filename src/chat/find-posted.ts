import type { WebClient } from '@slack/web-api';

/** Marks a message of ours in Slack's metadata with the key of its row. */
export const postedAs = (key: string) => ({
  event_type: 'seawall_message',
  event_payload: { key },
});

/** Clocks of ours and Slack's may differ by this much. */
const SKEW_MAX_MS = 10 * 60 * 1000;
const PAGE = 200;
const PAGES_MAX = 50;

export interface Sought {
  channel: string;
  /** Set for a reply: the first message of its thread. */
  threadTs: string | undefined;
  key: string;
  /** Epoch milliseconds of the first try. */
  since: number;
}

/**
 * Timestamp of a message that was posted with this key; null when there is none, or when the thread
 * is gone. Asks before each page whether to go on. Rejects with the errors of the Web API client,
 * `missing_scope` among them: the history scopes are optional.
 */
export async function findPosted(
  client: WebClient,
  botId: string,
  { channel, threadTs, key, since }: Sought,
  goOn: () => Promise<void>,
): Promise<string | null> {
  const oldest = String((since - SKEW_MAX_MS) / 1_000);
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    await goOn();
    const place = { channel, oldest, include_all_metadata: true, limit: PAGE };
    const asked = cursor === undefined ? place : { ...place, cursor };
    const answer =
      threadTs === undefined
        ? await client.conversations.history(asked)
        : await client.conversations.replies({ ...asked, ts: threadTs });
    const found = answer.messages?.find(
      ({ bot_id: author, metadata }) =>
        author === botId &&
        metadata?.event_type === 'seawall_message' &&
        (metadata.event_payload as { key?: unknown } | undefined)?.key === key,
    );
    if (found?.ts !== undefined) return found.ts;
    cursor = answer.response_metadata?.next_cursor || undefined;
    if (cursor === undefined) return null;
  }
  return null;
}
