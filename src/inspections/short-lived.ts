import type { ShortLivedContainer } from '../answers/container-past.ts';
import type { DiffAnswer } from '../answers/diff-answer.ts';
import type { HostChanges, ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import type { ContainerEvent, WatchStore } from '../ports/watch-store.ts';

/**
 * Those of the containers that are gone and appeared after `since` (epoch milliseconds), or after the last scan of their
 * host before that: what was told then counts what that scan saw. What a first scan found did not appear then, so it is left
 * out; what was heard being made did. Rejects with `OutsideError`.
 */
export async function shortLivedSince(
  watches: Pick<WatchStore, 'listLastEvents'>,
  since: number,
  containers: readonly StoredContainer[],
  changes: readonly HostChanges[],
): Promise<ShortLivedContainer[]> {
  const bases = new Map(changes.map(({ host, from }) => [host, Date.parse(from)]));
  const sinceOf = (host: string) => Math.min(since, bases.get(host) ?? since);
  const came = containers.filter(
    ({ host, firstSeen, removedAt }) => removedAt !== null && Date.parse(firstSeen) > sinceOf(host),
  );
  const events = await watches.listLastEvents({
    containers: came.map(({ host, facts }) => ({ host, containerId: facts.id })),
    kinds: ['created', 'ended'],
  });
  const byContainer = Map.groupBy(events, keyOf);
  return came.flatMap(({ host, facts, facets, firstSeen, removedAt }) => {
    const own = byContainer.get(keyOf({ host, containerId: facts.id })) ?? [];
    const base = bases.get(host);
    const isNew = base !== undefined && Date.parse(firstSeen) > base;
    const isHeard = own.some(({ kind }) => kind === 'created');
    if (removedAt === null || !(isNew || isHeard)) return [];
    const end = own.find(({ kind }) => kind === 'ended');
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
    watches: Pick<WatchStore, 'listLastEvents' | 'listGlimpses'>;
  },
  asked: { hosts: readonly string[]; since: number; changes: readonly HostChanges[] },
): Promise<Pick<DiffAnswer, 'shortLived' | 'glimpses' | 'came'>> {
  const { store, watches } = parts;
  const { hosts, since, changes } = asked;
  const came = await store.listNames({ hosts, madeSince: since });
  return {
    shortLived: await shortLivedSince(
      watches,
      since,
      await store.listGone({ hosts, since }),
      changes,
    ),
    glimpses: await watches.listGlimpses({ hosts, since }),
    came: came.map(({ host, name }) => ({ host, name })),
  };
}
