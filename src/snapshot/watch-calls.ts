import type { Endpoint } from './collector.ts';
import { containers } from './collectors/containers.ts';
import { engine } from './collectors/engine.ts';

/** Every call that watching a host makes, and what for; no other can be made. */
export const watchCalls = {
  purpose:
    'What happens to containers between scans: they are looked at when they are created and when they change. Not with `watch: false`.',
  reads: [
    ...new Set<Endpoint>([
      'GET /events',
      ...containers.reads,
      ...engine.reads,
      'GET /exec/{id}/json',
    ]),
  ],
} as const;
