import { type ContainerReach, reachFrom } from '../paths/reach.ts';
import { type ReachedBy, whoReaches } from '../paths/reached-by.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { inTurns } from '../shared/steps.ts';
import { yieldToEvents } from '../shared/yield-to-events.ts';

/**
 * What a container could reach, by the last good scan of its host, and who could reach it; of one that is gone, what it
 * would if it were started as it was. Null when no scan of this version looked. Rejects with `OutsideError` when the
 * store fails.
 */
export async function findReach(
  store: Pick<ScanStore, 'findReachFacts'>,
  { host, facts, removedAt }: StoredContainer,
  containers: readonly StoredContainer[],
): Promise<{ reach: ContainerReach; reachedBy: ReachedBy | null } | null> {
  const known = await store.findReachFacts(host);
  if (known === null) return null;
  const existing = containers
    .filter((one) => one.host === host && one.removedAt === null)
    .map((one) => one.facts);
  const self = removedAt === null ? facts : { ...facts, state: 'exited' as const };
  const others = inTurns(whoReaches(self, existing, known), afterEvents, OTHERS_A_TURN);
  return { reach: reachFrom(self, existing, known), reachedBy: await others };
}

/** Each may take a millisecond, and there may be a thousand. */
const OTHERS_A_TURN = 5;

async function afterEvents<T>(turn: () => T): Promise<T> {
  await yieldToEvents();
  return turn();
}
