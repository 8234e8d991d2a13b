import type { Sighting } from '../ports/watch-store.ts';
import { millisecondsOf } from '../snapshot/event-coverage.ts';
import type { EngineEvent, EventName } from '../snapshot/facts/event.ts';
import type { DayBudget } from './day-budget.ts';
import type { EventQueue } from './event-queue.ts';
import { type Looks, WAS_GONE } from './looks.ts';
import {
  createExecMemory,
  createProbeMemory,
  type ExecMemory,
  type ProbeMemory,
} from './probe-memory.ts';
import type { WatchParts } from './watch-parts.ts';

/**
 * Events that are remembered to have been heard, because two streams may tell the same: twice what an
 * engine remembers. What slips through changes nothing in the store.
 */
const HEARD_MAX = 512;
/** Digits of an id that tell two containers apart which do the same in the same nanosecond. */
const ID_DIGITS = 8;

/** What was not taken because too much was waiting, or because the day had enough. */
export interface Overflow {
  /** Epoch milliseconds of the first event that was dropped, or that may have been. */
  from: number;
  newest: EventName;
}

export interface Hearing {
  /** Takes an event in and returns; also what was heard before. */
  hear(event: EngineEvent): void;
  /** Tells of what a list has, or no longer has. */
  tell(kind: 'found' | 'missing', container: ListedSight): void;
  /** Events after this are dropped until `recover`; null while nothing is. */
  overflow(): Overflow | null;
  /** Of what is dropped, the first may be as old as this. */
  doubt(from: number): void;
  recover(): void;
}

interface ListedSight {
  id: string;
  name: string;
  image: string;
}

export interface HearingOptions {
  parts: WatchParts;
  queue: EventQueue;
  budget: Pick<DayBudget, 'spent'>;
  /** Of the connection there is now; null while there is none. */
  looks: () => Looks | null;
  /** Epoch milliseconds by our clock of what the engine's clock says. */
  toOurTime: (engineMs: number) => number;
  /** Called when an entry can be stored. */
  wake: () => void;
  onOverflow: () => void;
}

/** Turns events into sightings: each is put into the queue at once, and settled when it was looked at. */
export function createHearing(options: HearingOptions): Hearing {
  const { parts, queue, budget, wake, onOverflow } = options;
  const { timings, now, log } = parts;
  const isRepeated = createRepetitionCheck();
  const probes = createProbeMemory();
  const execs = createExecMemory();
  let overflow: Overflow | null = null;

  const tell: Hearing['tell'] = (kind, { id, name, image }) => {
    const looks = options.looks();
    // The next connection begins with a list, and so does the next day.
    if (looks === null || budget.spent() !== null) return;
    const entry = queue.add(null, now());
    const labels = { composeProject: null, composeService: null, owner: null };
    const settle = (observed: Sighting['observed']) => {
      // Of what was listed a moment ago and is gone now, an event tells.
      const isGone = observed?.state === 'unread' && observed.reason === WAS_GONE;
      const isTold = kind === 'missing' || (observed !== null && !isGone);
      const sighting = { kind, containerId: id, name, image, labels, at: entry.at, observed };
      queue.settle(
        entry,
        isTold ? { ...sighting, timeNano: null, exitCode: null, exec: null, execId: null } : null,
      );
      wake();
    };
    if (kind === 'missing') settle(null);
    else void looks.later(id).then(settle);
  };

  /** It has another state now, unless it is removed in the next moment, as with `docker run --rm`. */
  const lookAgain = ({ id, name, image }: EngineEvent): void => {
    const timer = setTimeout(() => {
      if (!parts.signal.aborted && overflow === null) tell('found', { id, name, image });
    }, timings.settleMs);
    timer.unref();
  };

  const see = async (event: EngineEvent, at: number): Promise<Sighting | null> => {
    const looks = options.looks();
    if (looks === null) throw new Error('nothing is heard without a connection');
    return seeEvent({ looks, probes, execs, lookAgain }, event, at);
  };

  return {
    tell,
    overflow: () => overflow,
    doubt(from) {
      if (overflow !== null) overflow.from = Math.min(overflow.from, from);
    },
    recover() {
      overflow = null;
    },
    hear(event) {
      if (isRepeated(event)) return;
      const at = Math.min(options.toOurTime(millisecondsOf(event.timeNano)), now());
      const isFull = queue.size >= timings.queueMax || budget.spent() !== null;
      if (overflow === null && isFull) {
        overflow = { from: at, newest: event };
        onOverflow();
      }
      if (overflow !== null) {
        overflow.newest = event;
        return;
      }
      const entry = queue.add(event, at);
      if (event.kind === null) {
        queue.settle(entry, null);
        return;
      }
      see(event, at).then(
        (sighting) => {
          queue.settle(entry, sighting);
          wake();
        },
        (error: unknown) => {
          log.error({ error }, 'an event could not be worked on: a bug');
          queue.settle(entry, toSighting(event, event.kind ?? 'updated', at));
          wake();
        },
      );
    },
  };
}

/** True for an event that was heard not long ago. */
function createRepetitionCheck(): (event: EventName) => boolean {
  const heard = new Set<string>();
  return ({ timeNano, action, id }) => {
    const key = `${timeNano} ${action} ${id.slice(0, ID_DIGITS)}`;
    if (heard.has(key)) return true;
    heard.add(key);
    for (const old of heard) {
      if (heard.size <= HEARD_MAX) break;
      heard.delete(old);
    }
    return false;
  };
}

interface SeeParts {
  looks: Looks;
  probes: ProbeMemory;
  execs: ExecMemory;
  /** Called for a container that has another state now. */
  lookAgain: (event: EngineEvent) => void;
}

/** What an event tells, after a look at its container where one is due; null for nothing. */
async function seeEvent(
  { looks, probes, execs, lookAgain }: SeeParts,
  event: EngineEvent,
  at: number,
): Promise<Sighting | null> {
  const { kind, id } = event;
  if (kind === null) return null;
  if (await probes.hides(event, looks)) {
    if (kind === 'gone') looks.forget(id);
    return kind === 'created' ? toSighting(event, 'own-probe', at) : null;
  }
  const sighting = toSighting(event, kind, at);
  switch (kind) {
    case 'created':
      return { ...sighting, observed: await looks.atOnce(id) };
    case 'exec': {
      const seen = looks.atExec(event);
      const isTold = seen.then((exec) => exec !== null);
      if (event.execId !== null) execs.begin(event.execId, isTold);
      const exec = await seen;
      return exec === null ? null : { ...sighting, exec };
    }
    case 'exec-ended':
      return event.execId !== null && (await execs.end(event.execId)) ? sighting : null;
    case 'ended':
      lookAgain(event);
      return sighting;
    case 'gone':
      looks.forget(id);
      return sighting;
    case 'out-of-memory':
      return sighting;
    case 'started':
    case 'renamed':
    case 'updated':
    case 'paused':
    case 'unpaused':
      return { ...sighting, observed: await looks.later(id) };
  }
}

/** What the event alone tells. */
function toSighting(
  event: EngineEvent,
  kind: NonNullable<EngineEvent['kind']> | 'own-probe',
  at: number,
): Sighting {
  const { id, name, image, composeProject, composeService, owner, timeNano, exitCode, execId } =
    event;
  return {
    kind,
    containerId: id,
    name,
    image,
    labels: { composeProject, composeService, owner },
    at,
    timeNano,
    observed: null,
    exitCode,
    exec: null,
    execId,
  };
}
