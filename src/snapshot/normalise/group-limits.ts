import { OutsideError } from '../../shared/errors.ts';
import { type Reading, read } from '../../shared/reading.ts';
import type { GroupPath } from '../collector.ts';
import type { GroupLimits } from '../facts/kernel.ts';
import { type Controller, type HostGroups, limitFiles } from './group-folders.ts';
import { groupPath } from './probe-output.ts';

type Files = ReadonlyMap<string, string>;

/**
 * What the control groups of a container allow, from the texts of `limitFiles`. A file that is not there
 * means that the group has no such controller, and so no limit of it; null when none of its own is there.
 * Throws `OutsideError` for a file of another shape.
 */
export function groupLimits(
  groups: HostGroups,
  folders: Record<Controller, string>,
  files: Files,
): GroupLimits | null {
  const filesOf = (controller: Controller) => limitFiles(groups, controller, folders[controller]);
  const isThere = (path: GroupPath) => files.has(groupPath(path.group, path.file));
  const own = (['memory', 'pids', 'cpu', 'devices'] as const).flatMap((one) => filesOf(one).own);
  // No group has limits at the top of version 2.
  const isTop = groups.version === '2' && Object.values(folders).every((folder) => folder === '');
  if (!isTop && !own.some(isThere)) return null;

  const memory = filesOf('memory');
  const pids = filesOf('pids');
  const ownPids = least(pids.own.map((path) => amountIn(files, path)));
  const abovePids = least(pids.above.map((path) => amountIn(files, path)));
  const cpu = filesOf('cpu');
  const quotas = [cpu.own, cpu.above].flatMap((paths) => quotasIn(groups, files, paths));
  const sets = filesOf('cpuset').own.map((path) => setSize(files, path));
  const online = onlineCpus(files);
  const quota = least(quotas);
  const ofSets = least(sets);
  const realtime = realtimeShare(groups, files, [...cpu.own, ...cpu.above]);
  const withRealtime =
    quota === null || realtime === null || online === null
      ? null
      : quota + realtime * Math.min(online, ofSets ?? online);
  const below = (cpus: number | null) =>
    cpus !== null && online !== null && cpus >= online ? null : cpus;
  const pidMax = numberOf(files.get('/proc/sys/kernel/pid_max') ?? '');
  const all = least([ownPids, abovePids]);
  return {
    memoryBytes: least([...memory.own, ...memory.above].map((path) => amountIn(files, path))),
    pids: all !== null && pidMax !== null && all >= pidMax ? null : all,
    isOwnPids: ownPids !== null && (abovePids === null || ownPids < abovePids),
    cpus: below(least([quota, ofSets])),
    realtimeCpus: below(least([withRealtime, ofSets])),
    isRealtimeTold: groups.version === '1',
    ...(groups.version === '1' ? devicesIn(files, filesOf('devices').own) : {}),
  };
}

/** What processes of several groups are held to: of each limit the loosest. Unread as soon as one is. */
export function looserLimits(all: readonly Reading<GroupLimits>[]): Reading<GroupLimits> {
  const lost = all.find((one) => one.state === 'unread');
  if (lost) return lost;
  const limits = all.flatMap((one) => (one.state === 'read' ? [one.value] : []));
  const loosest = (values: readonly (number | null)[]) =>
    values.includes(null) ? null : Math.max(...values.filter((value) => value !== null));
  return read({
    memoryBytes: loosest(limits.map(({ memoryBytes }) => memoryBytes)),
    pids: loosest(limits.map(({ pids }) => pids)),
    isOwnPids: limits.every(({ isOwnPids }) => isOwnPids),
    cpus: loosest(limits.map(({ cpus }) => cpus)),
    realtimeCpus: loosest(limits.map(({ realtimeCpus }) => realtimeCpus)),
    isRealtimeTold: limits.every(({ isRealtimeTold }) => isRealtimeTold),
    ...(limits.every(({ devices }) => devices !== undefined)
      ? { devices: [...new Set(limits.flatMap(({ devices = [] }) => devices))] }
      : {}),
  });
}

const least = (values: readonly (number | null)[]): number | null => {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : Math.min(...numbers);
};

const numberOf = (text: string): number | null => (/^\d{1,20}$/.test(text) ? Number(text) : null);

/** A whole number; null for none, `max`, or a number near 2^63, which is none on version 1. */
function amountIn(files: Files, { group, file }: GroupPath): number | null {
  const text = files.get(groupPath(group, file));
  if (text === undefined || text === 'max') return null;
  const value = numberOf(text);
  if (value === null) throw wrongShape(group, file);
  return value > Number.MAX_SAFE_INTEGER ? null : value;
}

/** Processors by quota and period, for each group of the paths. */
function quotasIn({ version }: HostGroups, files: Files, paths: GroupPath[]): (number | null)[] {
  const folders = new Set(paths.map(({ group }) => group));
  return [...folders].map((group) => {
    const read = (file: GroupPath['file']) => files.get(groupPath(group, file));
    const text =
      version === '2'
        ? read('cpu.max')
        : [read('cpu.cfs_quota_us'), read('cpu.cfs_period_us')].filter(Boolean).join(' ');
    if (text === undefined || text === '' || /^(max|-1)( |$)/.test(text)) return null;
    const [, quota, period] = /^(\d{1,20}) (\d{1,20})$/.exec(text) ?? [];
    if (quota === undefined || Number(period) === 0) throw wrongShape(group, 'cpu.max');
    return Number(quota) / Number(period);
  });
}

/**
 * How much of each processor the real-time processes of a group have (Linux `Documentation/scheduler/sched-rt-group.rst`):
 * 0 where the kernel refuses to make any. Null where nothing holds them, as on a kernel that keeps no such time by groups.
 */
function realtimeShare({ version }: HostGroups, files: Files, paths: GroupPath[]): number | null {
  if (version === '2') return null;
  const groups = new Set(paths.map(({ group }) => group));
  return least(
    [...groups].map((group) => {
      const [runtime, period] = (['cpu.rt_runtime_us', 'cpu.rt_period_us'] as const).map((file) =>
        files.get(groupPath(group, file)),
      );
      if (runtime === undefined || runtime === '-1') return null;
      const [most, of] = [numberOf(runtime), numberOf(period ?? '')];
      if (most === null || !of) throw wrongShape(group, 'cpu.rt_runtime_us');
      return most / of;
    }),
  );
}

function setSize(files: Files, { group, file }: GroupPath): number | null {
  const text = files.get(groupPath(group, file));
  if (text === undefined || text === '') return null;
  const size = sizeOfSet(text);
  if (size === null) throw wrongShape(group, file);
  return size;
}

/** One rule a line; an empty file opens none. */
function devicesIn(files: Files, [path]: GroupPath[]): Pick<GroupLimits, 'devices'> {
  const text = path && files.get(groupPath(path.group, path.file));
  if (path === undefined || text === undefined) return {};
  const devices = text.split('\n').filter((line) => line !== '');
  if (!devices.every((line) => DEVICE_RULE.test(line))) throw wrongShape(path.group, path.file);
  return { devices };
}

const DEVICE_RULE = /^[abc] (?:\*|\d{1,10}):(?:\*|\d{1,10}) [rwm]{1,3}$/;

const onlineCpus = (files: Files): number | null =>
  sizeOfSet(files.get('/sys/devices/system/cpu/online') ?? '');

/** How many processors are in a list like `0-3,7`, each counted once; null for another text. */
export function sizeOfSet(text: string): number | null {
  if (!/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(text)) return null;
  const ranges = text.split(',').map((range) => range.split('-').map(Number));
  let next = 0;
  let size = 0;
  for (const [first = 0, last = first] of ranges.sort(([a = 0], [b = 0]) => a - b)) {
    size += Math.max(0, last + 1 - Math.max(first, next));
    next = Math.max(next, last + 1);
  }
  return size;
}

const wrongShape = (group: string, file: GroupPath['file']): OutsideError =>
  new OutsideError('engine-invalid-answer', `${groupPath(group, file)}: it is not a limit`);
