import { OutsideError } from '../shared/errors.ts';
import type { HostFileWindow, HostPathStat } from './collector.ts';
import { isWithin, LINKS_MAX, pathParts } from './normalise/host-path.ts';

export type FollowedPath =
  | { state: 'present'; realPath: string; stat: HostPathStat }
  | { state: 'absent' }
  /** Leads out of what the window shows; how it goes on there is not known. */
  | { state: 'outside'; path: string };

/**
 * Follows every symlink on the way, folder by folder, as the host's kernel would: inside of a
 * container an absolute one would lead into the container's own files. `asked` are the paths that
 * the window was to show; those it does not show are not on the host. Rejects with `OutsideError`,
 * also for a circle of symlinks.
 */
export async function followPath(
  window: Pick<HostFileWindow, 'shown' | 'stat'>,
  asked: readonly string[],
  path: string,
): Promise<FollowedPath> {
  const missing = asked.filter((one) => !window.shown.includes(one));
  let at = '/';
  let rest = pathParts(path);
  let links = 0;
  let stat: HostPathStat | null = null;
  for (;;) {
    const [part, ...others] = rest;
    if (part === undefined) break;
    const next = rooted(part === '..' ? pathParts(at).slice(0, -1) : [...pathParts(at), part]);
    if (!window.shown.some((shown) => isWithin(next, shown))) {
      if (missing.some((one) => isWithin(next, one))) return { state: 'absent' };
      // What lies above a shown path is not looked at: the host's kernel found its way through it.
      if (!asked.some((one) => isWithin(one, next))) {
        return { state: 'outside', path: rooted([...pathParts(next), ...others]) };
      }
      stat = null;
    } else {
      stat = await window.stat(next);
      if (stat === null) return { state: 'absent' };
      if (stat.linkTarget !== null) {
        links += 1;
        if (links > LINKS_MAX) {
          throw new OutsideError('engine-invalid-answer', `${path} is a circle of symlinks`);
        }
        rest = [...pathParts(stat.linkTarget), ...others];
        if (stat.linkTarget.startsWith('/')) at = '/';
        continue;
      }
    }
    at = next;
    rest = others;
  }
  return stat === null ? { state: 'outside', path: at } : { state: 'present', realPath: at, stat };
}

const rooted = (parts: readonly string[]): string => `/${parts.join('/')}`;
