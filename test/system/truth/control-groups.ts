import type { RootView } from './root-view.ts';

/** What control groups allow the processes of a group, all groups above it counted. */
export interface GroupLimits {
  memoryBytes: number;
  pids: number;
  /** Processors: by quota and period, and by the set of processors. */
  cpus: number;
}

const TREE = '/sys/fs/cgroup';
const NONE = Number.POSITIVE_INFINITY;

/**
 * Of the control groups of a process, on version 1 or 2. `isRealtime`: real-time processes may be among them, which the
 * kernel lets past a quota by as much time as their groups have, or by all.
 */
export function groupLimits(view: RootView, pid: number, isRealtime = false): GroupLimits {
  const groups = (view.text(`/proc/${pid}/cgroup`) ?? '').trim().split('\n');
  const isVersion2 = view.text(`${TREE}/cgroup.controllers`) !== null;
  const foldersOf = (controller: string): string[] => {
    const line = isVersion2
      ? groups.find((group) => group.startsWith('0::'))
      : groups.find((group) => group.split(':')[1]?.split(',').includes(controller));
    const path = line?.split(':').slice(2).join(':') ?? '/';
    const base = isVersion2 ? TREE : `${TREE}/${controller}`;
    const parts = path.split('/').filter(Boolean);
    return parts.map((_, index) => [base, ...parts.slice(0, index + 1)].join('/'));
  };
  const numbers = (controller: string, file: string) =>
    foldersOf(controller).flatMap((folder) => {
      const text = view.text(`${folder}/${file}`)?.trim();
      return text === undefined || text === '' || text === 'max' ? [] : [Number(text)];
    });
  const least = (values: readonly number[]) => Math.min(NONE, ...values);
  const quotas = foldersOf('cpu').map((folder) => {
    const [quota = 'max', period = '1'] = isVersion2
      ? (view.text(`${folder}/cpu.max`) ?? 'max 1').trim().split(' ')
      : ['quota', 'period'].map((word) =>
          (view.text(`${folder}/cpu.cfs_${word}_us`) ?? '-1').trim(),
        );
    return quota === 'max' || Number(quota) < 0 ? NONE : Number(quota) / Number(period);
  });
  const realtime = () => {
    const shares = foldersOf('cpu').map((folder) => {
      const [most, of] = ['runtime', 'period'].map((word) =>
        Number(view.text(`${folder}/cpu.rt_${word}_us`) ?? '-1'),
      );
      return most === undefined || of === undefined || most < 0 ? NONE : most / of;
    });
    const online = countOfSet((view.text('/sys/devices/system/cpu/online') ?? '0').trim());
    return least(shares) * online;
  };
  const sets = foldersOf('cpuset').flatMap((folder) => {
    const file = isVersion2 ? 'cpuset.cpus.effective' : 'cpuset.effective_cpus';
    const text = view.text(`${folder}/${file}`)?.trim() ?? '';
    return text === '' ? [] : [countOfSet(text)];
  });
  return {
    memoryBytes: least(numbers('memory', isVersion2 ? 'memory.max' : 'memory.limit_in_bytes')),
    pids: least(numbers('pids', 'pids.max')),
    cpus: isRealtime ? least([least(quotas) + realtime(), ...sets]) : least([...quotas, ...sets]),
  };
}

/** What the own group of a process says of its share of the processors, as it stands there. */
export function processorShares(view: RootView, pid: number): string {
  const groups = view.text(`/proc/${pid}/cgroup`) ?? '';
  const [, path = /^0::(.*)$/m.exec(groups)?.[1]] =
    /^\d+:[^:]*\bcpu\b[^:]*:(.*)$/m.exec(groups) ?? [];
  const files = [
    'cpu/PATH/cpu.shares',
    'cpu/PATH/cpu.cfs_quota_us',
    'PATH/cpu.max',
    'PATH/cpu.weight',
  ];
  return files.map((file) => view.text(`${TREE}/${file.replace('PATH', path ?? '')}`) ?? '').join();
}

/** A command that lifts each of these for its own container, of the id that is its last word, where it may. */
export const liftShares = [
  ...['busybox', 'sh', '-c'],
  `for tree in /cg /sys/fs/cgroup; do for group in . docker/$0; do
    echo 1000 >$tree/cpu/$group/cpu.shares; echo -1 >$tree/cpu/$group/cpu.cfs_quota_us
    echo 1000 >$tree/$group/cpu.weight; echo max >$tree/$group/cpu.max
  done; done 2>/dev/null; exit 0`,
];

/** Lines of the devices that the own group of a process opens; null on version 2, which tells none. */
export function openDevices(view: RootView, pid: number): string[] | null {
  const path = /^\d+:devices:(.*)$/m.exec(view.text(`/proc/${pid}/cgroup`) ?? '')?.[1];
  const text = view.text(`${TREE}/devices${path}/devices.list`);
  return path === undefined || text === null ? null : text.trim().split('\n');
}

/** How many processors are in `0-3,7`. */
export const countOfSet = (set: string): number =>
  set.split(',').reduce((sum, range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return sum + last - first + 1;
  }, 0);
