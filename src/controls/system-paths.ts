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
 * `fs/ocfs2/stackglue.c`).
 */
export const helperSettings: readonly string[] = [
  ...['/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe'],
  ...['/proc/sys/kernel/hotplug', '/proc/sys/kernel/poweroff_cmd'],
  '/proc/sys/fs/ocfs2/nm/hb_ctl_path',
];

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
  return [...new Set([...systemPaths[kind], ...more])].filter((path) => !isCovered(path, lists));
}

/** True where one of `helperSettings` can be written; false where no list is told. */
export const areHelpersOpen = ({ maskedPaths, readonlyPaths }: Lists): boolean =>
  readonlyPaths !== null &&
  helperSettings.some((path) => !isCovered(path, [readonlyPaths, maskedPaths ?? []]));

/** Most lists name the path itself, or a folder above it, in the plain spelling. */
const isCovered = (path: string, lists: readonly (readonly string[])[]): boolean =>
  lists.some((list) => list.some((named) => named.length > 1 && isWithin(path, named))) ||
  lists.some((list) => list.some((named) => isBelow(path, named)));

/** The kernel takes no longer path, with the byte that ends it: whoever is told one covers nothing. */
const PATH_MAX = 4096;

/** A runtime takes a path without a slash from the root of the container, and covers no root. */
function isBelow(path: string, named: string): boolean {
  if (named.length >= PATH_MAX) return false;
  const full = named.startsWith('/') ? named : `/${named}`;
  const folder = normaliseHostPath(full);
  return folder !== '/' && isWithin(path, folder) && !mayBeAway(full);
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
