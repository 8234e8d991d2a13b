import type { Reading } from '../shared/reading.ts';
import type { BegunExec } from '../snapshot/facts/event.ts';
import type { ObservedContainer } from './scan-record.ts';

interface OnHost {
  host: string;
  /** Epoch milliseconds. */
  at: number;
}

interface OfContainer extends OnHost {
  id: string;
  name: string;
  image: string;
  owner: string | null;
  /** As it was looked at then, or why it could not be; null when nobody looked. */
  observed: Reading<ObservedContainer> | null;
}

/**
 * Something that just happened, told once it is stored. `found` is what a list shows after a time in
 * which nothing was heard, and at the very first; when it came is unknown.
 */
export type Occurrence =
  | (OfContainer & { kind: 'created' | 'started' | 'changed' | 'out-of-memory' | 'found' | 'gone' })
  | (OfContainer & { kind: 'ended'; exitCode: number | null })
  | (OfContainer & { kind: 'exec'; exec: Reading<BegunExec> })
  | (OnHost & { kind: 'unreachable'; cause: string })
  | (OnHost & { kind: 'back'; missed: { from: number; cause: string } | null })
  | (OnHost & { kind: 'engine-changed'; before: EngineName; after: EngineName });

export interface EngineName {
  id: string;
  version: string;
}

/** Hears what happens, in order for each container. It must not throw, and nobody waits for it. */
export type EngineEventFeed = (occurrences: readonly Occurrence[]) => void;
