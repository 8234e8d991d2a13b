import { OutsideError } from '../shared/errors.ts';
import { counted } from '../shared/text.ts';
import { pause } from '../timers/pause.ts';
import { plainNotice, type SlackMessage, type SlackReply } from '../views/slack-messages.ts';
import type { HeldDelivery } from './deliveries.ts';
import { type AskedAt, isDirect } from './place.ts';
import { postPublicly, type WaysOut } from './public-post.ts';
import { type AnswerFile, insteadOfFile } from './uploads.ts';

export interface Conversation {
  /** From now on everyone in the channel sees the work, not only the person who asked. */
  goPublic(): void;
  /** The answer is for the person who asked alone, also where they mentioned the bot. */
  goPrivate(): void;
  /** True when only the person who asked will see the answer. */
  isForOne(): boolean;
  /**
   * Shows the newest state of long work in one message, edited in place. Of states that nobody gets to see none is
   * asked for as a message. Never rejects.
   */
  showProgress(toMessage: () => SlackMessage): void;
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
  parts: WaysOut,
  asked: AskedAt,
  key: string,
  delivery: Pick<HeldDelivery, 'progressTs' | 'keepProgress' | 'isOurs'> | null,
): Conversation {
  const { sender, log } = parts;
  const { channel, threadTs, responseUrl } = asked;
  let isPublic = responseUrl === undefined;
  let isPrivate = false;
  const before = delivery?.progressTs ?? null;
  let posted: Promise<string | null> | null = before === null ? null : Promise.resolve(before);
  let pending: (() => SlackMessage) | null = null;
  let isAnswered = false;
  let progress: Promise<void> = Promise.resolve();
  let editing: Promise<unknown> = Promise.resolve();

  async function firstPost(message: SlackMessage): Promise<string | null> {
    try {
      const ts = await sender.post({ channel, threadTs }, message);
      await delivery?.keepProgress(ts);
      return ts;
    } catch (error) {
      log.info({ channel, error: String(error) }, 'a progress message was not taken');
      return null;
    }
  }

  async function showPending(): Promise<void> {
    while (pending && !isAnswered) {
      const message = drawn(log, pending);
      pending = null;
      if (message === null) continue;
      const isFirst = posted === null;
      posted ??= firstPost(message);
      const ts = await posted;
      if (ts === null) return;
      if (!isFirst && !isAnswered) {
        editing = sender.update(channel, ts, message).catch(() => undefined);
        await editing;
      }
      await pause(PROGRESS_INTERVAL_MS);
    }
  }

  const isForOne = () => isPrivate || !isPublic;
  return {
    goPublic() {
      isPublic = true;
    },
    goPrivate() {
      // A direct message has nobody else in it.
      isPrivate = !channel.startsWith('D');
    },
    isForOne,
    showProgress(toMessage) {
      if (!isPublic) return;
      const isIdle = pending === null;
      pending = toMessage;
      if (isIdle) progress = progress.then(showPending);
    },
    async answer(reply, file) {
      isAnswered = true;
      if (isForOne()) {
        await tell(parts, asked, reply, delivery);
        return null;
      }
      // An edit that is still on its way would overwrite the answer.
      const [ts] = await Promise.all([posted, editing]);
      const hasOtherWay = responseUrl !== undefined;
      const place = { channel, threadTs };
      try {
        const replaces = ts ?? undefined;
        return await postPublicly(parts, { key, place, replaces, reply, file, hasOtherWay });
      } catch (error) {
        if (!(error instanceof OutsideError) || (isDirect(channel) && !hasOtherWay)) throw error;
        log.info({ channel, reason: error.detail }, 'the channel did not take an answer');
        const why = `I could not post in this channel (${error.detail}), so only you see this. Invite me to the channel to share answers.`;
        // Before the details, of which there may be more than a response_url takes.
        const instead = file ? [insteadOfFile('files need a channel', file)] : [];
        const thread = [plainNotice(why), ...instead, ...reply.thread];
        await tell(parts, asked, { ...reply, thread }, delivery);
        return null;
      }
    },
  };
}

function drawn(log: WaysOut['log'], toMessage: () => SlackMessage): SlackMessage | null {
  try {
    return toMessage();
  } catch (error) {
    log.error({ error }, 'a state of long work could not be drawn: a bug');
    return null;
  }
}

/**
 * To the one who asked, as far as a response URL reaches; ephemeral messages have no such end. Whoever calls has just seen
 * that the delivery is ours, which it may be no more when a try has failed or after the first message.
 */
async function tell(
  { sender, log }: WaysOut,
  asked: AskedAt,
  { message, thread }: SlackReply,
  delivery: Pick<HeldDelivery, 'isOurs'> | null,
): Promise<void> {
  const most = asked.responseUrl === undefined ? Number.POSITIVE_INFINITY : RESPONSES_MAX;
  const shown = [message, ...thread].slice(0, most);
  const hidden = 1 + thread.length - shown.length;
  if (hidden > 0) {
    const more = `… and ${counted(hidden, 'more page')}. Mention me with the same line to get them in a thread.`;
    shown.push(plainNotice(more));
  }
  let isFirst = true;
  const isOurs = async () => {
    const still = isFirst || delivery === null || (await delivery.isOurs());
    isFirst = false;
    if (!still) {
      log.info(
        { channel: asked.channel },
        'another process answers: this one stood still for too long',
      );
    }
    return still;
  };
  for (const each of shown) await sender.tell(asked, each, isOurs);
}
