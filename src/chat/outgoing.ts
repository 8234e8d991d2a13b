import type { WebClient } from '@slack/web-api';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { SlackMessage } from '../views/slack-messages.ts';
import { type ChannelQueues, openChannelQueues } from './channel-queues.ts';
import { checkMessage, sendChecked } from './checked-message.ts';
import { postToResponseUrl } from './response-url.ts';
import type { ChatTimings } from './timings.ts';

export interface Place {
  channel: string;
  /** Timestamp of the thread's first message. */
  threadTs?: string | undefined;
}

/** The one way out to Slack: every message is checked, clamped, queued per channel and retried. */
export interface Outgoing {
  /** Timestamp of the new message. Rejects with `OutsideError`. */
  post(place: Place, message: SlackMessage): Promise<string>;
  update(channel: string, ts: string, message: SlackMessage): Promise<void>;
  /** Only one person sees it. */
  postEphemeral(place: Place & { user: string }, message: SlackMessage): Promise<void>;
  /** Through the response_url, and as an ephemeral message when that no longer works. */
  respond(
    place: Place & { user: string; responseUrl: string },
    message: SlackMessage,
  ): Promise<void>;
  /** Gives a file to the channel, or to the thread. Rejects with `OutsideError`. */
  upload(place: Place, file: OutgoingFile): Promise<void>;
  drain(): Promise<void>;
}

export interface OutgoingFile {
  name: string;
  text: string;
}

/** Nothing in a message is parsed, and no link is looked up. */
export const quiet = { unfurl_links: false, unfurl_media: false, mrkdwn: false } as const;

/** Opens the way out over one Web API client. */
export function openOutgoing(client: WebClient, timings: ChatTimings, log: Logger): Outgoing {
  const queues: ChannelQueues = openChannelQueues(timings.backoffMs, (channel, reason) =>
    log.info({ channel, reason }, 'Slack asked to wait or failed; trying again'),
  );

  async function post(place: Place, message: SlackMessage): Promise<string> {
    const thread = place.threadTs === undefined ? {} : { thread_ts: place.threadTs };
    const answer = await sendChecked(message, log, (checked) =>
      queues.run(place.channel, () =>
        client.chat.postMessage({ channel: place.channel, ...thread, ...quiet, ...checked }),
      ),
    );
    if (!answer.ts) throw new OutsideError('slack-failed', 'chat.postMessage gave no timestamp');
    return answer.ts;
  }

  async function update(channel: string, ts: string, message: SlackMessage): Promise<void> {
    await sendChecked(message, log, (checked) =>
      queues.run(channel, () => client.chat.update({ channel, ts, ...checked })),
    );
  }

  async function postEphemeral(
    { channel, user, threadTs }: Place & { user: string },
    message: SlackMessage,
  ): Promise<void> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    await sendChecked(message, log, (checked) =>
      queues.run(channel, () =>
        client.chat.postEphemeral({ channel, user, ...thread, ...checked }),
      ),
    );
  }

  async function respond(
    place: Place & { user: string; responseUrl: string },
    message: SlackMessage,
  ): Promise<void> {
    const checked = checkMessage(message, log);
    const thread = place.threadTs === undefined ? {} : { thread_ts: place.threadTs };
    // Without the last word a button's answer would overwrite the message it stands in.
    const body = { ...checked, ...thread, mrkdwn: false, replace_original: false };
    const problem = await postToResponseUrl(place.responseUrl, body, timings);
    if (problem === null) return;
    log.info({ channel: place.channel, reason: problem }, 'response_url failed; posting instead');
    await postEphemeral(place, message);
  }

  async function upload({ channel, threadTs }: Place, { name, text }: OutgoingFile): Promise<void> {
    const place = { channel_id: channel, filename: name, title: name, file: Buffer.from(text) };
    await queues.run(channel, () =>
      client.files.uploadV2(threadTs === undefined ? place : { ...place, thread_ts: threadTs }),
    );
  }

  return { post, update, postEphemeral, respond, upload, drain: () => queues.drain() };
}
