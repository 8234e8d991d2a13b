import { createClockDifference } from '../shared/clock-difference.ts';
import {
  type Coverage,
  judgeCoverage,
  laterEvent,
  replayFrom,
} from '../snapshot/event-coverage.ts';
import type { EventStream, WatchDoor } from '../snapshot/event-source.ts';
import type { EngineEvent, EventName } from '../snapshot/facts/event.ts';
import { field, foreign, text, wrongShape } from '../snapshot/foreign.ts';

/** A stream of events that runs, and what the engine told of the time before it. */
export interface Connected {
  stream: EventStream;
  /** From when on nothing is missed, in epoch milliseconds. */
  since: number;
  coverage: Coverage;
  /** Everything that the engine still remembers since a little before the mark. */
  replay: EngineEvent[];
  /** The newest of these; null when the engine remembers nothing. */
  newest: EventName | null;
  /** Milliseconds by which our clock is ahead of the engine's; 0 when they agree within a little. */
  aheadMs: number;
}

const SET_BACK: Coverage = { state: 'missed', cause: 'the clock of the engine was set back' };

/**
 * Begins to listen, and only then asks what came before, up to a time of the engine's own clock after
 * the beginning, so that nothing falls between the two. Rejects with `OutsideError`.
 */
export async function connect(
  door: WatchDoor,
  mark: EventName | null,
  use: { onEvent: (event: EngineEvent) => void; now: () => number },
): Promise<Connected> {
  let heard = 0;
  const stream = await door.events.follow((event) => {
    heard += 1;
    use.onEvent(event);
  });
  try {
    const askedAt = use.now();
    const engineMs = await readClock(door);
    const difference = createClockDifference();
    difference.learn(askedAt, engineMs, use.now());
    const until = BigInt(engineMs + 1) * 1_000_000n;
    const from = BigInt(replayFrom(mark));
    // An engine refuses a time that ends before it begins, and tells nothing of its future.
    const isSetBack = from > until;
    const replay = await door.events.replay(String(isSetBack ? until : from), String(until));
    const coverage = isSetBack ? SET_BACK : judgeCoverage(mark, replay, heard);
    return {
      stream,
      since: askedAt,
      replay,
      coverage,
      newest: replay.reduce<EventName | null>(laterEvent, null),
      aheadMs: 0 - difference.ms(),
    };
  } catch (error) {
    stream.close();
    throw error;
  }
}

/** The engine's clock in epoch milliseconds. */
async function readClock({ reader }: WatchDoor): Promise<number> {
  const time = field(foreign('GET /info', await reader.get('/info')), 'SystemTime');
  const engineMs = Date.parse(text(time));
  if (Number.isNaN(engineMs)) throw wrongShape(time, 'a time');
  return engineMs;
}
