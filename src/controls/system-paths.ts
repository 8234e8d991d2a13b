import type { ContainerFacts } from '../snapshot/facts/container.ts';
import { isWithin, normaliseHostPath } from '../snapshot/normalise/host-path.ts';

/**
 * What every engine covers that tells its lists (moby `oci/defaults.go` since 18.06). Later ones cover more,
 * /proc/asound, the powercap devices, /proc/interrupts and thermal_throttle: a list without these may be whole.
 */
export const systemPaths = {
  'masked-paths': [
    '/proc/acpi',
    '/proc/kcore',
    '/proc/keys',
    '/proc/latency_stats',
    '/proc/sched_debug',
    '/proc/scsi',
    '/proc/timer_list',
    '/sys/firmware',
  ],
  'readonly-paths': ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
} as const;

/**
 * Settings that name a program which the kernel starts as root (Linux `kernel/reboot.c`, `lib/kobject_uevent.c`,
 * `fs/ocfs2/stackglue.c`), surely as soon as somebody wants that, or perhaps.
 */
export const helperSettings: Readonly<Record<'sure' | 'unsure', readonly string[]>> = {
  sure: ['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe'],
  // Few kernels ask for the first, the second is for the end of the host, and of the third a filesystem has to be in use.
  unsure: [
    ...['/proc/sys/kernel/hotplug', '/proc/sys/kernel/poweroff_cmd'],
    '/proc/sys/fs/ocfs2/nm/hb_ctl_path',
  ],
};

export type SystemPathKind = keyof typeof systemPaths;

/** What covers the system paths of a container; null where it is not told. */
type Lists = Pick<ContainerFacts, 'maskedPaths' | 'readonlyPaths'>;

/**
 * System paths that a list of this kind leaves open: it names neither them nor a folder above them. None of a list
 * that is not told. `more` are further paths that an ordinary container has covered.
 */
export function openPaths(
  kind: SystemPathKind,
  { maskedPaths, readonlyPaths }: Lists,
  more: readonly string[] = [],
): string[] {
  const own = kind === 'masked-paths' ? maskedPaths : readonlyPaths;
  if (own === null) return [];
  // What is masked cannot be written either.
  const lists = kind === 'masked-paths' ? [own] : [own, maskedPaths ?? []];
  const isCovered = coverOf(lists);
  return [...new Set([...systemPaths[kind], ...more])].filter((path) => !isCovered(path));
}

/** Which of `helperSettings` can be written, the surest that there are; null for none, and where no list is told. */
export function openHelpers({ maskedPaths, readonlyPaths }: Lists): 'sure' | 'unsure' | null {
  if (readonlyPaths === null) return null;
  const isCovered = coverOf([readonlyPaths, maskedPaths ?? []]);
  const isOpen = (paths: readonly string[]) => paths.some((path) => !isCovered(path));
  if (isOpen(helperSettings.sure)) return 'sure';
  return isOpen(helperSettings.unsure) ? 'unsure' : null;
}

/** Whether one of these lists covers a path. Most name the path itself, or a folder above it, in the plain spelling. */
function coverOf(lists: readonly (readonly string[])[]): (path: string) => boolean {
  const named = lists.flat();
  // Each is spelled out once for all paths, and only where one of them is not named plainly.
  let spelled: { full: string; folder: string }[] | null = null;
  return (path) => {
    if (named.some((one) => one.length > 1 && isWithin(path, one))) return true;
    spelled ??= named.flatMap((one) => spelledOut(one) ?? []);
    return spelled.some(({ full, folder }) => isWithin(path, folder) && !mayBeAway(full));
  };
}

/** The kernel takes no longer path, with the byte that ends it: whoever is told one covers nothing. */
const PATH_MAX = 4096;

/** A runtime takes a path without a slash from the root of the container, and covers no root. */
function spelledOut(named: string): { full: string; folder: string } | null {
  if (named.length >= PATH_MAX) return null;
  const full = named.startsWith('/') ? named : `/${named}`;
  const folder = normaliseHostPath(full);
  return folder === '/' ? null : { full, folder };
}

/** Folders that every container has below its root. */
const ALWAYS_THERE: readonly string[] = ['dev', 'proc', 'sys'];

/** Leads through a folder that need not be there: a runtime covers nothing then, and says nothing of it. */
function mayBeAway(named: string): boolean {
  const folders: string[] = [];
  for (const part of named.split('/')) {
    if (part === '..') {
      const isThere = folders.length === 0 || isOne(folders, ALWAYS_THERE);
      if (!isThere) return true;
      folders.pop();
    } else if (part !== '' && part !== '.') folders.push(part);
  }
  return false;
}

const isOne = ([first = '', ...more]: readonly string[], names: readonly string[]): boolean =>
  more.length === 0 && names.includes(first);
