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

/** Those of `paths` that a list leaves open: it names neither them nor a folder above them. */
export const leftOpen = (paths: readonly string[], list: readonly string[]): string[] => {
  const covered = list.map(normaliseHostPath);
  return paths.filter((path) => !covered.some((folder) => isWithin(path, folder)));
};

/** What the configuration of a container leaves open of either kind; none where the engine does not tell. */
export function openByList({
  maskedPaths,
  readonlyPaths,
}: Pick<ContainerFacts, 'maskedPaths' | 'readonlyPaths'>): string[] {
  const masked = maskedPaths && leftOpen(systemPaths['masked-paths'], maskedPaths);
  // What is masked cannot be written either.
  const readonly =
    readonlyPaths &&
    leftOpen(systemPaths['readonly-paths'], [...readonlyPaths, ...(maskedPaths ?? [])]);
  return [...(masked ?? []), ...(readonly ?? [])];
}
