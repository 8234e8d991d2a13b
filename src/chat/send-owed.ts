import type { WebClient } from '@slack/web-api';
import { limits } from '../blocks/limits.ts';
import type { Clock } from '../ports/clock.ts';
import { LeaseLost } from '../ports/lease.ts';
import type { OutboxTarget, OwedMessage } from '../ports/outbox.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { duration } from '../shared/text.ts';
import { pause } from '../timers/pause.ts';
import { plainNotice, type SlackMessage } from '../views/slack-messages.ts';
import { plainMessage, sendChecked, shareBelow, type Variants } from './checked-message.ts';
import { quiet } from './sender.ts';
import { refusalScope, type SlackFailure, slackFailure } from './slack-failure.ts';

export interface SendParts {
  client: WebClient;
  botId: string;
  variants: Variants;
  now: Clock;
  log: Logger;
  /** From here on a message says how late it is. */
  lateAfterMs: number;
  /** After a try of which nobody knows whether Slack took it: what it takes late shows by then. */
  doubtWaitMs: number;
  /** Aborts when the program ends: nobody waits then. */
  ending: AbortSignal;
}

export type SendResult = { kind: 'sent'; ts: string } | Failed;

interface Failed {
  kind: 'failed';
  failure: SlackFailure;
  /** Since when Slack may have taken it all the same; absent where the failure itself tells. */
  doubt?: { unsureSince: number };
}

/** Everything but what `holdLease` rejects with comes from Slack or the way to it. */
const isOfSlack = (error: unknown): boolean =>
  !(error instanceof LeaseLost || error instanceof OutsideError);

/**
 * One try of a row. `holdLease` is asked before every call and rejects with `LeaseLost` or with the
 * store's errors, which pass through; what Slack says or fails to say is in the result. What may be about the blocks, a word
 * that nobody knows or after many tries one of Slack's own trouble, is followed by a try of the text alone, once what Slack may
 * have taken all the same would show.
 */
export async function sendOwed(
  parts: SendParts,
  owed: OwedMessage,
  holdLease: () => Promise<void>,
): Promise<SendResult> {
  const startedAt = parts.now();
  const whole = await send({ ...parts, isPlain: false }, owed, holdLease);
  const isOfBlocks = whole.kind === 'failed' && refusalScope(whole.failure, owed) === 'unknown';
  if (!isOfBlocks || !hasBlocks(owed)) return whole;
  const { channel, key } = owed;
  parts.log.warn(
    { channel, key, reason: whole.failure.reason },
    'a message is tried as text alone',
  );
  await pause(parts.doubtWaitMs, parts.ending);
  if (parts.ending.aborted) return whole;
  const doubt = { unsureSince: owed.unsureSince ?? startedAt };
  const plain = await send({ ...parts, isPlain: true }, { ...owed, ...doubt }, holdLease);
  // What refuses the text, or the look for what was taken, says nothing of the try before it.
  return plain.kind === 'failed' ? { ...plain, doubt } : plain;
}

const hasBlocks = ({ payload }: OwedMessage): boolean =>
  ((payload ?? {}) as Partial<SlackMessage>).blocks?.length !== 0;

interface Sending extends SendParts {
  /** Without blocks: what Slack cannot handle may be these. */
  isPlain: boolean;
}

async function send(
  parts: Sending,
  owed: OwedMessage,
  holdLease: () => Promise<void>,
): Promise<SendResult> {
  const { action, target } = owed;
  if (action.kind === 'update') {
    return target === null || target.ts === null
      ? neverPosted
      : // A post that came late keeps saying so.
        update(parts, owed, { ts: target.ts, row: target, at: timeOf(target.ts) }, holdLease);
  }
  if (action.threadOf !== undefined && !target?.ts) return neverPosted;
  if (action.replaces !== undefined) {
    const place = { ts: action.replaces, row: owed, at: parts.now() };
    const taken = await update(parts, owed, place, holdLease);
    const isGone = taken.kind === 'failed' && leavesOthers(taken.failure);
    if (!isGone) return taken;
  }
  const threadTs = action.threadTs ?? target?.ts ?? undefined;
  if (owed.unsureSince !== null) {
    const sought = { channel: owed.channel, threadTs, key: owed.key, since: owed.unsureSince };
    const earlier = await findEarlier(parts, sought, holdLease);
    if (earlier !== null) return earlier;
  }
  return post(parts, owed, threadTs, holdLease);
}

/** True for a refusal that says nothing of other calls to the same channel. */
const leavesOthers = (failure: SlackFailure): boolean =>
  failure.kind === 'refused' && failure.scope !== 'app' && failure.scope !== 'channel';

/** Why nothing can be said below a message, or instead of one, that is not there. */
export const NEVER_POSTED = 'its first message was never posted';
const neverPosted: SendResult = {
  kind: 'failed',
  failure: { kind: 'refused', scope: 'message', reason: NEVER_POSTED },
};

async function post(
  parts: Sending,
  owed: OwedMessage,
  threadTs: string | undefined,
  holdLease: () => Promise<void>,
): Promise<SendResult> {
  const { client, variants, now } = parts;
  const { channel, key } = owed;
  // What was put together says it once, in the first message.
  const isBelow = owed.action.kind === 'post' && owed.target?.putAt === owed.putAt;
  const message = saysLateness(parts, owed, owed, isBelow ? owed.dueAt : now());
  const isBroadcast = owed.action.kind === 'post' && owed.action.isBroadcast === true;
  const thread =
    threadTs === undefined
      ? {}
      : { thread_ts: threadTs, ...(isBroadcast && { reply_broadcast: true as const }) };
  return attempt(async () => {
    const { answer, unshown } = await sendChecked(variants, channel, message, async (checked) => {
      // A message with a picture may take several calls.
      await holdLease();
      return client.chat.postMessage({
        channel,
        ...thread,
        ...quiet,
        ...checked,
        metadata: postedAs(key),
      });
    });
    const ts = answer.ts ?? '';
    await shareBelow(variants, { channel, threadTs: threadTs ?? ts }, unshown);
    return ts;
  });
}

async function update(
  parts: Sending,
  owed: OwedMessage,
  { ts, row, at }: { ts: string; row: OutboxTarget | OwedMessage; at: number },
  holdLease: () => Promise<void>,
): Promise<SendResult> {
  const { client, variants } = parts;
  const message = saysLateness(parts, owed, row, at);
  await holdLease();
  return attempt(async () => {
    await sendChecked(variants, owed.channel, message, (checked) =>
      client.chat.update({ channel: owed.channel, ts, ...checked }),
    );
    return ts;
  });
}

/** What the row says, as it is due to `row` and posted at `at`. Throws for what is no message. */
function saysLateness(
  { lateAfterMs, isPlain }: Sending,
  owed: OwedMessage,
  row: OutboxTarget | OwedMessage,
  at: number,
): SlackMessage {
  const { text, blocks, charts } = (owed.payload ?? {}) as Partial<SlackMessage>;
  if (typeof text !== 'string' || !Array.isArray(blocks)) {
    throw new Error(`the payload of ${owed.key} is no message`);
  }
  const whole = charts === undefined ? { text, blocks } : { text, blocks, charts };
  const message = isPlain ? plainMessage(whole) : whole;
  return at - row.dueAt < lateAfterMs ? message : withLateness(message, row, at);
}

/** Slack's timestamps are seconds. */
const timeOf = (ts: string): number => Number(ts) * 1_000;

/** The message of an earlier try, when Slack took it; null when it has to be posted. */
async function findEarlier(
  { client, botId, log }: SendParts,
  sought: Parameters<typeof findPosted>[2],
  holdLease: () => Promise<void>,
): Promise<SendResult | null> {
  try {
    const ts = await findPosted(client, botId, sought, holdLease);
    return ts === null ? null : { kind: 'sent', ts };
  } catch (error) {
    if (!isOfSlack(error)) throw error;
    const failure = slackFailure(error);
    const { reason } = failure;
    if (reason === 'thread_not_found') return null;
    const cannotLook = reason === 'missing_scope' || leavesOthers(failure);
    if (!cannotLook) return { kind: 'failed', failure };
    const { channel, key } = sought;
    const text = 'a message may appear twice: nobody could look whether Slack took it before';
    log.warn({ channel, key, reason }, text);
    return null;
  }
}

async function attempt(call: () => Promise<string>): Promise<SendResult> {
  try {
    return { kind: 'sent', ts: await call() };
  } catch (error) {
    if (!isOfSlack(error)) throw error;
    return { kind: 'failed', failure: slackFailure(error) };
  }
}

/** When a row was due and put, epoch milliseconds, and what last kept it from being sent. */
type Row = Pick<OwedMessage, 'dueAt' | 'putAt' | 'lastError'>;

/** The message with a line that says how late it is when posted at that time, and why. */
function withLateness(message: SlackMessage, row: Row, postedAt: number): SlackMessage {
  const lateMs = postedAt - row.dueAt;
  const notice = plainNotice(`Posted ${duration(lateMs)} late: ${cause(row, lateMs)}`);
  if (message.blocks.length < limits.blocksPerMessage.value) {
    return { ...message, blocks: [...message.blocks, ...notice.blocks] };
  }
  return { ...message, text: `${message.text}\n${notice.text}` };
}

function cause({ dueAt, putAt, lastError }: Row, lateMs: number): string {
  // Most of the delay was over before there was anything to send.
  if (lastError === null || (putAt - dueAt) * 2 > lateMs) return 'Seawall was not running';
  if (/rate.?limit/i.test(lastError)) return 'Slack asked to wait';
  // Slack's own words are codes; anything else is a connection that failed.
  return /^[a-z0-9_]+$/.test(lastError) ? `Slack said ${lastError}` : 'Slack could not be reached';
}

/** Marks a message of ours in Slack's metadata with the key of its row. */
const postedAs = (key: string) => ({ event_type: 'seawall_message', event_payload: { key } });

/** Clocks of ours and Slack's may differ by this much. */
const SKEW_MAX_MS = 10 * 60 * 1000;
const PAGE = 200;
const PAGES_MAX = 50;

interface Sought {
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
async function findPosted(
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
