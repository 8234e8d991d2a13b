import type { HostFilesFacts } from '../facts/host-files.ts';
import { unescapeOctal } from './unescape-octal.ts';

/**
 * One spelling for a POSIX path of the host: no `.`, `..`, doubled or trailing slashes, `/run`
 * for `/var/run`, which has been a link to it on every distribution for a decade, and `/etc` for
 * `/proc/1/root/etc`, which the kernel follows to the tree of the host. A path that does
 * not begin with a slash (Windows) stays as it is.
 */
export function normaliseHostPath(path: string): string {
  if (!path.startsWith('/') || !HAS_OTHER_SPELLING.test(path)) return path;
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.slice(behindLinks(kept)).join('/')}`;
}

/** How many of these parts lead to the tree of the host alone. One path may have thousands of such links. */
function behindLinks(parts: readonly string[]): number {
  let from = 0;
  for (;;) {
    if (parts[from] === 'var' && parts[from + 1] === 'run') return from + 1;
    const length = linkAt(parts, from);
    if (length === 0) return from;
    from += length;
  }
}

/** What any other spelling than that one has in it. */
const HAS_OTHER_SPELLING =
  /\/\.{0,2}(?:\/|$)|^\/var\/run(?:\/|$)|^\/proc\/(?:1|self|thread-self)\//;

/**
 * The length of a link that the kernel itself makes to the tree of the first process, which has not left it since the
 * boot, or to that of whoever mounts: an engine, and a runtime before it enters the tree of its container. 0 for none.
 */
function linkAt(parts: readonly string[], from: number): number {
  const [folder, process = ''] = parts.slice(from, from + 2);
  if (folder !== 'proc' || !['1', 'self', 'thread-self'].includes(process)) return 0;
  const isTask = parts[from + 2] === 'task' && /^\d+$/.test(parts[from + 3] ?? '');
  const length = isTask ? 5 : 3;
  const link = parts[from + length - 1];
  return link === 'root' || (link === 'cwd' && process === '1') ? length : 0;
}

/** True for such a link of another process, or to another place: where it leads that process alone tells. */
export const isLinkOfProcess = (path: string): boolean =>
  /^\/proc\/[^/]+(?:\/task\/\d+)?\/(?:root|cwd|fd|map_files)(?:\/|$)/.test(path);

/** True when `path` is `folder` or lies anywhere below it. Both normalised and absolute. */
export function isWithin(path: string, folder: string): boolean {
  if (folder === '/' || path === folder) return true;
  // Thousands of mounts are compared with a hundred places, and most differ in this character.
  return path.charAt(folder.length) === '/' && path.startsWith(folder);
}

/** How many symlinks the kernel follows on one way (`MAXSYMLINKS`). */
export const LINKS_MAX = 40;

/** The names on a way, `..` among them. */
export const pathParts = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');

/** A path below a folder; both begin with `/`. */
export const joined = (folder: string, rest: string): string => {
  if (rest === '/') return folder;
  return folder === '/' ? rest : `${folder}${rest}`;
};

/** The entry of an fstab that a path lies on, the one nearest to it; null when that is `/`. */
export function declaredMountOf(
  fstab: string,
  path: string,
): HostFilesFacts['dataRoot']['declaredMount'] {
  const mounts = declaredMounts(fstab)
    .filter(({ mountPoint }) => mountPoint !== '/' && mountPoint.startsWith('/'))
    .filter(({ mountPoint }) => isWithin(path, mountPoint))
    .sort((a, b) => a.mountPoint.length - b.mountPoint.length);
  const nearest = mounts.at(-1);
  if (nearest === undefined) return null;
  const { mountPoint, isBind } = nearest;
  const isOfRoot = isBind ? false : isOfFilesystem(nearest, '/', declaredMounts(fstab));
  return {
    ...{ mountPoint, isBind },
    ...(isOfRoot === true ? { isOfRoot } : {}),
    ...(isOfRoot === null ? { mayBeOfRoot: true as const } : {}),
  };
}

/** Whether an entry is of the filesystem that is mounted at a place; null where the spellings do not tell. */
function isOfFilesystem(
  one: DeclaredMount,
  point: string,
  mounts: readonly DeclaredMount[],
): boolean | null {
  const answers = mounts
    .filter(({ mountPoint }) => mountPoint === point)
    .map((other) => areOfOne(one, other));
  if (answers.includes(true)) return true;
  return answers.includes(null) ? null : false;
}

/** A part of one filesystem, such as a subvolume of Btrfs, has an entry of its own, maybe by another name of the disk. */
function areOfOne(one: DeclaredMount, other: DeclaredMount): boolean | null {
  if (!isDisk(one.source) || !isDisk(other.source)) return false;
  if (one.source === other.source) return true;
  const isOfOneKind = one.kind === other.kind || [one.kind, other.kind].includes('auto');
  if (!isOfOneKind || !(one.mayBePart || other.mayBePart)) return false;
  const [ours, theirs] = [one, other].map(({ source }) => /^(UUID|LABEL)=/.exec(source)?.[1]);
  return ours !== undefined && ours === theirs ? false : null;
}

/** Not so `tmpfs`, `overlay` and their like, of which each mount is another filesystem. */
const isDisk = (source: string): boolean => /^\/|=/.test(source);

/** Whether an fstab declares a disk of its own there: no folder that is bound, nor the disk of `/` again. */
export function isDeclaredDisk(fstab: string, mountPoint: string): boolean {
  const all = declaredMounts(fstab);
  const here = all.filter((one) => one.mountPoint === mountPoint);
  const isOther = (one: DeclaredMount) => !one.isBind && isOfFilesystem(one, '/', all) === false;
  return here.length > 0 && here.every(isOther);
}

interface DeclaredMount {
  source: string;
  mountPoint: string;
  /** Type of the filesystem. */
  kind: string;
  isBind: boolean;
  /** Some folder of a filesystem may be what is mounted, and a filesystem of several disks may go by any of them. */
  mayBePart: boolean;
}

const declaredMounts = (fstab: string): DeclaredMount[] =>
  fstab
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([source = '', , kind]) => !source.startsWith('#') && kind !== undefined)
    .map(([source = '', point = '', kind = '', written = '']) => {
      const options = written.split(',');
      return {
        source: plainSource(unescapeOctal(source)),
        mountPoint: normaliseHostPath(unescapeOctal(point)),
        kind,
        isBind: options.some((option) => ['bind', 'rbind'].includes(option)),
        mayBePart:
          OF_PARTS.test(kind) ||
          options.some((option) => /^(subvol|x-mount\.subdir)/i.test(option)),
      };
    });

const OF_PARTS = /^(btrfs|bcachefs|auto)$/;

/** One spelling for what fstab(5) and udev name a disk by: `UUID="a"` and `/dev/disk/by-uuid/a`. */
function plainSource(written: string): string {
  const [, by = '', name = ''] =
    /^\/dev\/disk\/by-(uuid|label|partuuid|partlabel)\/(.+)$/.exec(written) ?? [];
  const [, tag = by.toUpperCase(), value = name] = /^([A-Z]+)="?([^"]*)"?$/.exec(written) ?? [];
  if (tag === '') return written;
  const plain =
    by === ''
      ? value
      : value.replace(/\\x([0-9a-f]{2})/g, (_, hex) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        );
  return `${tag}=${tag.endsWith('UUID') ? plain.toLowerCase() : plain}`;
}
