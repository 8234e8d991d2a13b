import type { WebClient } from '@slack/web-api';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { SlackMessage } from '../views/slack-messages.ts';
import { type ChannelQueues, openChannelQueues } from './channel-queues.ts';
import { checkMessage, type Forms, sendChecked, shareBelow } from './checked-message.ts';
import { openPictures, type Picture } from './pictures.ts';
import type { Place } from './place.ts';
import { postToResponseUrl } from './response-url.ts';
import type { ChatTimings } from './timings.ts';
import { type OutgoingFile, openUploads } from './uploads.ts';

export type { Place } from './place.ts';

/** The way out to Slack for what is answered at once: checked, queued per channel and retried. */
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
  /** The forms in which a message may go out, for the outbox as well. */
  forms: Forms;
  drain(): Promise<void>;
}

/** Nothing in a message is parsed, and no link is looked up. */
export const quiet = { unfurl_links: false, unfurl_media: false, mrkdwn: false } as const;
/** Without the last word a button's answer would overwrite the message it stands in. */
const answering = { mrkdwn: false, replace_original: false } as const;

/** Opens the way out over one Web API client; shut while `whyLost` gives a reason. */
export function openOutgoing(
  client: WebClient,
  timings: ChatTimings,
  log: Logger,
  whyLost: () => string | null,
): Outgoing {
  const queues: ChannelQueues = openChannelQueues(
    timings.backoffMs,
    (channel, reason) =>
      log.info({ channel, reason }, 'Slack asked to wait or failed; trying again'),
    whyLost,
  );
  const uploads = openUploads(client, queues);
  const pictures = openPictures(timings.backoffMs, log);
  const forms: Forms = { pictures, uploads, log };

  async function post(place: Place, message: SlackMessage): Promise<string> {
    const thread = place.threadTs === undefined ? {} : { thread_ts: place.threadTs };
    const { answer, unshown } = await sendChecked(forms, place.channel, message, (checked) =>
      queues.run(place.channel, () =>
        client.chat.postMessage({ channel: place.channel, ...thread, ...quiet, ...checked }),
      ),
    );
    if (!answer.ts) throw new OutsideError('slack-failed', 'chat.postMessage gave no timestamp');
    await shareBelow(forms, { ...place, threadTs: place.threadTs ?? answer.ts }, unshown);
    return answer.ts;
  }

  async function update(channel: string, ts: string, message: SlackMessage): Promise<void> {
    await sendChecked(forms, channel, message, (checked) =>
      queues.run(channel, () => client.chat.update({ channel, ts, ...checked })),
    );
  }

  async function postEphemeral(
    { channel, user, threadTs }: Place & { user: string },
    message: SlackMessage,
  ): Promise<void> {
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    await sendChecked(forms, channel, message, (checked) =>
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
    const keep = ({ name, bytes }: Picture) =>
      uploads.keep(place.channel, { name, content: bytes });
    const problem = await send(await pictures.prepare(message, keep));
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
    forms,
    drain: () => queues.drain(),
  };
}
