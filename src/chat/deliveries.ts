import type { AnyMiddlewareArgs, App, Context, Middleware } from '@slack/bolt';
import type { Clock } from '../ports/clock.ts';
import type { DeliveryStore, LeftDelivery, TakenDelivery } from '../ports/delivery-store.ts';
import { type Held, type Lease, LeaseLost } from '../ports/lease.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { MINUTE_MS } from '../shared/time.ts';
import { within } from '../timers/pause.ts';
import { opensForm, readRequest } from './request.ts';
import { type ChatTimings, NOTED_WITHIN_MS } from './timings.ts';

/** A delivery that this process answers. */
export interface HeldDelivery
  extends Pick<LeftDelivery, 'key' | 'seenAt' | 'tries' | 'progressTs'> {
  /** Notes which message shows how far the work is. Never rejects for the database. */
  keepProgress(ts: string): Promise<void>;
  /** False when another process has taken it over by now, and answers. */
  isOurs(): Promise<boolean>;
}

/** One that this process began with, and has to end. */
interface Begun extends HeldDelivery {
  /** Notes that it is answered, now or with a later one. Never rejects for the database. */
  end(): Promise<void>;
}

/** What the middleware says of a delivery: null for one that came before. */
export const deliveryOf = (context: Context): Promise<HeldDelivery | null> =>
  context.delivery as Promise<HeldDelivery | null>;

export interface DeliveriesParts {
  store: DeliveryStore;
  /** Names this process among those on the database. */
  owner: string;
  timings: ChatTimings;
  now: Clock;
  log: Logger;
}

export interface Deliveries {
  /**
   * Bolt middleware: what Slack delivers twice, or to two processes, goes on once. What goes on is held
   * until its listeners have ended, and taken over by another process if this one dies.
   */
  once: Middleware<AnyMiddlewareArgs>;
  /** Holds what is being answered, and takes over what dead processes left. Rejects with `OutsideError`. */
  look(app: App): Promise<void>;
  /** Lets `drain` wait for work. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Settles when nothing is being answered any more. */
  drain(): Promise<void>;
}

/** A response_url works for so long, and nobody waits for an answer longer. */
const ANSWERED_WITHIN_MS = 30 * MINUTE_MS;
/** Slack's own deliveries are far smaller, but for messages that somebody asks about. */
const BODY_LENGTH_MAX = 100_000;
/** Processes that may die of one delivery. The next says so, instead of the answer. */
export const TRIES_MAX = 3;
/** Slack sends an event again at once, after one minute and after five. */
const REPEATED_MS = 10 * MINUTE_MS;
/** Taken over in one look; the next is not far. */
const TAKEN_AT_ONCE = 10;

/** Opens them over one database; `look` has to be called every few seconds. */
export function openDeliveries(parts: DeliveriesParts): Deliveries {
  const { log } = parts;
  const inFlight = new Set<Promise<unknown>>();
  const ours = openOurs(parts);
  let isEnding = false;

  function track<T>(started: Promise<T>): Promise<T> {
    const work = started.finally(() => inFlight.delete(work));
    inFlight.add(work);
    return work;
  }

  async function passOn(body: unknown, context: Context, next: () => Promise<void>): Promise<void> {
    const request = readRequest(body);
    if (request === null || request.key === null) return next();
    const left = context.left as Begun | undefined;
    const claimed = left
      ? Promise.resolve(left)
      : ours.claim(request.key, request.kind === 'step' ? null : kept(body));
    context.delivery = claimed;
    // Whoever awaits it hears of it.
    claimed.catch(() => {});
    try {
      // A form cannot wait until the database has told: views.open works once, within three seconds.
      if (opensForm(body) || (await claimed) !== null) await next();
    } finally {
      await (await claimed)?.end();
    }
  }

  return {
    track,
    once: ({ body, context, next }) => track(passOn(body, context, next)),
    async look(app) {
      await ours.hold();
      for (let taken = 0; taken < TAKEN_AT_ONCE && !isEnding; taken += 1) {
        const left = await ours.takeOver();
        if (left === null) return;
        const { key, tries } = left.begun;
        log.warn({ key, tries }, 'a delivery is taken over: its process ended');
        const ack = async () => {};
        const body = left.body as Record<string, unknown>;
        const customProperties = { left: left.begun };
        if (tries > TRIES_MAX + 1) await left.begun.end();
        else void app.processEvent({ body, ack, retryNum: tries, customProperties });
      }
    },
    async drain() {
      isEnding = true;
      while (inFlight.size > 0) await Promise.allSettled(inFlight);
    },
  };
}

/**
 * Tells of each key whether it came to this process before, in the last minutes: the database may not be able to tell yet.
 */
function openSeen(): (key: string) => boolean {
  /** By `performance.now()`. */
  const seen = new Map<string, number>();
  return (key) => {
    const at = performance.now();
    for (const [old, since] of seen) {
      if (at - since < REPEATED_MS) break;
      seen.delete(old);
    }
    if (seen.has(key)) return true;
    seen.set(key, at);
    return false;
  };
}

/** The deliveries that this process answers. */
function openOurs({ store, owner, timings, now, log }: DeliveriesParts) {
  const isSeen = openSeen();
  const taken = new Set<TakenDelivery>();
  /** Those of them whose end could not be stored yet. */
  const answered = new Set<TakenDelivery>();
  const lease = (): Lease => ({ owner, leaseMs: timings.deliveryLeaseMs });
  const noted = (what: string) => unlessBug(log, what);

  async function finish(): Promise<void> {
    for (const one of answered) {
      await store.finish(one).catch(unlessLost);
      answered.delete(one);
      taken.delete(one);
    }
  }

  /** How a delivery is answered; `own` is null where the database did not take the claim. */
  function begin(
    own: TakenDelivery | null,
    {
      key,
      seenAt,
      tries,
      progressTs,
    }: Pick<LeftDelivery, 'key' | 'seenAt' | 'tries' | 'progressTs'>,
  ): Begun {
    if (own !== null) taken.add(own);
    return {
      ...{ key, seenAt, tries, progressTs },
      async keepProgress(ts) {
        if (own === null) return;
        await store.keepProgress(own, ts).catch(noted('a progress message could not be noted'));
      },
      async isOurs() {
        if (own === null) return true;
        const still = await store.renew([own]).catch(noted('a delivery could not be held'));
        return still === undefined || still.includes(own);
      },
      async end() {
        if (own !== null) answered.add(own);
        await finish().catch(noted('the end of a delivery could not be stored yet'));
      },
    };
  }

  /** It is being answered already: nobody is to take it over. */
  function endLate(key: string, claiming: Promise<Held | null | undefined>): void {
    log.warn({ key }, 'the database takes long; a delivery is answered before it is claimed');
    claiming
      .then((held) => {
        if (!held) return;
        const own = { key, held };
        taken.add(own);
        answered.add(own);
      })
      .catch((error: unknown) => log.error({ key, error }, 'a late claim failed: a bug'));
  }

  return {
    /** Null for one that came before. A store that fails, or takes too long, must not silence the bot. */
    async claim(key: string, body: unknown): Promise<Begun | null> {
      if (isSeen(key)) return ignored(log, key);
      const seenAt = now();
      const claiming = store
        .claim({ key, body, answerWithinMs: ANSWERED_WITHIN_MS }, lease(), seenAt)
        .catch(noted('a delivery could not be claimed in the database'));
      const early = await within(
        NOTED_WITHIN_MS,
        claiming.then((held) => ({ held })),
      );
      if (early === null) endLate(key, claiming);
      const held = early?.held;
      if (held === null) return ignored(log, key);
      return begin(held ? { key, held } : null, { key, seenAt, tries: 1, progressTs: null });
    },
    async hold() {
      await finish();
      await store.renew([...taken]);
    },
    async takeOver() {
      const left = await store.takeOver(lease(), [...taken]);
      return left && { body: left.body, begun: begin(left, left) };
    },
  };
}

function ignored(log: Logger, key: string): null {
  log.info({ key }, 'a delivery came again and was ignored');
  return null;
}

/** For a `catch`: says what could not be noted. A bug is thrown on. */
const unlessBug = (log: Logger, what: string) => (error: unknown) => {
  if (error instanceof LeaseLost) log.info({}, 'another process has a delivery by now');
  else if (error instanceof OutsideError) log.warn({ error }, what);
  else throw error;
  return undefined;
};

/** Whoever has it now answers it, and ends it. */
function unlessLost(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}

/** What another process needs to answer; null where it could not. */
function kept(body: unknown): unknown {
  if (opensForm(body)) return null;
  // An old secret that Slack still sends, and that nothing here looks at.
  const { token: _token, ...rest } = body as { token?: unknown };
  return JSON.stringify(rest).length > BODY_LENGTH_MAX ? null : rest;
}
