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
  watches: Pick<WatchStore, 'listEvents'>;
}

/** How a container that is gone ended, and the ways to the host that it had when it was last judged. */
export async function lastSightOf(
  { past, store, watches }: SightParts,
  { host, facts, firstSeen, lastSeen }: StoredContainer,
): Promise<ContainerPaths & { lastSight: LastSight }> {
  const events = await watches.listEvents({
    ...{ hosts: [host], since: Date.parse(firstSeen), limit: EVENTS_MAX },
    containerId: facts.id,
  });
  const end = events.findLast(({ kind }) => kind === 'ended');
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

/** Events of one container that are looked through. */
const EVENTS_MAX = 10_000;
