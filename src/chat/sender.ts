import { ErrorCode, type WebClient } from '@slack/web-api';
import pLimit from 'p-limit';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import type { SlackMessage } from '../views/slack-messages.ts';
import { isVariantRefusal, sendOrText, shareBelow, type Variants } from './checked-message.ts';
import { createNewerBlocks } from './newer-blocks.ts';
import { createPictures } from './pictures.ts';
import type { AskedAt, Call, MessagePlace } from './place.ts';
import { slackFailure } from './slack-failure.ts';
import type { ChatTimings } from './timings.ts';
import { createUploads, type Uploads } from './uploads.ts';

/**
 * The way to Slack for what is not owed: progress, private answers, files, views. What everybody is to
 * see goes through the outbox. Everything here rejects with `OutsideError` `slack-failed` when Slack
 * refuses, or when all tries were in vain.
 */
export interface Sender extends Pick<Uploads, 'share'> {
  /** Runs calls for one place one after the other, in the order they came. */
  call: Call;
  /** Timestamp of the new message. */
  post(place: MessagePlace, message: SlackMessage): Promise<string>;
  update(channel: string, ts: string, message: SlackMessage): Promise<void>;
  /**
   * To the one who asked alone: through the response_url, or as an ephemeral message. Nothing more is tried once `isOurs`
   * says that another process answers by now.
   */
  tell(asked: AskedAt, message: SlackMessage, isOurs: () => Promise<boolean>): Promise<void>;
  /** The variants in which a message may go out, for the outbox as well. */
  variants: Variants;
  /** Settles when nothing is being sent. */
  drain(): Promise<void>;
}

/** Tries of a message in all, whichever variant and way they take; the client makes none by itself. */
const TRIES_MAX = 4;
const WAIT_MAX_MS = 30_000;
/** Where Slack asks to wait longer nobody is kept waiting: everything else for the place would be, too. */
const ASKED_WAIT_MAX_MS = 120_000;

/** Nothing in a message is parsed, and no link is looked up. */
export const quiet = { unfurl_links: false, unfurl_media: false, mrkdwn: false } as const;
/** Without the last word a button's answer would overwrite the message it stands in. */
const answering = { mrkdwn: false, replace_original: false } as const;

/** What of a budget of tries is used up. */
interface Tries {
  failed: number;
}

/** Calls in order for each place, with a budget of tries; none while `whyLost` gives a reason. */
function openCalls(timings: ChatTimings, log: Logger, whyLost: () => string | null) {
  const tails = new Map<string, Promise<unknown>>();
  const bounds = { least: timings.backoffMs, most: WAIT_MAX_MS };

  /** Waits as Slack says, else longer each time, until the tries are used up. */
  async function attempt<T>(place: string, tries: Tries, work: () => Promise<T>): Promise<T> {
    for (;;) {
      const lost = whyLost();
      if (lost !== null) throw new OutsideError('slack-failed', lost);
      try {
        return await work();
      } catch (error) {
        const failure = slackFailure(error);
        const { reason } = failure;
        tries.failed += 1;
        // Some answers ask to wait for no time at all.
        const waitMs = Math.max(
          failure.kind === 'wait' ? failure.waitMs : 0,
          backOffMs(tries.failed, bounds),
        );
        const isOver = tries.failed >= TRIES_MAX || waitMs > ASKED_WAIT_MAX_MS;
        if (failure.kind === 'refused' || isOver) {
          const isRetryable = failure.kind !== 'refused';
          throw new OutsideError('slack-failed', reason, { isRetryable, cause: error });
        }
        log.info({ place, reason }, 'Slack asked to wait or failed; trying again');
        await pause(waitMs);
      }
    }
  }

  return {
    run<T>(place: string, tries: Tries, work: () => Promise<T>): Promise<T> {
      const before = tails.get(place) ?? Promise.resolve();
      const result = before.then(() => attempt(place, tries, work));
      const tail = result
        .catch(() => undefined)
        .then(() => {
          if (tails.get(place) === tail) tails.delete(place);
        });
      tails.set(place, tail);
      return result;
    },
    async drain() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

/** Opens the way over a client that repeats nothing; shut while `whyLost` gives a reason. */
export function openSender(
  client: WebClient,
  timings: ChatTimings,
  log: Logger,
  whyLost: () => string | null,
): Sender {
  const calls = openCalls(timings, log, whyLost);
  const call: Call = (place, work) => calls.run(place, { failed: 0 }, work);
  const uploads = createUploads(client, call);
  const pictures = createPictures(timings.backoffMs, log);
  const variants: Variants = { pictures, newer: createNewerBlocks(log), uploads, log };

  /** A message in the best variant that is taken, with one budget of tries for all variants. */
  function send<T>(
    channel: string,
    message: SlackMessage,
    work: (variant: SlackMessage) => Promise<T>,
  ) {
    const tries = { failed: 0 };
    return sendOrText(variants, channel, message, (variant) =>
      calls.run(channel, tries, () => work(variant)),
    );
  }

  return {
    call,
    share: uploads.share,
    variants,
    async post({ channel, threadTs }, message) {
      const { answer, unshown } = await send(channel, message, (variant) =>
        client.chat.postMessage({ channel, ...inThread(threadTs), ...quiet, ...variant }),
      );
      if (!answer.ts) throw new OutsideError('slack-failed', 'chat.postMessage gave no timestamp');
      await shareBelow(variants, { channel, threadTs: threadTs ?? answer.ts }, unshown);
      return answer.ts;
    },
    async update(channel, ts, message) {
      await send(channel, message, (variant) => client.chat.update({ channel, ts, ...variant }));
    },
    async tell({ channel, user, threadTs, responseUrl }, message, isOurs) {
      const thread = inThread(threadTs);
      let url = responseUrl;
      let hasFailed = false;
      await send(channel, message, async (variant) => {
        if (!(await isOurs())) return;
        if (url !== undefined) {
          try {
            return await postToResponseUrl(url, { ...variant, ...thread, ...answering }, timings);
          } catch (error) {
            if (isVariantRefusal(error)) throw error;
            log.info({ channel, reason: slackFailure(error).reason }, 'a response_url failed');
            const isOver = hasFailed || isUsedUp(error);
            hasFailed = true;
            if (!isOver) throw error;
            url = undefined;
          }
        }
        await client.chat.postEphemeral({ channel, user, ...thread, ...variant });
      });
    },
    drain: calls.drain,
  };
}

const inThread = (threadTs: string | undefined) =>
  threadTs === undefined ? {} : { thread_ts: threadTs };

/** More at once starve acknowledgements of CPU on a small machine (measured at 200). */
const limit = pLimit(20);

/** The url is used up: after 5 uses or 30 minutes. */
const isUsedUp = (error: unknown): boolean => (error as { status?: unknown }).status === 404;

/**
 * Posts once to a response_url, within a time limit. Rejects as the Web API client does, for what Slack
 * says as for a connection that fails.
 * Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
function postToResponseUrl(
  url: string,
  body: object,
  { responseTimeoutMs }: ChatTimings,
): Promise<void> {
  return limit(async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(responseTimeoutMs),
      redirect: 'error',
    }).catch((error: unknown) => {
      // Its text may hold the address.
      throw new Error(error instanceof Error ? error.name : 'failed');
    });
    // Read to the end: an answer that is cut off says nothing about the message.
    const text = await response.text();
    if (response.ok) return;
    const { status } = response;
    const isSlacks = status < 500 && /^[a-z0-9_]{1,80}$/.test(text);
    const said = isSlacks ? { code: ErrorCode.PlatformError, data: { error: text } } : {};
    throw Object.assign(new Error(`status ${status}`), { status, ...said });
  });
}
