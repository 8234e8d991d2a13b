import type { Occurrence } from '../ports/occurrence.ts';
import type { Sighting } from '../ports/watch-store.ts';
import { unread } from '../shared/reading.ts';

/** A stored sighting as whoever listens is told of it; null when nobody is. */
export function toOccurrence(host: string, sighting: Sighting): Occurrence | null {
  const { kind, containerId: id, name, image, labels, at, observed } = sighting;
  const common = { host, at, id, name, image, owner: labels.owner, observed };
  switch (kind) {
    case 'created':
    case 'started':
    case 'out-of-memory':
    case 'found':
    case 'gone':
      return { ...common, kind };
    case 'own-probe':
    case 'exec-ended':
      return null;
    case 'missing':
      return { ...common, kind: 'gone' };
    case 'ended':
      return { ...common, kind, exitCode: sighting.exitCode };
    case 'exec':
      return { ...common, kind, exec: sighting.exec ?? unread('it was not looked at') };
    case 'renamed':
    case 'updated':
    case 'paused':
    case 'unpaused':
      return { ...common, kind: 'changed' };
  }
}
