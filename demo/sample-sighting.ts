import type { Sighting } from '../src/ports/watch-store.ts';
import type { Core } from '../src/programs/assemble.ts';
import { read } from '../src/shared/reading.ts';
import { listContainers } from '../src/snapshot/list-containers.ts';
import { lookAtContainer, readEngineSection } from '../src/watch/watched-container.ts';
import { type sightings, timeOf } from './sample/timeline.ts';

const LEASE_MS = 60_000;

/**
 * Stores a container of a sample host that came and went between two scans the way the watcher does,
 * from what its engine answers now. Rejects when it does not answer for it.
 */
export async function storeSighting(
  { context, store, loadWatchDoors }: Core,
  { host, container, from, to, madeUp }: (typeof sightings)[number],
  startedAt: number,
): Promise<void> {
  const { rules, policy, owners, now } = context;
  const door = (await loadWatchDoors())(host);
  try {
    const { reader } = door;
    const parts = {
      host,
      reader,
      rules,
      policy,
      now,
      collect: { ownerLabel: owners?.label ?? null },
    };
    const listed = (await listContainers(reader)).find(
      ({ name }) => name === (madeUp?.like ?? container),
    );
    if (listed === undefined) throw new Error(`${host} has no container ${container} now`);
    const look = await lookAtContainer(parts, listed.id, () => readEngineSection(parts));
    if (look.container?.state !== 'read') {
      throw new Error(`${container} on ${host} could not be read`);
    }
    const { value } = look.container;
    const named = madeUp && {
      ...{ id: madeUp.id, name: container },
      ...{ imageId: madeUp.imageId, imageReference: madeUp.image },
    };
    const facts = { ...value.facts, ...named };
    const observed = read({ ...value, facts });
    const sighting = (kind: 'created' | 'gone', at: number): Sighting => ({
      ...{ kind, containerId: facts.id, name: container, at, timeNano: `${at}000000` },
      image: facts.imageReference,
      labels: { composeProject: null, composeService: null, owner: null },
      observed: kind === 'created' ? observed : null,
      ...{ exitCode: null, exec: null, execId: null },
    });
    const told = [
      sighting('created', timeOf(from, startedAt)),
      sighting('gone', timeOf(to, startedAt)),
    ];
    const lease = { owner: 'sample', leaseMs: LEASE_MS };
    const state = await store.watches.claim(host, lease);
    if (state === null) return;
    const batch = { sightings: told, mark: null, coveredUntil: null };
    await store.watches.apply(host, batch, state.held);
    await store.watches.release(lease.owner, host);
  } finally {
    door.close();
  }
}
