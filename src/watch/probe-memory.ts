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

/** Commands that are remembered: the end of a health check is always near. */
const REMEMBERED = 4_096;

/** Knows which commands an engine began by itself, so that their ends are as little told. */
export interface ExecMemory {
  /** `isTold`: whether the beginning is told, once that is known. */
  begin(execId: string, isTold: Promise<boolean>): void;
  /**
   * Whether its end is to be told; resolves after the beginning is settled. True for one whose
   * beginning was not heard: the store knows whether it was told.
   */
  end(execId: string): Promise<boolean>;
}

export function createExecMemory(): ExecMemory {
  const begun = new Map<string, Promise<boolean>>();
  return {
    begin(execId, isTold) {
      begun.set(execId, isTold);
      for (const old of begun.keys()) {
        if (begun.size <= REMEMBERED) break;
        begun.delete(old);
      }
    },
    async end(execId) {
      const isTold = await begun.get(execId);
      begun.delete(execId);
      return isTold ?? true;
    },
  };
}
