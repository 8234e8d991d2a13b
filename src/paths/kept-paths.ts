import type { AttackPath } from './attack-paths.ts';
import type { Certainty } from './graph.ts';

/** How many paths of a host are kept at most: some 250 kB, however many there are. */
export const PATHS_KEPT = 250;
/** The worst ones are kept even where they all lead through one container. */
const WORST_KEPT = 10;

/** How many ways lead through a container; of every one that could be read, so also 0. */
export interface ContainerWays {
  id: string;
  count: number;
  /** How sure the worst of them is; null when there is none. */
  worst: Certainty | null;
  /** Why a way may hide although none was found: what it mounts was looked up by its name alone. */
  open?: string;
}

/**
 * Those of the paths that are kept, worst first: the ten worst, then the worst through each container
 * and of the engine, then the rest. `paths` must stand worst first.
 */
export function keptPaths<T extends Pick<AttackPath, 'through'>>(paths: readonly T[]): T[] {
  if (paths.length <= PATHS_KEPT) return [...paths];
  const covered = new Set<string>();
  const [first, rest]: [number[], number[]] = [[], []];
  for (const [index, { through }] of paths.entries()) {
    // A way that leads through no container is the engine's own.
    const places = through === undefined || through.length === 0 ? [''] : through;
    const isFirst = index < WORST_KEPT || places.some((place) => !covered.has(place));
    (isFirst ? first : rest).push(index);
    for (const place of places) covered.add(place);
  }
  const kept = new Set([...first, ...rest].slice(0, PATHS_KEPT));
  return paths.filter((_path, index) => kept.has(index));
}

/**
 * Counts the ways through each of these containers. `paths` must be all of them, worst first; `open`
 * says why the ways of a container may not be all, by its id.
 */
export function waysByContainer(
  paths: readonly Pick<AttackPath, 'through' | 'certainty'>[],
  containerIds: readonly string[],
  open: ReadonlyMap<string, string>,
): ContainerWays[] {
  const found = new Map<string, ContainerWays>(
    containerIds.map((id) => {
      const reason = open.get(id);
      return [id, { id, count: 0, worst: null, ...(reason === undefined ? {} : { open: reason }) }];
    }),
  );
  for (const { through = [], certainty } of paths) {
    for (const id of through) {
      const ways = found.get(id);
      if (!ways) continue;
      ways.count += 1;
      ways.worst ??= certainty;
    }
  }
  return [...found.values()];
}
