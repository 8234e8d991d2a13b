import type { ContainerSpan, ExposureStore, SpanGroup } from '../ports/exposure-store.ts';
import { liveStates } from '../snapshot/facts/container.ts';
import { firstOf } from './exposure-order.ts';

/** Whose images count apart: what is said of one need not hold for another of the same contents. */
export interface Apart {
  /** True where somebody says something of images by their names. */
  areAllNamed: boolean;
  /** Ids of those of which somebody made a list. */
  listed: ReadonlyMap<string, unknown>;
}

/** What became of a container that had some contents. */
export type Life = 'running' | 'stopped' | 'gone' | 'changed';

/** Containers with the same contents, and each of them where they were read. */
export type HeldGroup = SpanGroup & { spans: ContainerSpan[] };

/** Containers in the same groups as `ExposureStore.listGroups` has them, by `groupKey`. */
export function groupSpans(spans: readonly ContainerSpan[], apart: Apart): Map<string, HeldGroup> {
  const groups = new Map<string, HeldGroup>();
  for (const span of spans) {
    const { host, image, inventoryId, reason, filesystemId, readFrom } = span;
    const imageId = apart.areAllNamed || apart.listed.has(span.imageId) ? span.imageId : '';
    const whose = { host, image, imageId, inventoryId, reason, filesystemId, readFrom };
    const key = groupKey(whose);
    const known = groups.get(key);
    if (known) known.spans.push(span);
    else groups.set(key, { ...whose, ...nobody, first: '', spans: [span] });
  }
  for (const group of groups.values()) {
    for (const span of group.spans) group[lifeOf(span)] += 1;
    group.first = firstOf(group.spans);
  }
  return groups;
}

/** Equal for containers of one group. */
export function groupKey(group: Omit<SpanGroup, Life | 'first'>): string {
  const { host, image, imageId, inventoryId, reason, filesystemId, readFrom } = group;
  return [host, image, imageId, inventoryId, reason, filesystemId, readFrom].join('\n');
}

/** Reads the containers of groups. */
export async function readSpans<T extends HeldGroup>(
  exposures: Pick<ExposureStore, 'listSpans'>,
  groups: readonly T[],
  { since, apart }: { since: number; apart: Apart },
): Promise<void> {
  if (groups.length === 0) return;
  const spans = await exposures.listSpans({
    since,
    hosts: [...new Set(groups.map(({ host }) => host))],
    inventoryIds: [...new Set(groups.map(({ inventoryId }) => inventoryId))],
  });
  const found = groupSpans(spans, apart);
  for (const group of groups) group.spans = found.get(groupKey(group))?.spans ?? [];
}

const nobody = { running: 0, stopped: 0, gone: 0, changed: 0 };

const lifeOf = ({ to, state, isThere }: ContainerSpan): Life => {
  if (to !== null) return isThere ? 'changed' : 'gone';
  return liveStates.includes(state) ? 'running' : 'stopped';
};
