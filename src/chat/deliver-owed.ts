import { LeaseLost } from '../ports/lease.ts';
import {
  type OutboxMessage,
  type OutboxState,
  type OutboxStore,
  type OwedMessage,
  POSTPONED_MAX_MS,
} from '../ports/outbox.ts';
import { OutsideError } from '../shared/errors.ts';
import { duration } from '../shared/text.ts';
import { DAY_MS } from '../shared/time.ts';
import { backOffMs } from '../timers/back-off.ts';
import { deadChannelNotice, noticeTo, type WhoIsTold } from './loss-notices.ts';
import { NEVER_POSTED, type SendParts, sendOwed } from './send-owed.ts';
import type { SetAside } from './set-aside.ts';
import { refusalScope, type SlackFailure } from './slack-failure.ts';
import type { ChatTimings } from './timings.ts';

export interface DeliveryParts extends Omit<SendParts, 'lateAfterMs' | 'doubtWaitMs'>, WhoIsTold {
  store: OutboxStore;
  /** Names this process among those on the database. */
  owner: string;
  timings: ChatTimings;
  outcomes: Outcomes;
  /** Told of each try that Slack did not take. */
  onFailure?: ((failure: SlackFailure) => void) | undefined;
  /** Calls for another look at the rows. */
  wakeIn: (delayMs: number) => void;
  token: TokenState;
  setAside: SetAside;
}

/** Of the token that this process has, and so not of the rows. */
export interface TokenState {
  /** Slack's reason while it refuses the app; null while it does not. */
  refusal: string | null;
  /** Of the next try, by `performance.now()`: a clock that is set back holds nothing up. */
  pausedUntil: number;
}

const BUG = 'a bug in Seawall';

/** Share of a lease after which it is renewed before the next call. */
const LEASE_SPENT_MAX = 0.1;

/** One try of a row that was just claimed, and everything that follows from it. Never rejects. */
export async function deliver(parts: DeliveryParts, owed: OwedMessage): Promise<void> {
  const { store, log, timings } = parts;
  const { channel, key } = owed;
  let heldAt = performance.now();
  const holdLease = async () => {
    if (performance.now() - heldAt < timings.outboxLeaseMs * LEASE_SPENT_MAX) return;
    await store.renew(owed);
    heldAt = performance.now();
  };
  try {
    const result = await sendOwed({ ...parts, ...timings }, owed, holdLease);
    if (result.kind === 'sent') await keepSent(parts, owed, result.ts);
    else await keepFailed(parts, { ...owed, ...result.doubt }, result.failure);
  } catch (error) {
    if (error instanceof LeaseLost) {
      log.info({ channel, key }, 'another sender took a channel over');
    } else if (error instanceof OutsideError) {
      // The lease runs out, and the row is looked at again.
      log.warn({ key, error }, 'what became of a message could not be stored');
    } else {
      log.error({ key, error }, 'a message of the outbox could not be sent: a bug');
      await giveUp(parts, owed, BUG).catch((failure: unknown) =>
        log.warn({ key, error: failure }, 'what became of a message could not be stored'),
      );
    }
  }
}

async function keepSent(parts: DeliveryParts, owed: OwedMessage, ts: string): Promise<void> {
  const { store, token, log, outcomes } = parts;
  if (token.refusal !== null) log.info({}, 'Slack takes the token again');
  token.refusal = null;
  parts.setAside.taken(owed);
  const wasDead = await store.markSent(owed, ts);
  if (wasDead) log.info({ channel: owed.channel }, 'a channel takes messages again');
  outcomes.settle(owed.key, { state: 'sent', ts });
}

async function keepFailed(
  parts: DeliveryParts,
  owed: OwedMessage,
  failure: SlackFailure,
): Promise<void> {
  parts.onFailure?.(failure);
  const { reason } = failure;
  const scope = refusalScope(failure, owed);
  if (scope === null) return postpone(parts, owed, failure);
  if (scope === 'app') return pause(parts, owed, reason);
  if (scope === 'channel') return refuseChannel(parts, owed, reason);
  // Who asked something is told in another way at once.
  if (scope === 'unknown' && owed.what !== 'answer') return waitOut(parts, owed, reason);
  return giveUp(parts, owed, reason);
}

/** A word that nobody knows may be about the message or about its channel: the next one of it tells. */
async function waitOut(parts: DeliveryParts, owed: OwedMessage, reason: string): Promise<void> {
  const { store, log, timings, wakeIn } = parts;
  const waitMs = doubtMs(parts, owed);
  const { verdict, waitedMs } = parts.setAside.refused(owed, waitMs);
  if (verdict === 'over') return giveUp(parts, owed, reason);
  if (waitedMs >= timings.unknownToldMs) await tellOfWait(parts, owed, reason);
  if (verdict === 'channel') return postpone(parts, owed, { kind: 'retry', reason });
  log.info({ channel: owed.channel, reason, waitMs }, 'a message lets others go first');
  await store.setAside(owed, reason);
  wakeIn(waitMs);
}

/** Nobody sees in a channel what waits: the operators are told once a day for each channel and word. */
async function tellOfWait(
  { store, operatorsChannel, now, timings }: DeliveryParts,
  { channel }: OwedMessage,
  reason: string,
): Promise<void> {
  if (operatorsChannel === null || operatorsChannel === channel) return;
  const at = now();
  const text = `Messages to channel ${channel} wait: Slack says ${reason}, and not for how long. Each is tried again, and given up after ${duration(timings.unknownRefusalMs)}.`;
  const key = `waiting-channel:${channel}:${reason}:${Math.floor(at / DAY_MS)}`;
  await store.put([noticeTo(operatorsChannel, key, text, at)], at);
}

/** Before a message is tried again of which nobody knows whether Slack has it. */
const doubtMs = ({ timings }: DeliveryParts, { attempts }: OwedMessage): number =>
  Math.min(
    POSTPONED_MAX_MS,
    Math.max(
      timings.doubtWaitMs,
      backOffMs(attempts, { least: timings.backoffMs, most: timings.backoffMaxMs }),
    ),
  );

/** As long as Slack asks to wait; some answers ask for no time at all. */
const askedMs = ({ timings }: DeliveryParts, waitMs: number): number =>
  Math.min(POSTPONED_MAX_MS, Math.max(waitMs, timings.backoffMs));

async function postpone(
  parts: DeliveryParts,
  owed: OwedMessage,
  failure: SlackFailure,
): Promise<void> {
  const { store, log, now, wakeIn } = parts;
  const { reason } = failure;
  const isUnsure = failure.kind === 'retry';
  const waitMs = failure.kind === 'wait' ? askedMs(parts, failure.waitMs) : doubtMs(parts, owed);
  log.info({ channel: owed.channel, reason, waitMs }, 'Slack did not take a message yet');
  await store.postpone(owed, { until: now() + waitMs, reason, isUnsure });
  wakeIn(waitMs);
}

async function pause(parts: DeliveryParts, owed: OwedMessage, reason: string): Promise<void> {
  const { store, token, timings, log, outcomes, wakeIn } = parts;
  if (token.refusal !== reason) {
    log.error({ reason }, 'Slack refuses the app; messages wait until that is put right');
  }
  token.refusal = reason;
  token.pausedUntil = performance.now() + timings.tokenPauseMs;
  await store.postpone(owed, { until: 0, reason, isUnsure: false });
  await store.holdAll(reason);
  outcomes.settleAll({ state: 'waiting', reason });
  wakeIn(timings.tokenPauseMs);
}

async function refuseChannel(
  parts: DeliveryParts,
  owed: OwedMessage,
  reason: string,
): Promise<void> {
  const { store, log, now, outcomes } = parts;
  const { channel } = owed;
  const at = now();
  const notice = await deadChannelNotice(parts, channel, reason, at);
  const result = await store.markChannelDead(owed, { reason, at, notice });
  if (result === 'again') return;
  if (result === 'news') log.warn({ channel, reason }, 'a channel refuses digests and alerts');
  outcomes.settle(owed.key, { state: 'dead', reason });
  await outcomes.look();
}

async function giveUp(parts: DeliveryParts, owed: OwedMessage, reason: string): Promise<void> {
  const { store, log, now, outcomes } = parts;
  const { channel, key } = owed;
  log.warn({ channel, key, reason }, 'Slack refuses a message for good');
  const at = now();
  await store.markDead(owed, { reason, at, notice: lossNotice(parts, owed, { reason, at }) });
  parts.setAside.givenUp(owed);
  outcomes.settle(key, { state: 'dead', reason });
}

/** Nothing is lost by these: people deleted the message, or its loss was told. */
const untold = [NEVER_POSTED, 'message_not_found', 'thread_not_found'];

/** What the operators read of a digest or alert that is given up: once a day for each channel and reason. */
function lossNotice(
  { operatorsChannel }: DeliveryParts,
  { what, channel }: OwedMessage,
  { reason, at }: { reason: string; at: number },
): OutboxMessage | null {
  if (operatorsChannel === null || (what !== 'digest' && what !== 'alert')) return null;
  if (untold.includes(reason)) return null;
  const of = what === 'digest' ? 'a digest' : 'an alert';
  const said = reason === BUG ? 'the cause is a bug in Seawall' : `Slack said ${reason}`;
  const text = `A message of ${of} for channel ${channel} was given up: ${said}. Others go on, and findings tells what is open. Of this channel and cause nothing more is told for a day; the log names each message.`;
  const key = `dead-message:${channel}:${reason}:${Math.floor(at / DAY_MS)}`;
  return noticeTo(operatorsChannel, key, text, at);
}

/** What became of a row, for whoever waits for it. */
export type Outcome =
  | { state: 'sent'; ts: string }
  | { state: 'dead'; reason: string }
  /** It stays a row; a later try or a later start of the program sends it. */
  | { state: 'waiting'; reason: string };

export interface Outcomes {
  /** Settles once the row was sent, is dead, or nobody shall wait for it any longer. */
  of(key: string): Promise<Outcome>;
  settle(key: string, outcome: Outcome): void;
  settleAll(outcome: Outcome): void;
  /** Looks whether another process sent what is waited for. Rejects with `OutsideError`. */
  look(): Promise<void>;
  /** From now on nobody waits for longer than that. */
  limit(waitMs: number): void;
}

export function openOutcomes(store: Pick<OutboxStore, 'statesOf'>): Outcomes {
  const waiting = new Map<string, ((outcome: Outcome) => void)[]>();
  const limits = new Map<string, NodeJS.Timeout>();
  let limitMs: number | null = null;

  function settle(key: string, outcome: Outcome): void {
    const resolvers = waiting.get(key) ?? [];
    waiting.delete(key);
    // Left alone it would hold up the end of the program.
    clearTimeout(limits.get(key));
    limits.delete(key);
    for (const resolve of resolvers) resolve(outcome);
  }

  function settleAll(outcome: Outcome): void {
    for (const key of [...waiting.keys()]) settle(key, outcome);
  }

  function giveUpLater(key: string, waitMs: number): void {
    if (limits.has(key)) return;
    const giveUp = () => settle(key, { state: 'waiting', reason: 'Seawall ends' });
    limits.set(key, setTimeout(giveUp, waitMs));
  }

  return {
    of: (key) =>
      new Promise((resolve) => {
        waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
        if (limitMs !== null) giveUpLater(key, limitMs);
      }),
    settle,
    settleAll,
    async look() {
      if (waiting.size === 0) return;
      for (const row of await store.statesOf([...waiting.keys()])) {
        const outcome = outcomeOf(row);
        if (outcome !== null) settle(row.key, outcome);
      }
    },
    limit(waitMs) {
      limitMs = waitMs;
      for (const key of waiting.keys()) giveUpLater(key, waitMs);
    },
  };
}

function outcomeOf({ state, ts, lastError }: OutboxState): Outcome | null {
  if (state === 'sent' && ts !== null) return { state, ts };
  return state === 'dead' ? { state, reason: lastError ?? 'refused' } : null;
}
