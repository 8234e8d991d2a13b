import type { EngineEvent } from '../snapshot/facts/event.ts';
import type { Looks } from './looks.ts';

/** Knows which events are those of Seawall's own probes. */
export interface ProbeMemory {
  /**
   * True for an event of a probe. A name and a label are anyone's to give, so what carries them is
   * looked at when it is created: it is hidden while it has never run, and afterwards only when it is
   * proven to be what we run, see `isProbe`.
   */
  hides(event: EngineEvent, looks: Looks): Promise<boolean>;
}

type Kind = 'proven' | 'never ran' | 'other';

export function createProbeMemory(): ProbeMemory {
  const known = new Map<string, Promise<Kind>>();

  const lookAt = async (id: string, looks: Looks): Promise<Kind> => {
    const observed = await looks.atOnce(id);
    if (looks.isProvenProbe(id)) return 'proven';
    return observed === null ? 'never ran' : 'other';
  };

  return {
    async hides({ id, kind, isMarkedAsProbe }, looks) {
      if (!isMarkedAsProbe) return false;
      if (kind === 'created') known.set(id, lookAt(id, looks));
      const is = (await known.get(id)) ?? 'other';
      if (kind === 'started' && is === 'never ran') known.set(id, Promise.resolve('other'));
      if (kind === 'gone') known.delete(id);
      return is === 'proven' || (is === 'never ran' && kind !== 'started');
    },
  };
}
