import type { BlindTime, WatchState } from '../ports/watch-store.ts';
import { AGREE_MS } from '../shared/clock-difference.ts';
import { type Coverage, millisecondsOf } from '../snapshot/event-coverage.ts';
import type { EventName } from '../snapshot/facts/event.ts';

/** Longest cause of a blind time, in characters. */
export const CAUSE_MAX = 300;

/** Why nothing was heard before a process first heard it. */
export const NOT_WATCHED = 'Seawall was not running, or did not watch this host';

/**
 * Until when nothing is missing, by what is stored; null for a host that was never watched, else epoch
 * milliseconds. A time in the future was told by a wrong clock and proves nothing; the last stored event does.
 */
export function provenUntil(
  { coveredUntil, mark }: Pick<WatchState, 'coveredUntil' | 'mark'>,
  now: number,
): number | null {
  if (coveredUntil === null || coveredUntil <= now + AGREE_MS) return coveredUntil;
  return mark === null ? now : Math.min(now, millisecondsOf(mark.timeNano));
}

/** What is known of the time before a stream began. */
interface Before {
  /** The blind time that lasted until then. */
  blind: BlindTime | null;
  /** Until when nothing is missing; null when the host was never watched. Epoch milliseconds, as `since`. */
  covered: number | null;
  /** When the stream began. */
  since: number;
  mark: EventName | null;
  /** Why it was not heard. */
  reason: string;
  /** An older stream still runs. */
  isUnbroken: boolean;
}

/** The time before `since` in which something may have gone unseen; null when nothing did. */
export function missedTime(
  coverage: Coverage,
  { blind, covered, since, mark, reason, isUnbroken }: Before,
): BlindTime | null {
  const from = blind?.from ?? covered;
  if (from === null) return null;
  // On an engine on which nothing had happened before, an older stream that still runs is the proof.
  if (coverage.state === 'covered' || (mark === null && isUnbroken)) return null;
  return {
    from,
    to: since,
    cause: `${blind?.cause ?? reason}; ${coverage.cause}`.slice(0, CAUSE_MAX),
  };
}
