import { type Held, LeaseLost } from '../ports/lease.ts';
import type { HostTurn } from '../ports/scan-turn-store.ts';
import type { BlindTime } from '../ports/watch-store.ts';
import { OutsideError } from '../shared/errors.ts';
import { backOffMs } from '../timers/back-off.ts';
import { pause } from '../timers/pause.ts';
import type { WatchParts } from './watch-parts.ts';

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
