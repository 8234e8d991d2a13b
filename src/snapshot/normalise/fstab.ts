import type { HostFilesFacts } from '../facts/host-files.ts';
import { normaliseHostPath } from './host-path.ts';

/** The entry of an fstab that a path lies on, the one nearest to it; null when that is `/`. */
export function declaredMountOf(
  fstab: string,
  path: string,
): HostFilesFacts['dataRoot']['declaredMount'] {
  const mounts = fstab
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([source = '', , kind]) => !source.startsWith('#') && kind !== undefined)
    .map(([, point = '', , options = '']) => ({
      mountPoint: normaliseHostPath(unescaped(point)),
      isBind: options.split(',').some((option) => ['bind', 'rbind'].includes(option)),
    }))
    .filter(({ mountPoint }) => mountPoint !== '/' && mountPoint.startsWith('/'))
    .filter(({ mountPoint }) => path === mountPoint || path.startsWith(`${mountPoint}/`))
    .sort((a, b) => a.mountPoint.length - b.mountPoint.length);
  return mounts.at(-1) ?? null;
}

/** Blanks in a path stand as `\040` (fstab(5)). */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
