import { OutsideError } from '../shared/errors.ts';
import { counted } from '../shared/text.ts';
import { pause } from '../timers/pause.ts';
import { plainNotice, type SlackMessage, type SlackReply } from '../views/slack-messages.ts';
import { type AnswerFile, insteadOfFile } from './attach-file.ts';
import type { Outgoing } from './outgoing.ts';
import { answerPublicly, type PublicAnswerParts } from './public-answer.ts';

/** Where a question was asked, and so where its answer belongs. */
export interface AskedAt {
  channel: string;
  user: string;
  /** Set where the question stands in a thread, or opens one as a mention does. */
  threadTs?: string | undefined;
  /** Set for a slash command or a button. */
  responseUrl?: string | undefined;
}

export interface Conversation {
  /** From now on everyone in the channel sees the work, not only the person who asked. */
  goPublic(): void;
  /** The answer is for the person who asked alone, also where they mentioned the bot. */
  goPrivate(): void;
  /** Shows the newest state of long work in one message, edited in place. Never rejects. */
  showProgress(message: SlackMessage): void;
  /**
   * Delivers the answer, its thread and its file. Rejects with `OutsideError` when no way is left for
   * the answer; a file that Slack does not take is said in the thread. Null when it was delivered,
   * else why it stays in the outbox for now.
   */
  answer(reply: SlackReply, file?: AnswerFile): Promise<string | null>;
}

/** Slack takes about one call a second and channel. */
const PROGRESS_INTERVAL_MS = 1_200;
/** A response_url works five times; one is left for a late word. */
const RESPONSES_MAX = 4;

/** Opens the way back to whoever asked; `key` is unique to the question. */
export function openConversation(
  parts: PublicAnswerParts,
  asked: AskedAt,
  key: string,
): Conversation {
  const { outgoing, log } = parts;
  const { channel, threadTs, responseUrl } = asked;
  let isPublic = responseUrl === undefined;
  let isPrivate = false;
  let posted: Promise<string | null> | null = null;
  let pending: SlackMessage | null = null;
  let isAnswered = false;
  let progress: Promise<void> = Promise.resolve();
  let editing: Promise<unknown> = Promise.resolve();

  const firstPost = (message: SlackMessage) =>
    outgoing.post({ channel, threadTs }, message).catch((error: unknown) => {
      log.info({ channel, error: String(error) }, 'a progress message was not taken');
      return null;
    });

  async function showPending(): Promise<void> {
    while (pending && !isAnswered) {
      const message = pending;
      pending = null;
      const isFirst = posted === null;
      posted ??= firstPost(message);
      const ts = await posted;
      if (ts === null) return;
      if (!isFirst && !isAnswered) {
        editing = outgoing.update(channel, ts, message).catch(() => undefined);
        await editing;
      }
      await pause(PROGRESS_INTERVAL_MS);
    }
  }

  return {
    goPublic() {
      isPublic = true;
    },
    goPrivate() {
      // A direct message has nobody else in it.
      isPrivate = !channel.startsWith('D');
    },
    showProgress(message) {
      if (!isPublic) return;
      const isIdle = pending === null;
      pending = message;
      if (isIdle) progress = progress.then(showPending);
    },
    async answer(reply, file) {
      isAnswered = true;
      if (!isPublic && responseUrl !== undefined) {
        await answerPrivately(outgoing, { ...asked, responseUrl }, reply);
        return null;
      }
      if (isPrivate) {
        await answerEphemerally(outgoing, asked, reply);
        return null;
      }
      // An edit that is still on its way would overwrite the answer.
      const [ts] = await Promise.all([posted, editing]);
      const hasOtherWay = responseUrl !== undefined;
      const place = { channel, threadTs };
      try {
        const replaces = ts ?? undefined;
        return await answerPublicly(parts, { key, place, replaces, reply, file, hasOtherWay });
      } catch (error) {
        if (!(error instanceof OutsideError) || responseUrl === undefined) throw error;
        log.info({ channel, reason: error.detail }, 'the channel did not take an answer');
        const why = `I could not post in this channel (${error.detail}), so only you see this. Invite me to the channel to share answers.`;
        // Before the details, of which there may be more than a response_url takes.
        const instead = file ? [insteadOfFile('files need a channel', file)] : [];
        const thread = [plainNotice(why), ...instead, ...reply.thread];
        await answerPrivately(outgoing, { ...asked, responseUrl }, { ...reply, thread });
        return null;
      }
    },
  };
}

/** Through the response URL, as far as it reaches. */
async function answerPrivately(
  outgoing: Outgoing,
  place: AskedAt & { responseUrl: string },
  { message, thread }: SlackReply,
): Promise<void> {
  const shown = [message, ...thread].slice(0, RESPONSES_MAX);
  const hidden = 1 + thread.length - shown.length;
  for (const each of shown) await outgoing.respond(place, each);
  if (hidden > 0) {
    const more = `… and ${counted(hidden, 'more page')}. Mention me with the same line to get them in a thread.`;
    await outgoing.respond(place, plainNotice(more));
  }
}

/** Where there is no response URL, as after a mention. */
async function answerEphemerally(
  outgoing: Outgoing,
  { channel, user, threadTs }: AskedAt,
  { message, thread }: SlackReply,
): Promise<void> {
  for (const each of [message, ...thread]) {
    await outgoing.postEphemeral({ channel, user, threadTs }, each);
  }
}
