import { createClockDifference } from '../shared/clock-difference.ts';
import type { EngineReader } from './collector.ts';
import type { FirstLook } from './define-collector.ts';
import { type Foreign, field, text, textOrEmpty } from './foreign.ts';
import { engineFacts, isPodmanVersion, localSwarm, runtimeHost } from './normalise/engine.ts';
import { attemptNow, type Outcome, valueIn } from './outcome.ts';

export type EngineLook = Pick<FirstLook, 'engine' | 'version' | 'swarm' | 'runtimes'>;

type Ask = (
  call: 'GET /info' | 'GET /version',
  normalise: (answer: Foreign) => Foreign,
) => Promise<Outcome<Foreign>>;

/**
 * What the engine tells of itself; its clock is compared with `now`, in epoch milliseconds, where that is given. Never
 * rejects: what could not be read is a failure in its place.
 */
export async function lookAtEngine(
  ask: Ask,
  { reader, now }: { reader: EngineReader; now?: (() => number) | undefined },
): Promise<EngineLook> {
  const askedAt = now?.() ?? 0;
  let aheadMs: number | null = null;
  const [info, version] = await Promise.all([
    ask('GET /info', (answer) => {
      if (now !== undefined) aheadMs = aheadOf(answer, askedAt, now());
      return answer;
    }),
    ask('GET /version', (answer) => answer),
  ]);
  const clock = () => (aheadMs === null ? {} : { clockAheadMs: aheadMs });
  return {
    engine: attemptNow(() => ({
      ...engineFacts(valueIn(info), valueIn(version), reader.endpoint),
      ...clock(),
    })),
    version: attemptNow(() => ({
      isPodman: isPodmanVersion(valueIn(version)),
      written: attemptNow(() => text(field(valueIn(version), 'Version'))),
    })),
    swarm: attemptNow(() => localSwarm(valueIn(info))),
    runtimes: attemptNow(() => runtimeHost(valueIn(info))),
  };
}

/** Milliseconds by which the clock of the host is ahead of ours; null where the engine tells no time. */
function aheadOf(info: Foreign, askedAt: number, answeredAt: number): number | null {
  const theirs = Date.parse(textOrEmpty(field(info, 'SystemTime')));
  if (Number.isNaN(theirs)) return null;
  const difference = createClockDifference();
  difference.learn(askedAt, theirs, answeredAt);
  return difference.ms();
}
