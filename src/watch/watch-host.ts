import pLimit from 'p-limit';
import type { Held } from '../ports/lease.ts';
import type { HostTurn } from '../ports/scan-turn-store.ts';
import type { BlindTime, HeldHost, WatchState } from '../ports/watch-store.ts';
import { OutsideError } from '../shared/errors.ts';
import { millisecondsOf } from '../snapshot/event-coverage.ts';
import type { EventStream, WatchDoor } from '../snapshot/event-source.ts';
import type { EngineEvent } from '../snapshot/facts/event.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import { type Connected, connect, type Heard } from './connect.ts';
import { createDayBudget, type DayBudget, fullDay, untilRoom } from './day-budget.ts';
import { EventQueue } from './event-queue.ts';
import { createHearing, type Hearing } from './hear-events.ts';
import { createLooks, type Looks } from './looks.ts';
import { CAUSE_MAX, missedTime, NOT_WATCHED, provenUntil } from './missed-time.ts';
import { reconcile } from './reconcile.ts';
import { createRest, type Rest, stopped, untilIdle } from './until-idle.ts';
import type { HostControl, WatchParts } from './watch-parts.ts';
import { createWriter, keepBlind, type Writer } from './write-sightings.ts';

/** A stream that ends sooner did not work. */
const SOON_MS = 10_000;
const OVERFLOW = 'more happened at once than Seawall could take in';

interface Opened {
  door: WatchDoor;
  connected: Connected;
  /** Lets the mark go on. */
  release: (newest: Connected['newest']) => void;
}

/** Listens to one host that this process holds, until the signal aborts. */
export class HostWatch {
  readonly #parts: WatchParts;
  readonly #host: string;
  readonly #held: Held;
  readonly #signal: AbortSignal;
  readonly #toConnect: () => Promise<void>;
  readonly rest: Rest;
  readonly #queue: EventQueue;
  readonly #budget: DayBudget;
  readonly #hearing: Hearing;
  readonly #writer: Writer;
  #looks: Looks | null = null;
  #door: WatchDoor | null = null;
  #areListsOwed = false;
  readonly #inTurn = pLimit(1);
  #covered: number | null;
  #blind: BlindTime | null;
  /** Why nothing is heard. */
  #reason = NOT_WATCHED;
  #aheadMs = 0;
  /** Of the stream without a gap before it; null while there is none. */
  #heard: Heard | null = null;
  /** When any stream told something, by our real time. */
  #lastHeardAt = 0;
  #silentSince: number;

  constructor(
    parts: WatchParts,
    host: string,
    { held, ...state }: WatchState,
    { signal, onLost, toConnect }: HostControl,
  ) {
    [this.#parts, this.#host, this.#toConnect] = [parts, host, toConnect];
    this.#signal = signal;
    this.rest = createRest(signal);
    [this.#covered, this.#blind] = [provenUntil(state, parts.now()), state.blind];
    this.#silentSince = parts.now();
    const queue = new EventQueue(state.mark);
    const budget = createDayBudget(parts.now, parts.timings);
    [this.#queue, this.#budget, this.#held] = [queue, budget, held];
    const coveredUntil = () => this.coveredUntil();
    this.#writer = createWriter({ parts, host, held, queue, budget, coveredUntil, onLost, signal });
    this.#hearing = createHearing({
      parts,
      queue,
      budget,
      looks: () => this.#looks,
      toOurTime: (engineMs) => engineMs + this.#aheadMs,
      wake: () => this.#writer.wake(),
      onOverflow: () =>
        void this.#recover().catch((error: unknown) => {
          // Without a connection the next one compares the lists.
          if (!(error instanceof OutsideError)) parts.log.error({ error }, 'dropped events: a bug');
        }),
    });
  }

  /**
   * Until when nothing is missing that is not in the ledger, in epoch milliseconds. That a connection
   * is open proves nothing, an event or a new stream does; what is not stored yet could still be lost. A newer
   * stream proves nothing before it is known what was missed: the older one may have ended meanwhile.
   */
  coveredUntil(): number | null {
    if (this.#heard !== null && this.#hearing.overflow() === null) {
      this.#covered = Math.max(this.#covered ?? 0, this.#queue.storedUntil(this.#heard.until));
    }
    return this.#covered;
  }

  /** How far it is watched. */
  taking(): HeldHost {
    const told = { coveredUntil: this.coveredUntil(), mark: this.#queue.mark };
    return { host: this.#host, held: this.#held, ...told };
  }

  /** Resolves when everything that is ready now is stored. */
  flush(): Promise<void> {
    return this.#writer.drain();
  }

  /** Connects, hears, and connects again when that ends. Rejects for a bug alone. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#signal.aborted) {
      try {
        const opened = await this.#open();
        const began = performance.now();
        const { detail } = await this.#listen(opened);
        this.#reason = `the stream of events ended (${detail})`;
        failures = performance.now() - began > SOON_MS ? 0 : failures + 1;
        this.#parts.log.info({ host: this.#host, reason: detail }, 'a stream of events ended');
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        failures += 1;
        this.#close();
        await this.#noteSilence(error);
      } finally {
        this.#close();
      }
      if (failures > 0) await this.rest.pause(backOffMs(failures, this.#parts.timings.retryMs));
    }
    await this.#writer.drain();
  }

  /** A door with a stream that runs; what came before is known and not taken in yet. */
  async #open(): Promise<Opened> {
    await this.#toConnect();
    if (this.#signal.aborted) throw stopped();
    const door = this.#parts.openDoor(this.#host);
    const looks = createLooks(this.#parts, this.#host, door);
    const abort = () => door.close();
    this.#signal.addEventListener('abort', abort, { once: true });
    const release = this.#queue.holdMark();
    // While an older stream runs, its connections are known to work.
    this.#looks ??= looks;
    try {
      const connected = await connect(door, this.#queue.mark, {
        onEvent: (event, heard) => this.#hear(event, heard),
        now: this.#parts.now,
      });
      // A first look at a container that is gone in a moment must not wait for these.
      await looks.engine();
      this.#looks = looks;
      return { door, connected, release };
    } catch (error) {
      door.close();
      release(null);
      throw error;
    } finally {
      this.#signal.removeEventListener('abort', abort);
    }
  }

  /** Takes in what came before and hears until the stream ends; why it did. */
  async #listen(first: Opened): Promise<OutsideError> {
    let opened = first;
    await this.#takeIn(opened, null);
    for (;;) {
      const ended = await untilIdle({
        stream: opened.connected.stream,
        lastHeardAt: () => this.#lastHeardAt,
        idleMs: this.#parts.timings.idleMs,
        signal: this.#signal,
      });
      if (ended !== 'idle') return ended;
      // The old stream runs on until there is a new one: nothing falls in between.
      const next = await this.#open();
      const old = opened;
      opened = next;
      try {
        await this.#takeIn(next, old.connected.stream);
      } finally {
        old.door.close();
      }
    }
  }

  async #takeIn({ door, connected, release }: Opened, older: EventStream | null): Promise<void> {
    const { coverage, replay, since, newest, heard } = connected;
    const wasHeard = this.#lastHeardAt > 0;
    [this.#door, this.#aheadMs] = [door, connected.aheadMs];
    this.#lastHeardAt = performance.now();
    // What happened before anybody watched is not news.
    if (this.#covered !== null) for (const event of replay) this.#hear(event, heard);
    const missed = missedTime(coverage, {
      ...{ blind: this.#blind, covered: this.#covered, since, mark: this.#queue.mark },
      reason: older ? 'a stream was silent' : this.#reason,
      isUnbroken: older?.isOpen() === true,
    });
    // A day that is full stays in the ledger from there on, whoever notes it next.
    if (missed !== null && this.#budget.spent() !== null) this.#hearing.doubt(missed.from);
    const full = fullDay(this.#budget, this.#hearing.overflow()?.from);
    const wasSilent = this.#blind !== null || (missed !== null && wasHeard);
    await this.#keep(full ?? missed, wasSilent ? 'back' : undefined);
    this.#blind = null;
    const until = missed?.to ?? this.#queue.storedUntil(since);
    if (full === null) this.#covered = Math.max(this.#covered ?? 0, until);
    this.#heard = heard;
    if (missed !== null) {
      this.#queue.forgetMark();
      this.#parts.log.warn({ host: this.#host, ...missed }, 'a host was not watched for a time');
    }
    release(newest);
    if (older === null || missed !== null || this.#areListsOwed) await this.#compareLists(door);
  }

  /** What is not done because the connection ends is owed by the next. */
  async #compareLists(door: WatchDoor): Promise<void> {
    this.#areListsOwed = true;
    await reconcile(this.#parts, this.#host, door, this.#hearing);
    this.#areListsOwed = false;
  }

  #hear(event: EngineEvent, heard: Heard): void {
    // What comes from a stream that was given up comes again from the next one.
    if (this.#looks === null) return;
    this.#lastHeardAt = performance.now();
    const at = millisecondsOf(event.timeNano) + this.#aheadMs;
    heard.until = Math.max(heard.until, Math.min(at, this.#parts.now()));
    this.#hearing.hear(event);
  }

  /**
   * Takes events in again when the queue is short and the day has room, and lets the list tell what was
   * dropped.
   */
  async #recover(): Promise<void> {
    const { timings, now } = this.#parts;
    let cause = this.#budget.spent()?.cause ?? OVERFLOW;
    this.#parts.log.warn({ host: this.#host, cause }, 'events are dropped');
    const release = this.#queue.holdMark();
    for (;;) {
      const full = fullDay(this.#budget, this.#hearing.overflow()?.from);
      if (full === null && this.#queue.size <= timings.queueMax / 4) break;
      if (this.#signal.aborted) return;
      if (full === null) {
        await this.#writer.drain();
        await pause(timings.batchMs);
      } else {
        cause = full.cause;
        await this.#keep(full);
        await untilRoom(this.#budget, now, timings.roomEveryMs, this.#signal);
      }
    }
    const dropped = this.#hearing.overflow();
    if (dropped === null) return;
    const to = now();
    this.#hearing.recover();
    await this.#keep({ from: dropped.from, to, cause });
    this.#covered = to;
    release(dropped.newest);
    if (this.#door) await this.#compareLists(this.#door);
  }

  async #noteSilence(error: OutsideError): Promise<void> {
    const { now, timings, log } = this.#parts;
    log.debug({ host: this.#host, reason: error.detail }, 'events cannot be heard');
    this.#reason = error.detail;
    if (this.#blind !== null || this.#signal.aborted) return;
    const since = this.#silentSince;
    if (now() - since < timings.silentMs) return;
    const cause = error.message.slice(0, CAUSE_MAX);
    this.#blind = { from: this.#covered ?? since, to: null, cause };
    await this.#keep(this.#blind, this.#lastHeardAt > 0 ? 'silent' : undefined);
  }

  /** One after the other: two that meet on PostgreSQL would be stored in any order. */
  async #keep(blind: BlindTime | null, turn?: HostTurn): Promise<void> {
    const told = { turn, signal: this.#signal };
    await this.#inTurn(() => keepBlind(this.#parts, this.#host, this.#held, blind, told));
    if (turn !== undefined) this.#parts.onTurn(this.#host, turn);
  }

  #close(): void {
    if (this.#heard !== null) {
      this.coveredUntil();
      this.#silentSince = this.#parts.now();
    }
    this.#heard = null;
    this.#door?.close();
    this.#door = null;
    this.#looks = null;
  }
}
