import type { VulnerableVersion } from '../answers/surface-answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExposedStore, PlacedExposure } from '../ports/exposed-store.ts';
import { severities } from '../rules/rule.ts';
import { compareText } from '../shared/text.ts';

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
