import { createClockDifference } from '../shared/clock-difference.ts';
import {
  type Coverage,
  judgeCoverage,
  laterEvent,
  millisecondsOf,
  replayFrom,
} from '../snapshot/event-coverage.ts';
import type { EventStream, WatchDoor } from '../snapshot/event-source.ts';
import type { EngineEvent, EventName } from '../snapshot/facts/event.ts';
import { field, foreign, text, wrongShape } from '../snapshot/foreign.ts';

/** What one stream has told. */
export interface Heard {
  /** Time of its newest event, or from when on it misses nothing, in epoch milliseconds; 0 while neither is known. */
  until: number;
}

/** A stream of events that runs, and what the engine told of the time before it. */
export interface Connected {
  stream: EventStream;
  heard: Heard;
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
  use: { onEvent: (event: EngineEvent, heard: Heard) => void; now: () => number },
): Promise<Connected> {
  const heard: Heard = { until: 0 };
  let count = 0;
  const stream = await door.events.follow((event) => {
    count += 1;
    use.onEvent(event, heard);
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
    const coverage = isSetBack ? SET_BACK : judgeCoverage(mark, replay, count);
    const aheadMs = 0 - difference.ms();
    const [oldest] = replay;
    // What it forgot may be newer than the beginning of a stream that has ended again by now.
    const isCut = coverage.state === 'missed' && oldest !== undefined;
    const toldFrom = isCut ? millisecondsOf(oldest.timeNano) + aheadMs : askedAt;
    const since = Math.max(askedAt, Math.min(toldFrom, use.now()));
    heard.until = Math.max(heard.until, since);
    return {
      stream,
      heard,
      since,
      replay,
      coverage,
      newest: replay.reduce<EventName | null>(laterEvent, null),
      aheadMs,
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
