import type { Clock } from '../ports/clock.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { pause } from '../timers/pause.ts';
import type { SlackMessage, SlackReply } from '../views/slack-messages.ts';
import type { OutboxSender } from './outbox.ts';
import type { MessagePlace } from './place.ts';
import type { Sender } from './sender.ts';
import { type AnswerFile, insteadOfFile, shareFile } from './uploads.ts';

/** How messages leave: what everybody sees by the outbox, the rest by the sender. */
export interface WaysOut {
  sender: Sender;
  outbox: OutboxSender;
  now: Clock;
  log: Logger;
}

export interface PublicPost {
  /** Unique to what it answers. */
  key: string;
  place: MessagePlace;
  reply: SlackReply;
  /** Timestamp of the progress message, whose place it takes. */
  replaces?: string | undefined;
  file?: AnswerFile | undefined;
  /** True: who asked can be told in another way, so a message that would wait is taken back. */
  hasOtherWay: boolean;
}

/**
 * Posts so that everybody sees it, through the outbox. Null when that is done, else why the post
 * stays there for now. Rejects with `OutsideError` `slack-failed` when Slack refuses it, and when it
 * would have to wait and another way is left.
 */
export async function postPublicly(parts: WaysOut, post: PublicPost): Promise<string | null> {
  const { outbox, sender, log, now } = parts;
  const { place, file } = post;
  const rows = rowsOf(post, now());
  try {
    await putSurely(outbox, rows);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log.warn({ error }, 'the outbox takes nothing; posting without it');
    await postDirectly(sender, post);
    return null;
  }
  const keys = rows.map(({ key }) => key);
  const [first] = await Promise.all(keys.map((key) => outbox.outcomeOf(key)));
  if (first?.state === 'sent') {
    const below = { ...place, threadTs: place.threadTs ?? first.ts };
    const instead = file ? await shareFile(sender, below, file) : null;
    if (instead) {
      const row = insteadRow(post, instead, now());
      await outbox.put([row]);
      await outbox.outcomeOf(row.key);
    }
    return null;
  }
  const reason = first?.reason ?? 'nothing was said';
  if (first?.state === 'dead') {
    await outbox.withdraw(keys, reason);
    throw new OutsideError('slack-failed', reason);
  }
  if (post.hasOtherWay && (await outbox.withdraw(keys, 'answered in another way'))) {
    throw new OutsideError('slack-failed', reason);
  }
  // A file is not kept: when the answer comes at last, it says how to get one.
  const instead = file && insteadOfFile('Slack did not take messages then', file);
  if (instead) await outbox.put([insteadRow(post, instead, now())]);
  return reason;
}

/**
 * Once more after a failure: a database that went away during the commit may have the rows, which would be sent as well. By
 * their keys a second time adds nothing.
 */
async function putSurely(outbox: OutboxSender, rows: readonly OutboxMessage[]): Promise<void> {
  try {
    await outbox.put(rows);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    await pause(AGAIN_AFTER_MS);
    await outbox.put(rows);
  }
}

/** Long enough to connect anew; somebody waits for the answer. */
const AGAIN_AFTER_MS = 500;

function rowsOf({ key, place, replaces, reply }: PublicPost, dueAt: number): OutboxMessage[] {
  const { channel, threadTs } = place;
  const first = rowOf(key, channel, { kind: 'post', threadTs, replaces }, reply.message, dueAt);
  const below = threadOf(key, threadTs);
  const details = reply.thread.map((message, index) =>
    rowOf(`${key}:${index + 1}`, channel, below, message, dueAt),
  );
  return [first, ...details];
}

const rowOf = (
  key: string,
  channel: string,
  action: OutboxMessage['action'],
  payload: SlackMessage,
  dueAt: number,
): OutboxMessage => ({ key, channel, action, what: 'answer', payload, dueAt });

const insteadRow = ({ key, place }: PublicPost, message: SlackMessage, dueAt: number) =>
  rowOf(`${key}:file`, place.channel, threadOf(key, place.threadTs), message, dueAt);

/** The thread that is there already, else the one that the post opens. */
const threadOf = (key: string, threadTs: string | undefined): OutboxMessage['action'] =>
  threadTs === undefined ? { kind: 'post', threadOf: key } : { kind: 'post', threadTs };

/** Without the database, so without its promises. */
async function postDirectly(
  sender: Sender,
  { place, replaces, reply, file }: PublicPost,
): Promise<void> {
  const { channel, threadTs } = place;
  const isReplaced =
    replaces !== undefined &&
    (await sender.update(channel, replaces, reply.message).then(
      () => true,
      () => false,
    ));
  const ts = isReplaced ? replaces : await sender.post(place, reply.message);
  const below = { channel, threadTs: threadTs ?? ts };
  for (const detail of reply.thread) await sender.post(below, detail);
  const instead = file ? await shareFile(sender, below, file) : null;
  if (instead) await sender.post(below, instead);
}
