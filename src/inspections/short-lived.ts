import type { ShortLivedContainer } from '../answers/container-past.ts';
import type { DiffAnswer } from '../answers/diff-answer.ts';
import type { HostChanges, ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { ContainerEvent, WatchStore } from '../ports/watch-store.ts';

/** Events that are looked through. */
const EVENTS_MAX = 10_000;

/**
 * Those of the containers that are gone and appeared after `since` (epoch milliseconds), or after the last scan of their
 * host before that: what was told then counts what that scan saw. What a first scan found did not appear then, so it is left
 * out; what was heard being made did. Rejects with `OutsideError`.
 */
export async function shortLivedSince(
  watches: Pick<WatchStore, 'listEvents'>,
  since: number,
  containers: readonly StoredContainer[],
  changes: readonly HostChanges[],
): Promise<ShortLivedContainer[]> {
  const bases = new Map(changes.map(({ host, from }) => [host, Date.parse(from)]));
  const sinceOf = (host: string) => Math.min(since, bases.get(host) ?? since);
  const came = containers.filter(
    ({ host, firstSeen, removedAt }) => removedAt !== null && Date.parse(firstSeen) > sinceOf(host),
  );
  if (came.length === 0) return [];
  const hosts = [...new Set(came.map(({ host }) => host))];
  const events = await watches.listEvents({
    ...{ hosts, since: Math.min(...hosts.map(sinceOf)), limit: EVENTS_MAX },
    kinds: ['created', 'ended'],
  });
  const byContainer = Map.groupBy(events, keyOf);
  return came.flatMap(({ host, facts, facets, firstSeen, removedAt }) => {
    const own = byContainer.get(keyOf({ host, containerId: facts.id })) ?? [];
    const base = bases.get(host);
    const isNew = base !== undefined && Date.parse(firstSeen) > base;
    const isHeard = own.some(({ kind }) => kind === 'created');
    if (removedAt === null || !(isNew || isHeard)) return [];
    const end = own.findLast(({ kind }) => kind === 'ended');
    return [
      {
        ...{ host, id: facts.id, name: facts.name, image: facts.imageReference, facets },
        ...{ firstSeen, startedAt: facts.startedAt, endedAt: end?.at ?? facts.finishedAt },
        ...{ exitCode: end?.detail.exitCode ?? null, removedAt },
      },
    ];
  });
}

const keyOf = ({ host, containerId }: Pick<ContainerEvent, 'host' | 'containerId'>): string =>
  JSON.stringify([host, containerId]);

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
  const keys = new Set(made.map(keyOf));
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
      .filter(({ host, id }) => keys.has(keyOf({ host, containerId: id })))
      .map(({ host, name }) => ({ host, name })),
  };
}
