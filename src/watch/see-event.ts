import type { Sighting } from '../ports/watch-store.ts';
import type { EngineEvent } from '../snapshot/facts/event.ts';
import type { Looks } from './looks.ts';
import type { ExecMemory, ProbeMemory } from './probe-memory.ts';

export interface SeeParts {
  looks: Looks;
  probes: ProbeMemory;
  execs: ExecMemory;
  /** Called for a container that has another state now. */
  lookAgain: (event: EngineEvent) => void;
}

/** What an event tells, after a look at its container where one is due; null for nothing. */
export async function seeEvent(
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
export function toSighting(
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
