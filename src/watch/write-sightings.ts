import { type Held, LeaseLost } from '../ports/lease.ts';
import type { HostTurn } from '../ports/scan-turn-store.ts';
import type { BlindTime, Sighting } from '../ports/watch-store.ts';
import { OutsideError } from '../shared/errors.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import type { DayBudget } from './day-budget.ts';
import type { EventQueue, QueueEntry } from './event-queue.ts';
import type { WatchParts } from './watch-parts.ts';

export interface Writer {
  /** Says that something is ready to be stored. */
  wake(): void;
  /** Resolves when everything that is ready now is stored, or the writer has stopped. */
  drain(): Promise<void>;
}

export interface WriterOptions {
  parts: WatchParts;
  host: string;
  held: Held;
  queue: EventQueue;
  budget: Pick<DayBudget, 'spend'>;
  coveredUntil: () => number | null;
  /** Called when another process holds the host by now. */
  onLost: () => void;
  signal: AbortSignal;
}

/** How often it is looked, within the pause between two batches, whether looks at containers have ended. */
const GATHER_STEPS = 10;

/**
 * Stores what is ready, in batches with a pause in between. A database that is locked or broken holds
 * up nothing but this: the queue grows meanwhile, and every batch is tried until it is stored.
 */
export function createWriter(options: WriterOptions): Writer {
  const { host, held, queue, budget, coveredUntil, onLost, signal } = options;
  const { store, inTurn, timings, log, onStored } = options.parts;
  let running: Promise<void> | null = null;
  let lastAt = 0;
  let failures = 0;
  let drains = 0;

  const writeOne = async (entries: QueueEntry[]): Promise<void> => {
    const sightings = entries.flatMap(({ sighting }) => sighting ?? []);
    const mark = queue.markAfter(entries);
    const batch = { sightings, mark, coveredUntil: coveredUntil() };
    const isNews = await inTurn(() => store.apply(host, batch, held));
    queue.stored(entries);
    budget.spend(
      sightings.length,
      sightings.reduce((sum, one) => sum + bytesOf(one), 0),
    );
    onStored(
      host,
      sightings.filter((_sighting, index) => isNews[index]),
    );
  };

  /** After a pause: a container that follows another is looked at longer than the end of that one, and is of its batch. */
  const gather = async (): Promise<void> => {
    const until = performance.now() + timings.batchMs;
    while (queue.openCount > 0 && queue.readyCount < timings.batchMax && drains === 0) {
      if (signal.aborted || performance.now() >= until) return;
      await pause(timings.batchMs / GATHER_STEPS);
    }
  };

  const run = async (): Promise<void> => {
    while (queue.readyCount > 0 && !signal.aborted) {
      const waitMs = lastAt + timings.batchMs - performance.now();
      if (waitMs <= 0) await gather();
      else if (queue.readyCount < timings.batchMax) await pause(waitMs);
      lastAt = performance.now();
      const entries = queue.take(timings.batchMax);
      try {
        await writeOne(entries);
        failures = 0;
      } catch (error) {
        if (error instanceof LeaseLost) return onLost();
        queue.giveBack(entries);
        const isOutside = error instanceof OutsideError;
        log[isOutside ? 'warn' : 'error']({ host, error }, 'events could not be stored yet');
        failures += 1;
        await pause(backOffMs(failures, storeRetryMs), signal);
      }
    }
  };

  const wake = (): void => {
    running ??= run().finally(() => {
      running = null;
      if (queue.readyCount > 0 && !signal.aborted) wake();
    });
  };

  return {
    wake,
    async drain() {
      drains += 1;
      wake();
      await running;
      drains -= 1;
    },
  };
}

/** About what a sighting takes in the database; a row and its indexes take something by themselves. */
const bytesOf = (sighting: Sighting): number => 300 + JSON.stringify(sighting).length;

/** A database that was away is not asked by all hosts at once. */
export const storeRetryMs = { least: 500, most: 5_000 };

/**
 * Notes a blind time, or with null that there is none, as often as it takes: it is never forgotten.
 * Rejects with `OutsideError` only when the signal aborts.
 */
export async function keepBlind(
  { store, inTurn, log, onStored }: WatchParts,
  host: string,
  held: Held,
  blind: BlindTime | null,
  { turn, signal }: { turn: HostTurn | undefined; signal: AbortSignal },
): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    try {
      await inTurn(() => store.setBlind(host, blind, held, turn));
      onStored(host, []);
      return;
    } catch (error) {
      // Whoever has the host now notes its own.
      if (error instanceof LeaseLost) return;
      if (!(error instanceof OutsideError) || signal.aborted) throw error;
      log.warn({ host, error }, 'a blind time could not be stored yet');
      await pause(backOffMs(failures, storeRetryMs), signal);
    }
  }
}
