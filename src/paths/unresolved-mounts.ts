import { isDataOfRoot } from '../rules/dangerous-places.ts';
import { enumerate } from '../rules/words.ts';
import { kernelOf } from '../snapshot/shown-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const NAMED = 3;

/**
 * Containers whose mounts are known by the path that was asked for alone, by their id, with the reason
 * why a way may hide there: any folder on that path may be a link, and any of them may hold a mount. The
 * kernel's table of mounts tells; no answer of the engine does.
 */
export function unresolvedMounts({ containers, kernel }: Snapshot): Map<string, string> {
  const all = containers.state === 'read' ? containers.value.read : [];
  return new Map(
    all.flatMap(({ id, mounts }): [string, string][] => {
      if (kernelOf(kernel, id)?.mounts) return [];
      const paths = mounts.flatMap(({ hostPath }) =>
        hostPath === null || hostPath === '' || isDataOfRoot(hostPath) ? [] : [hostPath],
      );
      if (paths.length === 0) return [];
      const more = paths.length > NAMED ? [`${paths.length - NAMED} more`] : [];
      const names = enumerate([...paths.slice(0, NAMED), ...more]);
      return [[id, `what ${names} of the host really is was not resolved`]];
    }),
  );
}
