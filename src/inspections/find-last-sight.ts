import type { LastSight } from '../answers/container-past.ts';
import type { ContainerPaths } from '../answers/isolation-answer.ts';
import type { PastStore } from '../ports/past-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored-container.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import { pathsByContainer } from './paths-by-container.ts';

interface SightParts {
  past: Pick<PastStore, 'listSights'>;
  store: Pick<ScanStore, 'findPostureAt'>;
  watches: Pick<WatchStore, 'listLastEvents'>;
}

/** How a container that is gone ended, and the ways to the host that it had when it was last judged. */
export async function lastSightOf(
  { past, store, watches }: SightParts,
  { host, facts, firstSeen, lastSeen }: StoredContainer,
): Promise<ContainerPaths & { lastSight: LastSight }> {
  const [end] = await watches.listLastEvents({
    containers: [{ host, containerId: facts.id }],
    kinds: ['ended'],
  });
  const at = Date.parse(lastSeen);
  const sight = (await past.listSights({ hosts: [host], at })).find((one) => one.host === host);
  const before = sight?.before ?? null;
  const judgedAt = before !== null && before >= firstSeen ? before : null;
  const posture = judgedAt === null ? null : await store.findPostureAt(host, at);
  return {
    lastSight: {
      endedAt: end?.at ?? facts.finishedAt,
      exitCode: end?.detail.exitCode ?? null,
      judgedAt,
    },
    ...(judgedAt === null
      ? { ways: { state: 'unknown', reason: 'no scan judged it' } as const, paths: [] }
      : pathsByContainer(posture && { posture })(facts)),
  };
}
