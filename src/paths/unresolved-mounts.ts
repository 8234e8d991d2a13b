import { isDataOfRoot } from '../rules/dangerous-places.ts';
import { enumerate } from '../rules/words.ts';
import { namedPaths, seenMounts, shownMounts } from '../snapshot/shown-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const NAMED = 3;

/**
 * Containers some of whose mounts are known by the path that was asked for alone, by their id, with the
 * reason why a way may hide there: any folder on that path may be a link, and any of them may hold a
 * mount. The kernel's table of mounts tells, links alone the level `files`; no answer of the engine does.
 */
export function unresolvedMounts(snapshot: Snapshot): Map<string, string> {
  const { containers } = snapshot;
  const all = containers.state === 'read' ? containers.value.read : [];
  return new Map(
    all.flatMap((container): [string, string][] => {
      const seen = seenMounts(snapshot, container.id);
      if (seen.kernel?.mounts) return [];
      const paths = shownMounts(container, seen, null).flatMap((shown) =>
        namedPaths(shown.mount).filter(
          (path) => !shown.followed.some((one) => one.path === path) && !isDataOfRoot(path),
        ),
      );
      if (paths.length === 0) return [];
      const more = paths.length > NAMED ? [`${paths.length - NAMED} more`] : [];
      const names = enumerate([...paths.slice(0, NAMED), ...more]);
      return [[container.id, `what ${names} of the host really is was not resolved`]];
    }),
  );
}
