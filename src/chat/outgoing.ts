import type { WebClient } from '@slack/web-api';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { SlackMessage } from '../views/slack-messages.ts';
import { type ChannelQueues, openChannelQueues } from './channel-queues.ts';
import { checkMessage, sendChecked } from './checked-message.ts';
import { openPictures, type Picture, type Sent } from './pictures.ts';
import type { Place } from './place.ts';
import { postToResponseUrl } from './response-url.ts';
import type { ChatTimings } from './timings.ts';
import { type OutgoingFile, openUploads, type Uploads } from './uploads.ts';

export type { Place } from './place.ts';

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
  /**
   * For whoever makes the call: `send` gets the message as Slack takes it, and again in a plainer form
   * when Slack refuses that. Rejects as `send` does.
   */
  sendInBestForm<T>(
    channel: string,
    message: SlackMessage,
    send: (checked: SlackMessage) => Promise<T>,
  ): Promise<Sent<T>>;
  /** Gives a file to the channel, or to the thread. Rejects with `OutsideError`. */
  upload(place: Place, file: OutgoingFile): Promise<void>;
  drain(): Promise<void>;
}

const quiet = { unfurl_links: false, unfurl_media: false, mrkdwn: false } as const;
/** Without the last word a button's answer would overwrite the message it stands in. */
const answering = { mrkdwn: false, replace_original: false } as const;

/** Opens the way out over one Web API client. */
export function openOutgoing(client: WebClient, timings: ChatTimings, log: Logger): Outgoing {
  const queues: ChannelQueues = openChannelQueues(timings.backoffMs, (channel, reason) =>
    log.info({ channel, reason }, 'Slack asked to wait or failed; trying again'),
  );

  const uploads = openUploads(client, queues);
  const pictures = openPictures(timings.backoffMs, log);
  const keepIn = (channel: string) => (picture: Picture) =>
    uploads.keep(channel, { name: picture.name, content: picture.bytes });
  const sendInBestForm: Outgoing['sendInBestForm'] = (channel, message, send) =>
    sendChecked({ pictures, upload: keepIn(channel), log }, message, send);

  async function post(place: Place, message: SlackMessage): Promise<string> {
    const thread = place.threadTs === undefined ? {} : { thread_ts: place.threadTs };
    const { answer, unshown } = await sendInBestForm(place.channel, message, (checked) =>
      queues.run(place.channel, () =>
        client.chat.postMessage({ channel: place.channel, ...thread, ...quiet, ...checked }),
      ),
    );
    if (!answer.ts) throw new OutsideError('slack-failed', 'chat.postMessage gave no timestamp');
    const below = { ...place, threadTs: place.threadTs ?? answer.ts };
    await shareBelow(uploads, below, unshown, log);
    return answer.ts;
  }

  async function update(channel: string, ts: string, message: SlackMessage): Promise<void> {
    await sendInBestForm(channel, message, (checked) =>
      queues.run(channel, () => client.chat.update({ channel, ts, ...checked })),
    );
  }

  async function postEphemeral(
    { channel, user, threadTs }: Place & { user: string },
    message: SlackMessage,
  ): Promise<void> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    await sendInBestForm(channel, message, (checked) =>
      queues.run(channel, () =>
        client.chat.postEphemeral({ channel, user, ...thread, ...checked }),
      ),
    );
  }

  async function respond(
    place: Place & { user: string; responseUrl: string },
    message: SlackMessage,
  ): Promise<void> {
    const thread = place.threadTs === undefined ? {} : { thread_ts: place.threadTs };
    const send = (form: SlackMessage) => {
      const body = { ...checkMessage(form, log), ...thread, ...answering };
      return postToResponseUrl(place.responseUrl, body, timings);
    };
    const problem = await send(await pictures.prepare(message, keepIn(place.channel)));
    if (problem === null) return;
    log.info({ channel: place.channel, reason: problem }, 'response_url failed; posting instead');
    try {
      await postEphemeral(place, message);
    } catch (error) {
      // In a channel without the bot the url is the only way, and it may have refused a chart alone.
      const isTaken = message.charts !== undefined && (await send(message)) === null;
      if (!isTaken) throw error;
    }
  }

  return {
    post,
    update,
    postEphemeral,
    respond,
    upload: uploads.share,
    sendInBestForm,
    drain: () => queues.drain(),
  };
}

/** Pictures that a message could not hold; what they show stands in it, so failing is no loss. */
async function shareBelow(
  uploads: Uploads,
  place: Place,
  unshown: readonly Picture[],
  log: Logger,
): Promise<void> {
  for (const { name, bytes, alternative } of unshown) {
    const file = { name, content: bytes, comment: alternative };
    await uploads.share(place, file).catch((error: unknown) => {
      log.info({ channel: place.channel, error: String(error) }, 'a picture was not taken');
    });
  }
}
