import type { Outbox } from '../ports/outbox.ts';
import { openJob } from '../timers/job.ts';
import {
  type DeliveryParts,
  deliver,
  type Outcome,
  openOutcomes,
  type TokenState,
} from './deliver-owed.ts';
import { openSetAside } from './set-aside.ts';

/** The client must make no tries of its own: each has to be known here. */
export interface OutboxParts
  extends Omit<DeliveryParts, 'outcomes' | 'wakeIn' | 'token' | 'setAside' | 'ending'> {
  /** Why nothing may be sent any more; null while all is well. */
  whyLost: () => string | null;
}

export interface OutboxSender extends Outbox {
  /** Settles once the row was sent or is dead, or when more than Slack's next answer is waited for. */
  outcomeOf(key: string): Promise<Outcome>;
  /** Takes back what was not tried yet; false when Slack may have one of them. */
  withdraw(keys: readonly string[], reason: string): Promise<boolean>;
  /** The program ends: from now on nobody waits long for an outcome. Sending goes on. */
  finish(): void;
  /** Ends what is being sent and starts nothing new. */
  close(): Promise<void>;
}

/** Whatever else wakes the sender, it looks around no more often. */
const LOOK_LEAST_MS = 500;

/** Channels that are sent to at once. */
const SENDERS_MAX = 10;

/**
 * Sends what is owed, first what an earlier run of the program left: one message at a time and
 * channel, in the order of the rows, until Slack took it or refuses it for good.
 */
export function openOutbox(parts: OutboxParts): OutboxSender {
  const { store, timings, now, log, owner } = parts;
  const outcomes = openOutcomes(store);
  const inFlight = new Set<Promise<void>>();
  const token: TokenState = { refusal: null, pausedUntil: 0 };
  /** As waits are, by a clock that nobody sets. */
  let nextLookAt = 0;
  const ending = new AbortController();
  const sender = openJob({
    pattern: timings.look,
    async work() {
      if (performance.now() >= nextLookAt) await lookAround();
      await startSending();
    },
    failure: 'the outbox could not be read',
    log,
  });
  const setAside = openSetAside(timings.unknownRefusalMs, now);
  const { wakeIn } = sender;
  const delivery = { ...parts, outcomes, token, setAside, wakeIn, ending: ending.signal };

  /** What no message of this process calls for: other processes, and channels that were dead. */
  async function lookAround(): Promise<void> {
    nextLookAt = performance.now() + LOOK_LEAST_MS;
    await store.reviveDeadChannels(now());
    await outcomes.look();
  }

  async function startSending(): Promise<void> {
    const lost = parts.whyLost();
    if (lost !== null) return outcomes.settleAll({ state: 'waiting', reason: lost });
    // While the token is refused one try is enough to see whether it still is.
    const mostNow = () => (token.refusal === null ? SENDERS_MAX : 1);
    while (performance.now() >= token.pausedUntil && inFlight.size < mostNow()) {
      if (ending.signal.aborted) return;
      const lease = { owner, leaseMs: timings.outboxLeaseMs };
      const owed = await store.claim(lease, now(), setAside.ids());
      if (owed === null) return;
      const work = deliver(delivery, owed).finally(() => {
        inFlight.delete(work);
        sender.wake();
      });
      inFlight.add(work);
    }
  }

  sender.wake();
  return {
    async put(messages) {
      await store.put(messages, now());
      // Somebody may have put the token right meanwhile.
      token.pausedUntil = 0;
      sender.wake();
    },
    outcomeOf: (key) => outcomes.of(key),
    withdraw: (keys, reason) => store.withdraw(keys, reason),
    finish: () => outcomes.limit(timings.closeWaitMs),
    async close() {
      ending.abort();
      await sender.close();
      await Promise.all(inFlight);
      outcomes.settleAll({ state: 'waiting', reason: 'Seawall ends' });
    },
  };
}
