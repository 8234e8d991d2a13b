import type { Clock } from '../ports/clock.ts';
import type { OutboxMessage } from '../ports/outbox.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { SlackMessage, SlackReply } from '../views/slack-messages.ts';
import { type AnswerFile, attachFile, insteadOfFile } from './attach-file.ts';
import type { OutboxSender } from './outbox.ts';
import type { Outgoing, Place } from './outgoing.ts';

export interface PublicAnswerParts {
  outgoing: Outgoing;
  outbox: OutboxSender;
  now: Clock;
  log: Logger;
}

export interface PublicAnswer {
  /** Unique to the question. */
  key: string;
  place: Place;
  /** Timestamp of the progress message, whose place the answer takes. */
  replaces: string | undefined;
  reply: SlackReply;
  file: AnswerFile | undefined;
  /** True: who asked can be told in another way, so a message that would wait is taken back. */
  hasOtherWay: boolean;
}

/**
 * Answers so that everybody sees it, through the outbox. Null when that is done, else why the answer
 * stays there for now. Rejects with `OutsideError` `slack-failed` when Slack refuses the answer, and
 * when it would have to wait and another way is left.
 */
export async function answerPublicly(
  parts: PublicAnswerParts,
  answer: PublicAnswer,
): Promise<string | null> {
  const { outbox, outgoing, log } = parts;
  const { place, file } = answer;
  const rows = rowsOf(answer, parts.now());
  try {
    await outbox.put(rows);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    log.warn({ error }, 'the outbox takes nothing; answering without it');
    await answerDirectly(parts, answer);
    return null;
  }
  const keys = rows.map(({ key }) => key);
  const [first] = await Promise.all(keys.map((key) => outbox.outcomeOf(key)));
  if (first?.state === 'sent') {
    const below = { ...place, threadTs: place.threadTs ?? first.ts };
    if (file) await attachFile(outgoing, below, file, log);
    return null;
  }
  const reason = first?.reason ?? 'nothing was said';
  if (first?.state === 'dead') {
    await outbox.withdraw(keys, reason);
    throw new OutsideError('slack-failed', reason);
  }
  if (answer.hasOtherWay && (await outbox.withdraw(keys, 'answered in another way'))) {
    throw new OutsideError('slack-failed', reason);
  }
  if (file) await outbox.put([insteadOfFileRow(answer, file, parts.now())]);
  return reason;
}

function rowsOf({ key, place, replaces, reply }: PublicAnswer, dueAt: number): OutboxMessage[] {
  const { channel, threadTs } = place;
  const first = answerRow(key, channel, { kind: 'post', threadTs, replaces }, reply.message, dueAt);
  const below = threadOf(key, threadTs);
  const details = reply.thread.map((message, index) =>
    answerRow(`${key}:${index + 1}`, channel, below, message, dueAt),
  );
  return [first, ...details];
}

function answerRow(
  key: string,
  channel: string,
  action: OutboxMessage['action'],
  payload: SlackMessage,
  dueAt: number,
): OutboxMessage {
  return { key, channel, action, what: 'answer', payload, dueAt };
}

/** The thread that is there already, else the one that the answer opens. */
const threadOf = (key: string, threadTs: string | undefined): OutboxMessage['action'] =>
  threadTs === undefined ? { kind: 'post', threadOf: key } : { kind: 'post', threadTs };

/** A file is not kept: when the answer comes at last, it says how to get one. */
function insteadOfFileRow(
  { key, place }: PublicAnswer,
  file: AnswerFile,
  dueAt: number,
): OutboxMessage {
  const message = insteadOfFile('Slack did not take messages then', file);
  const action = threadOf(key, place.threadTs);
  return answerRow(`${key}:file`, place.channel, action, message, dueAt);
}

/** Without the database, so without its promises. */
async function answerDirectly(
  { outgoing, log }: PublicAnswerParts,
  { place, replaces, reply, file }: PublicAnswer,
): Promise<void> {
  const { channel, threadTs } = place;
  const updated =
    replaces === undefined
      ? null
      : await outgoing.update(channel, replaces, reply.message).then(
          () => replaces,
          () => null,
        );
  const ts = updated ?? (await outgoing.post(place, reply.message));
  const below = { channel, threadTs: threadTs ?? ts };
  for (const detail of reply.thread) await outgoing.post(below, detail);
  if (file) await attachFile(outgoing, below, file, log);
}
