import type { EventName } from './facts/event.ts';

/** Events that a Docker Engine remembers, of all kinds together, in memory alone. */
export const eventsRemembered = 256;

/** How much earlier than the last known event is asked: events may stand a little out of order. */
const MARGIN_NANO = 1_000_000_000n;

export type Coverage = { state: 'covered' } | { state: 'missed'; cause: string };

/**
 * Whether an engine still knows everything that happened after the last event that was recorded. It
 * keeps its events in the order in which they happened and forgets the oldest: when that very event
 * is among those it tells, then so is everything after it. `replay` is what it told when asked from
 * `replayFrom(mark)` on, without a filter, and `heardMeanwhile` how many events came while it was asked:
 * they take the place of older ones.
 */
export function judgeCoverage(
  mark: EventName | null,
  replay: readonly EventName[],
  heardMeanwhile = 0,
): Coverage {
  if (mark === null) {
    return { state: 'missed', cause: 'no event from before tells what the engine still remembers' };
  }
  if (replay.some((event) => isSameEvent(event, mark))) return { state: 'covered' };
  const cause =
    replay.length + heardMeanwhile >= eventsRemembered
      ? `more happened than the ${eventsRemembered} events that the engine remembers`
      : 'the engine was started anew and has forgotten what happened';
  return { state: 'missed', cause };
}

/** From when on an engine has to tell its events, in nanoseconds; everything without a mark. */
export function replayFrom(mark: EventName | null): string {
  if (mark === null) return '0';
  const from = BigInt(mark.timeNano) - MARGIN_NANO;
  return String(from > 0n ? from : 0n);
}

/** Names the same event in both; nothing else happens to the same thing in the same nanosecond. */
const isSameEvent = (a: EventName, b: EventName): boolean =>
  a.timeNano === b.timeNano && a.id === b.id && a.action === b.action;

/** The later of two events. */
export function laterEvent(a: EventName | null, b: EventName | null): EventName | null {
  if (a === null || b === null) return a ?? b;
  return BigInt(b.timeNano) >= BigInt(a.timeNano) ? b : a;
}

/** Epoch milliseconds of a time in nanoseconds. */
export const millisecondsOf = (timeNano: string): number => Number(BigInt(timeNano) / 1_000_000n);
