import { isDataOfRoot } from '../rules/dangerous-places.ts';
import { unclear } from '../rules/mounts.ts';
import { enumerate } from '../rules/words.ts';
import { seenMountsOf } from '../snapshot/seen-mounts.ts';
import { hasLayers, namedPaths, shownMounts } from '../snapshot/shown-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const NAMED = 3;

/**
 * Containers some of whose mounts are not known whole, by their id, with the reason why a way may hide
 * there. Any folder on a path that was asked for may be a link or hold a mount, which the level `files`
 * follows; what is mounted below a folder the kernel's table of mounts tells alone. What a driver of others
 * mounts is not known either.
 */
export function unresolvedMounts(snapshot: Snapshot): Map<string, string> {
  const { containers } = snapshot;
  const seenOf = seenMountsOf(snapshot);
  const known = containers.state === 'read' ? containers.value.read : [];
  return new Map(
    known.flatMap((container): [string, string][] => {
      const seen = seenOf(container.id);
      const all = shownMounts(container, seen, null);
      const [doubt] = all.flatMap(unclear);
      if (doubt !== undefined) return [[container.id, doubt]];
      const isTold = Boolean(seen.kernel?.mounts);
      const open = all
        .filter(({ mount }) => !isTold || hasLayers(mount))
        .flatMap(({ mount, followed }) =>
          namedPaths(mount)
            .filter((path) => !isDataOfRoot(path))
            .map((path) => ({ path, followed: followed.find((one) => one.path === path) })),
        );
      const unknown = open.flatMap(({ path, followed }) => (followed ? [] : [path]));
      const folders = open.flatMap(({ path, followed }) => (followed?.isFolder ? [path] : []));
      if (unknown.length > 0) {
        return [[container.id, `what ${named(unknown)} of the host really is was not resolved`]];
      }
      return isTold || folders.length === 0
        ? []
        : [[container.id, `what else is mounted below ${named(folders)} of the host was not read`]];
    }),
  );
}

function named(paths: readonly string[]): string {
  const more = paths.length > NAMED ? [`${paths.length - NAMED} more`] : [];
  return enumerate([...paths.slice(0, NAMED), ...more]);
}
