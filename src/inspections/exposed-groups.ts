import type { VulnerableVersion } from '../answers/surface-answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExposedStore, PlacedExposure } from '../ports/exposed-store.ts';
import type { ContainerSpan, ExposureStore, SpanGroup } from '../ports/exposure-store.ts';
import { severities } from '../rules/rule.ts';
import { compareText } from '../shared/text.ts';
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

/**
 * What the last match found against each version of a software, by all of its names, that containers of these hosts have now; null
 * before the first match. One in which nothing was found is left out.
 */
export async function vulnerableVersions(
  { exposed, now }: { exposed: Pick<ExposedStore, 'state' | 'listPlaced'>; now: Clock },
  software: readonly string[],
  hosts: readonly string[],
): Promise<VulnerableVersion[] | null> {
  const { generation } = await exposed.state();
  if (generation === 0) return null;
  const placed = await exposed.listPlaced({ hosts, goneAfter: now(), software });
  const there = placed.filter((one) => one.hosts.some(({ isThere }) => isThere));
  const byVersion = Map.groupBy(there, ({ package: { sourceName, sourceVersion } }) =>
    JSON.stringify([sourceName, sourceVersion]),
  );
  return [...byVersion.values()]
    .flatMap((rows) => toVersion(rows) ?? [])
    .sort((a, b) => compareText(a.version, b.version));
}

function toVersion(rows: readonly PlacedExposure[]): VulnerableVersion | null {
  const [first] = rows;
  if (first === undefined) return null;
  const byId = new Map<string, PlacedExposure>();
  for (const row of rows) {
    const known = byId.get(row.vulnerability);
    if (known === undefined || (known.fixed === null && row.fixed !== null)) {
      byId.set(row.vulnerability, row);
    }
  }
  const worstFirst = [...byId.values()].sort(
    (a, b) =>
      Number(b.isExploited) - Number(a.isExploited) ||
      (b.severity ?? 0) - (a.severity ?? 0) ||
      compareText(a.vulnerability, b.vulnerability),
  );
  const { vulnerability: id, severity } = worstFirst[0] ?? first;
  const count = (is: (one: PlacedExposure) => boolean) => worstFirst.filter(is).length;
  return {
    software: first.package.sourceName,
    version: first.package.sourceVersion,
    count: worstFirst.length,
    fixable: count(({ fixed }) => fixed !== null),
    exploited: count(({ isExploited }) => isExploited),
    worst: { id, severity: severity === null ? null : (severities[severity - 1] ?? null) },
  };
}
