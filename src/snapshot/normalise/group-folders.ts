import type { GroupFile, GroupPath } from '../collector.ts';
import { type Foreign, field, textOrEmpty } from '../foreign.ts';
import { isGroupFolder } from './probe-output.ts';

/** How an engine makes control groups. */
export interface HostGroups {
  version: '1' | '2';
  isBySystemd: boolean;
}

/** Files with limits, devices among them, by controller; version 2 has all controllers in one folder. */
const FILES = {
  '1': {
    memory: ['memory.limit_in_bytes'],
    pids: ['pids.max'],
    cpu: ['cpu.cfs_quota_us', 'cpu.cfs_period_us', 'cpu.rt_runtime_us', 'cpu.rt_period_us'],
    cpuset: ['cpuset.effective_cpus'],
    devices: ['devices.list'],
  },
  '2': {
    memory: ['memory.max'],
    pids: ['pids.max'],
    cpu: ['cpu.max'],
    cpuset: ['cpuset.cpus.effective'],
    // A program of the kernel decides, which no file tells. Every group has this one, be it without any controller.
    devices: ['cgroup.controllers'],
  },
} as const satisfies Record<string, Record<string, readonly GroupFile[]>>;

export type Controller = keyof (typeof FILES)['1'];
export const controllers = Object.keys(FILES['1']) as Controller[];

export function engineGroups(info: Foreign): HostGroups {
  return {
    version: textOrEmpty(field(info, 'CgroupVersion')) === '2' ? '2' : '1',
    isBySystemd: textOrEmpty(field(info, 'CgroupDriver')) === 'systemd',
  };
}

/** Where runc puts a container of Docker, by the engine's driver and the parent that was asked for. */
export function expectedGroup({ isBySystemd }: HostGroups, id: string, parent: string): string {
  if (!isBySystemd) return `/${[...(parent || 'docker').split('/'), id].filter(Boolean).join('/')}`;
  return `${sliceFolder(parent || 'system.slice')}/docker-${id}.scope`;
}

/** systemd takes no longer name of a unit: such a slice is nowhere, and its folders above would be megabytes. */
const UNIT_NAME_MAX = 255;

/** `a-b.slice` lies in `a.slice` (systemd.slice(5)). */
function sliceFolder(slice: string): string {
  if (slice.length > UNIT_NAME_MAX) return `/${slice}`;
  const words = slice.replace(/\.slice$/, '').split('-');
  if (words.length === 1 && words[0] === '') return '';
  return words.map((_, index) => `/${words.slice(0, index + 1).join('-')}.slice`).join('');
}

/**
 * The group of a container for each controller, by the `/proc/PID/cgroup` of a process in it: the folder
 * that names it, whatever groups it made below. Null where a group names it that cannot be looked up.
 */
export const actualGroups = (
  groups: HostGroups,
  cgroupText: string,
  id: string,
): Record<Controller, string> | null => foldersOf(groups, cgroupText, (path) => folderOf(path, id));

const folderOf = (path: string, id: string): string | null => {
  const parts = path.split('/');
  const own = parts.findIndex((part) => part.split(/[^0-9a-f]/).includes(id));
  return own === -1 ? null : parts.slice(0, own + 1).join('/');
};

/** The same of a process that is in none of the container's groups, or not in all: whatever it is in. */
export const groupsOutside = (
  groups: HostGroups,
  cgroupText: string,
  id: string,
): Record<Controller, string> | null =>
  foldersOf(groups, cgroupText, (path) => folderOf(path, id) ?? path.replace(/\/$/, ''));

function foldersOf(
  { version }: HostGroups,
  cgroupText: string,
  folderIn: (path: string) => string | null,
): Record<Controller, string> | null {
  const lines = cgroupText.split('\n').flatMap((line) => {
    const found = /^\d+:([^:]*):(.*)$/.exec(line);
    return found ? [{ names: (found[1] ?? '').split(','), path: found[2] ?? '' }] : [];
  });
  const folderFor = (controller: Controller): string | null => {
    const line = lines.find(({ names }) => names.includes(version === '2' ? '' : controller));
    // A kernel without it closes devices to nobody, and has no such folder.
    if (line === undefined && controller === 'devices') return '';
    const folder = line === undefined ? null : folderIn(line.path);
    return folder === null || !isGroupFolder(folder) ? null : folder;
  };
  const folders = controllers.map((controller) => [controller, folderFor(controller)] as const);
  return folders.some(([, folder]) => folder === null)
    ? null
    : (Object.fromEntries(folders) as Record<Controller, string>);
}

/** Every file that limits a group, its own first, then those of the groups above it. */
export function limitFiles(
  { version }: HostGroups,
  controller: Controller,
  folder: string,
): { own: GroupPath[]; above: GroupPath[] } {
  const parts = folder.split('/').filter(Boolean);
  const base = version === '2' ? '' : `/${controller}`;
  const filesAt = (count: number) =>
    FILES[version][controller].map((file) => ({
      group: [base, ...parts.slice(0, count)].join('/'),
      file,
    }));
  // The kernel has taken the groups above into account in what a set of processors is in effect, and in what devices are open.
  const depths =
    controller === 'cpuset' || controller === 'devices'
      ? []
      : Array.from({ length: parts.length - 1 }, (_, i) => i + 1);
  return { own: filesAt(parts.length), above: depths.flatMap(filesAt) };
}

/** All of them for a container, as it should be; none where its group cannot be looked up. */
export const filesOfGroup = (
  groups: HostGroups,
  folders: Record<Controller, string>,
): GroupPath[] =>
  controllers.flatMap((controller) => {
    const { own, above } = limitFiles(groups, controller, folders[controller]);
    return [...own, ...above];
  });

export const sameForAll = (folder: string): Record<Controller, string> | null =>
  isGroupFolder(folder)
    ? (Object.fromEntries(controllers.map((one) => [one, folder])) as Record<Controller, string>)
    : null;
