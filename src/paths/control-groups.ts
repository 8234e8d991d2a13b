import { makesAllReadonly } from '../controls/runtime.ts';
import { mountEvidence } from '../rules/mounts.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import type { Condition, Edge } from './graph.ts';
import { stepTo } from './host-step.ts';
import { missing, type Power, throughFiles, weakness } from './power.ts';

const CGROUPS = '/sys/fs/cgroup';
/** The hierarchy of version 1 that says which devices are open. */
const DEVICES = /^\/sys\/fs\/cgroup\/(?:[\w,]*,)?devices(?:,|\/|$)/;

/** True for the tree of control groups, or a part of it. */
export const isControlGroup = (path: string): boolean => isWithin(path, CGROUPS);

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
    ...(version === '2' ? leavingLimit(power) : []),
    ...(version === '1' || version === '2' ? [] : [ifOld]),
    ...(isEnough ? [] : [opensDevices ? nodeToOpen : toNameProgram]),
  ];
}

const ifOld = missing('the control groups are of version 1 (unknown)');
const nodeToOpen = weakness('a device node to open in another control group');
const toNameProgram = weakness('CAP_SYS_ADMIN, to name what runs as a control group ends');

/**
 * In version 2 the kernel keeps who has a namespace of control groups within it, as long as they are mounted with
 * `nsdelegate` (Linux `cgroup_procs_write_permission`). Every mount of them has the options of all.
 */
function leavingLimit({ namespaces, seen }: Power): Condition[] {
  const { isHost } = namespaces.cgroup;
  if (isHost) return [];
  const mounts = seen.kernel?.mounts ?? [];
  const found = mounts.find(({ filesystem }) => filesystem === 'cgroup2');
  if (found) return found.superOptions.includes('nsdelegate') ? [outOfNamespace] : [];
  return [isHost === null ? ifOfHost : ifOpen];
}

const outOfNamespace = weakness('a way out of its namespace of control groups');
const ifOpen = missing('the control groups are mounted without nsdelegate (unknown)');
const ifOfHost = missing("its namespace of control groups is the host's (unknown)");

/**
 * A mount that is read-only at its top may leave the control groups below it writable: in version 1 each has a mount of its
 * own, in version 2 all of them one. Of the kernel's table of mounts each of those is one of its own.
 */
export function groupSteps(power: Power, { mount, kernel, ...shown }: ShownMount, path: string) {
  const { container, engine } = power;
  const version = engine?.cgroupVersion;
  const isAbove =
    isWithin(CGROUPS, path) && (version === '1' || (version === '2' && path !== CGROUPS));
  const isAsked = mount.isReadonlyOnTop === true;
  if (kernel !== null || mount.isWritable || !isAbove) return [];
  if (!isAsked && engine && makesAllReadonly(container, engine)) return [];
  const step: Edge = stepTo(power, {
    kind: 'writable-mount',
    name: CGROUPS,
    says: `can write to the control groups below ${path} of the host`,
    conditions: [
      ...throughFiles(power, 'write there'),
      ...controlGroupLimit(power, CGROUPS),
      ...(isAsked
        ? []
        : [missing('its read-only mount leaves what is below it writable (unknown)')]),
    ],
    evidence: () => mountEvidence({ ...shown, mount, kernel }),
    rules: ['no-sensitive-mount'],
  });
  return [step];
}
