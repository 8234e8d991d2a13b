import type { DiffAnswer } from '../answers/diff-answer.ts';
import type { HostChanges, ScanStore } from '../ports/scan-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import { shortLivedSince } from './short-lived.ts';

/** Events that are looked through. */
const EVENTS_MAX = 10_000;

/**
 * What the watcher heard of containers after `since` (epoch milliseconds), which needs no scan: those that
 * came and went, and those that came and are there. Rejects with `OutsideError`.
 */
export async function heardSince(
  parts: {
    store: Pick<ScanStore, 'listGone' | 'listNames'>;
    watches: Pick<WatchStore, 'listEvents' | 'listGlimpses'>;
  },
  asked: { hosts: readonly string[]; since: number; changes: readonly HostChanges[] },
): Promise<Pick<DiffAnswer, 'shortLived' | 'glimpses' | 'came'>> {
  const { store, watches } = parts;
  const { hosts, since, changes } = asked;
  const made = await watches.listEvents({ hosts, since, kinds: ['created'], limit: EVENTS_MAX });
  const keys = new Set(made.map(({ host, containerId }) => keyOf(host, containerId)));
  const there = keys.size === 0 ? [] : await store.listNames({ hosts });
  return {
    shortLived: await shortLivedSince(
      watches,
      since,
      await store.listGone({ hosts, since }),
      changes,
    ),
    glimpses: await watches.listGlimpses({ hosts, since }),
    came: there
      .filter(({ host, id }) => keys.has(keyOf(host, id)))
      .map(({ host, name }) => ({ host, name })),
  };
}

const keyOf = (host: string, id: string): string => JSON.stringify([host, id]);
