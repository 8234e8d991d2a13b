import { makesAllReadonly } from '../controls/runtime.ts';
import { kernelMountsBelow } from '../rules/known-places.ts';
import { mountEvidence } from '../rules/mounts.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { type Condition, type Edge, rankOf } from './graph.ts';
import { asRoot, missing, type Power, stepTo, throughFiles, weakness } from './power.ts';
import { kernelFilesLimit, writtenLimit } from './privilege-edges.ts';

const CGROUPS = '/sys/fs/cgroup';
/** The hierarchy of version 1 that says which devices are open. */
const DEVICES = /^\/sys\/fs\/cgroup\/(?:[\w,]*,)?devices(?:,|\/|$)/;

/** True for the tree of control groups, or a part of it. */
export const isControlGroup = (path: string): boolean => isWithin(path, CGROUPS);

/** Where systemd has the tree of version 2 beside those of version 1, which alone have controllers then. */
const HYBRID = '/sys/fs/cgroup/unified';

/** True for that tree, or a part of it: no device is opened there, and no program is named. */
export const isIdleTree = ({ engine }: Power, { kernel }: ShownMount, path: string): boolean =>
  engine?.cgroupVersion === '1' &&
  isControlGroup(path) &&
  (isWithin(path, HYBRID) || kernel?.filesystem === 'cgroup2');

/** Where control groups are that come along with a mount of a path at a place; null where they are no way by themselves. */
export function controlGroupsAt(power: Power, path: string, destination: string): string | null {
  const isKnown = ['1', '2'].includes(power.engine?.cgroupVersion ?? '');
  const isWay =
    isKnown && isWithin(CGROUPS, path) && controlGroupLimit(power, CGROUPS).length === 0;
  return isWay ? `${destination}${CGROUPS.slice(path.length)}` : null;
}

/**
 * It leaves its group for one that may use every device. In the tree of version 1 it may also name, with CAP_SYS_ADMIN,
 * the program that the host runs as a group ends.
 */
export function controlGroupLimit(power: Power, path: string): Condition[] {
  const version = power.engine?.cgroupVersion;
  const has = (name: string) => power.capabilities.includes(name);
  const opensDevices = version === '2' || isWithin(CGROUPS, path) || DEVICES.test(path);
  const isEnough = (opensDevices && has('CAP_MKNOD')) || (version !== '2' && has('CAP_SYS_ADMIN'));
  return [
    ...(version === '2' ? [...leavingLimit(power), ...partLimit(path)] : []),
    ...(version === '1' || version === '2' ? [] : [ifLeft]),
    ...(isEnough ? [] : [opensDevices ? nodeToOpen : toNameProgram]),
  ];
}

const ifLeft = missing(
  "the control groups are of version 1, or their namespace is the host's (unknown)",
);
const nodeToOpen = weakness('a device node to open in another control group');
const toNameProgram = weakness('CAP_SYS_ADMIN, to name what runs as a control group ends');

/** In version 2 the program of a group closes devices to all groups below it: slices at the top mostly have none. */
function partLimit(path: string): Condition[] {
  const [, name = '', ...below] = path.slice(CGROUPS.length).split('/');
  return below.length > 0 || /\.(scope|service)$/.test(name) ? [ifOpenBelow] : [];
}

const ifOpenBelow = missing('no group above that one closes devices (unknown)');

/**
 * In version 2 the kernel keeps who has a namespace of control groups within it, as long as they are mounted with
 * `nsdelegate` (Linux `cgroup_procs_write_permission`). Every mount of them has the options of all.
 */
function leavingLimit({ namespaces, seen }: Power): Condition[] {
  const { isHost } = namespaces.cgroup;
  const mounts = seen.kernel?.mounts ?? [];
  const found = mounts.find(({ filesystem }) => filesystem === 'cgroup2');
  if (isHost || (found && !found.superOptions.includes('nsdelegate'))) return [];
  if (isHost === null) return [ifOfHost];
  return [found ? outOfNamespace : ifOpen];
}

const outOfNamespace = weakness('a way out of its namespace of control groups');
const ifOpen = missing('the control groups are mounted without nsdelegate (unknown)');
const ifOfHost = missing("its namespace of control groups is the host's (unknown)");

/**
 * A mount that is read-only at its top may leave writable what is mounted below it: the control groups, of which each
 * hierarchy of version 1 has a mount of its own and version 2 one for all, and filesystems of the kernel. Of the kernel's
 * table of mounts each of those is one of its own.
 */
export function stepsBelow(power: Power, shown: ShownMount, path: string): Edge[] {
  const { mount, kernel } = shown;
  const { container, engine } = power;
  const isAsked = mount.isReadonlyOnTop === true;
  const isTopAlone = mount.hostPath === null || mount.isNonRecursive === true;
  if (kernel !== null || mount.isWritable || isTopAlone) return [];
  if (!isAsked && engine && makesAllReadonly(container, engine)) return [];
  const left = isAsked
    ? []
    : [missing('its read-only mount leaves what is below it writable (unknown)')];
  const step = (name: string, what: string, limits: readonly Condition[]) => {
    const inside = `${mount.destination}${path === '/' ? name : name.slice(path.length)}`;
    return stepTo(power, {
      ...{ kind: 'writable-mount', name },
      says: `can write to ${what} below ${path} of the host`,
      conditions: [
        ...throughFiles(power, 'write there'),
        ...kernelFilesLimit(power, inside),
        ...limits,
        ...left,
      ],
      evidence: () => mountEvidence(shown),
      rules: ['no-sensitive-mount'],
    });
  };
  const version = engine?.cgroupVersion;
  const isAbove =
    isWithin(CGROUPS, path) && (version === '1' || (version === '2' && path !== CGROUPS));
  const groups = isAbove
    ? [step(CGROUPS, 'the control groups', controlGroupLimit(power, CGROUPS))]
    : [];
  const all = [
    ...groups,
    ...(mount.kind === 'bind' && showsOwnRoot(power, path)
      ? [ownSettings(power, shown, path, left)]
      : []),
    ...kernelMountsBelow(path).map((name) => step(name, name, mountedLimit(name))),
  ];
  const surest = Math.min(...all.map(({ conditions }) => rankOf(conditions)));
  const told = all.filter(({ conditions }) => rankOf(conditions) === surest);
  // As sure a way as any of the others.
  return told.some((one) => groups.includes(one)) ? groups : told;
}

/** Where engines keep the filesystems of containers, below the folder of their data. */
const LAYERS =
  /^\/((fuse-)?overlay(2|fs)?|vfs(\/dir)?|btrfs(\/subvolumes)?|zfs(\/graph)?|rootfs(\/[^/]+)?)$/;

/** True for a folder of the host that holds the container's own filesystem; a volume of it was mounted before that. */
function showsOwnRoot({ engine }: Power, path: string): boolean {
  const dataRoot = engine?.dataRoot ?? '';
  if (dataRoot === '') return false;
  return (
    isWithin(dataRoot, path) ||
    (isWithin(path, dataRoot) && LAYERS.test(path.slice(dataRoot.length)))
  );
}

/**
 * A runtime mounts the kernel's settings into a container first, then what was asked for, and covers the settings last (runc
 * `prepareRootfs`): with its own filesystem comes a copy of them that nothing covers. AppArmor names them by their usual place.
 */
const ownSettings = (
  power: Power,
  shown: ShownMount,
  path: string,
  left: readonly Condition[],
): Edge =>
  stepTo(power, {
    ...{ kind: 'writable-mount', name: '/proc/sys' },
    says: `can write the settings of the kernel, which come with its own files below ${path}`,
    conditions: [...asRoot(power), ...kernelFilesLimit(power, shown.mount.destination), ...left],
    evidence: () => mountEvidence(shown),
    rules: ['no-sensitive-mount'],
  });

/** What has to be true of a filesystem of the kernel that most hosts have mounted. */
const mountedLimit = (path: string): Condition[] =>
  isWithin(path, '/sys') ? [writtenLimit(path)] : [ifMounted];

const ifMounted = missing('the host has binfmt_misc mounted (unknown)');
