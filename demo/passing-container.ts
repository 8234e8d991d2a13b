import type { ObservedContainer } from '../src/ports/scan-record.ts';
import type { Sighting } from '../src/ports/watch-store.ts';
import type { Core } from '../src/programs/assemble.ts';
import { read } from '../src/shared/reading.ts';
import { isoTime } from '../src/shared/time.ts';
import { sightings } from './sample/timeline.ts';

const LEASE_MS = 60_000;
const LASTS_MS = 40_000;
/** Of the one in the history, which it is like. */
const NEW_ID = '5ea0a11'.padEnd(64, '0');

/**
 * Lets a container come and go on a sample host, as the watcher would tell it: that of the history comes once
 * more, so that an alert is seen. Resolves when it has come, to what ends the wait for its going.
 */
export async function passContainer({ store, context }: Core): Promise<{ close(): void }> {
  const [story] = sightings;
  if (story === undefined) throw new Error('the timeline has no container that comes and goes');
  const { host, container } = story;
  const known = await store.scans.listContainers({ hosts: [host], includeGone: true });
  const like = known.find(({ facts }) => facts.name === container);
  if (like === undefined) throw new Error(`${host} never had ${container}`);
  const at = context.now();
  const facts = { ...like.facts, id: NEW_ID, createdAt: isoTime(at), startedAt: isoTime(at) };
  const observed: ObservedContainer = {
    ...{ facets: like.facets, unverifiedFacets: like.unverifiedFacets, controls: like.controls },
    ...{ isolation: like.isolation, surface: null, imageDeclares: like.imageDeclares },
    facts: { ...facts, state: 'running', finishedAt: null },
  };
  const tell = async (kinds: readonly Sighting['kind'][]): Promise<void> => {
    const time = context.now();
    const told = kinds.map(
      (kind, index): Sighting => ({
        ...{ kind, containerId: NEW_ID, name: container, image: facts.imageReference, at: time },
        labels: { composeProject: null, composeService: null, owner: null },
        timeNano: `${time}${String(index).padStart(6, '0')}`,
        observed: kind === 'created' ? read(observed) : null,
        ...{ exitCode: kind === 'ended' ? 137 : null, exec: null, execId: null },
      }),
    );
    const state = await store.watches.claim(host, { owner: 'sample', leaseMs: LEASE_MS });
    if (state === null) return;
    const batch = { sightings: told, mark: null, coveredUntil: null };
    await store.watches.apply(host, batch, state.held);
    await store.watches.release('sample', host);
  };
  await tell(['created', 'started']);
  const timer = setTimeout(() => void tell(['ended', 'gone']).catch(() => {}), LASTS_MS).unref();
  return { close: () => clearTimeout(timer) };
}
