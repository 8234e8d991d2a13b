import {
  deviceKind,
  deviceRule,
  isAtHand,
  isAtHandRule,
  isMemory,
  isMemoryRule,
  OF_MEMORY,
} from '../rules/dangerous-devices.ts';
import { enumerate } from '../shared/text.ts';
import { deviceList, type Evidence, inspected } from '../snapshot/evidence.ts';
import { isOfCdi } from '../snapshot/normalise/devices.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { shownMounts } from '../snapshot/shown-mounts.ts';
import type { Condition, Edge } from './graph.ts';
import {
  asRoot,
  missing,
  type Power,
  readingAlone,
  runtimeLimit,
  stepTo,
  weakness,
} from './power.ts';

/** The group to which disks belong on every distribution, by name and by Debian's number. */
const DISK_GROUPS: readonly string[] = ['disk', '6'];

/** Disks and memory as devices: whoever opens one reads and writes past every file permission. */
export function deviceEdges(power: Power): Edge[] {
  if (power.container.devices.length === 0) return [...nodeSteps(power), ...ruleSteps(power)];
  const { readonlyDevices = [], closedDevices = [] } = power.container;
  const devices = power.container.devices.filter((path) => !closedDevices.includes(path));
  const isReadonly = (path: string) => readonlyDevices.includes(path);
  const raw = devices.filter((path) => deviceKind(path) === 'raw');
  const isTold = power.controls.nodeRules !== null;
  const unclear = devices.filter((path) => !isTold && deviceKind(path) === 'unclear');
  const given = (paths: readonly string[], ...more: Condition[]): Edge[] =>
    deviceSteps(power, paths, {
      says: `is given ${enumerate(paths)} of the host`,
      conditions: [...opening(power, paths), ...more],
      evidence: () => [inspected('HostConfig.Devices', paths)],
    });
  const isShut = (path: string) => isMemory(path) && !opensMemory(power);
  const open = raw.filter((path) => !isShut(path));
  return [
    ...given(open.filter((path) => !isReadonly(path))),
    ...given(open.filter(isReadonly), readingAlone),
    ...given(raw.filter(isShut), capabilityForMemory),
    ...given(
      unclear.filter((path) => !isReadonly(path)),
      behindName,
    ),
    ...given(unclear.filter(isReadonly), behindName, readingAlone),
    ...given(devices.filter(isAtHand), atKeyboard),
    ...(open.every(isReadonly) ? nodeSteps(power) : []),
    ...ruleSteps(power),
  ];
}

/** Every device is open to who is privileged: who is not root opens the disks by their group. */
export function diskGroupSteps(power: Power): Edge[] {
  if (power.isRoot === true || power.isMapped || !isInDiskGroup(power)) return [];
  return [
    stepTo(power, {
      kind: 'device',
      name: 'disks',
      says: 'runs privileged and has the group of the disks of the host',
      conditions: [...power.always, ...runtimeLimit(power), ofDiskGroup],
      evidence: () => [
        inspected('HostConfig.Privileged', true),
        inspected('HostConfig.GroupAdd', power.groups),
        ...groupEvidence(power),
      ],
      rules: ['no-privileged-container'],
    }),
  ];
}

const opensMemory = ({ capabilities }: Power): boolean => capabilities.includes(OF_MEMORY);
const capabilityForMemory = weakness(`${OF_MEMORY}, without which nobody opens the memory`);
const ofDiskGroup = missing('the device belongs to the group disk (unknown)');
const atKeyboard = weakness('somebody at the keyboard of the host, for whom it reads or types');
const behindNumber = missing('a disk lies behind that number (unknown)');
const behindName = missing('a disk or the memory lies behind that name (unknown)');

/**
 * Nodes that it was given by a name that tells nothing, or by what brings them: by the numbers that its control groups open
 * to it, as far as these were read.
 */
function nodeSteps(power: Power): Edge[] {
  const { devices, deviceRequests } = power.container;
  const isNamed = devices.every((path) => deviceKind(path) !== 'unclear');
  if (isNamed && deviceRequests.length === 0) return [];
  const rules = power.controls.nodeRules ?? [];
  const raw = rules.filter((rule) => deviceRule(rule).isRaw);
  const isWritten = (rule: string) => deviceRule(rule).isWritable;
  const isShut = (rule: string) => isMemoryRule(rule) && !opensMemory(power);
  const isUnsure = (rule: string) => deviceRule(rule).isUnclear && !raw.includes(rule);
  const mayBeRaw = isNamed && !deviceRequests.some(isOfCdi) ? [] : rules.filter(isUnsure);
  const given = (some: readonly string[], ...more: Condition[]): Edge[] =>
    deviceSteps(power, some, {
      says: `is given nodes of the devices ${enumerate(some)}`,
      conditions: [...openingMade(power), ...more],
      evidence: () => [
        inspected('HostConfig.Devices', devices),
        inspected('HostConfig.DeviceRequests', deviceRequests),
        deviceList('devices.list', some),
      ],
    });
  const open = raw.filter((rule) => !isShut(rule));
  return [
    ...given(open.filter(isWritten)),
    ...given(
      open.filter((rule) => !isWritten(rule)),
      readingAlone,
    ),
    ...given(raw.filter(isShut), capabilityForMemory),
    ...given(mayBeRaw, behindNumber),
  ];
}

/** A rule alone opens devices: nodes for them are made by mknod, come with a mount, or are handed in closed. */
function ruleSteps(power: Power): Edge[] {
  const { devices } = power.container;
  const { openedRules } = power.controls;
  const all = [...power.container.deviceCgroupRules, ...openedRules];
  if (all.length === 0) return [];
  const paths = shownMounts(power.container, power.seen, null).flatMap(({ things }) =>
    things.flatMap((thing) => (thing.kind === 'path' ? [thing.path] : [])),
  );
  const kinds = devices.map(deviceKind);
  const isOwnRoot = power.isRoot === true && !power.isMapped;
  const hasNodes =
    (isOwnRoot && power.capabilities.includes('CAP_MKNOD')) ||
    kinds.includes('raw') ||
    paths.some((path) => isWithin('/dev', path));
  // An image brings nodes as any other files, and whoever may make them leaves them behind.
  const place =
    paths.length > 0 || kinds.includes('unclear')
      ? 'in what it mounts or is given, or in its files'
      : 'in its files';
  const nodes = missing(`a node of such a device lies ${place} (unknown)`);
  const opened = (rules: readonly string[], ...more: Condition[]): Edge[] => {
    const isWritable = rules.some((rule) => deviceRule(rule).isWritable);
    return deviceSteps(power, rules, {
      says: `may make and open the devices ${enumerate(rules)}`,
      conditions: [
        ...openingMade(power),
        ...(hasNodes ? [] : [nodes]),
        ...(isWritable ? [] : [readingAlone]),
        ...more,
      ],
      evidence: () => [
        inspected('HostConfig.DeviceCgroupRules', power.container.deviceCgroupRules),
        ...(openedRules.length === 0 ? [] : [deviceList('devices.list', openedRules)]),
      ],
    });
  };
  const raw = all.filter((rule) => deviceRule(rule).isRaw);
  const isShut = (rule: string) => isMemoryRule(rule) && !opensMemory(power);
  return [
    ...opened(raw.filter((rule) => !isShut(rule))),
    ...opened(raw.filter(isShut), capabilityForMemory),
    ...opened(
      all.filter((rule) => deviceRule(rule).isUnclear),
      behindNumber,
    ),
    ...opened(
      all.filter((rule) => !raw.includes(rule) && isAtHandRule(rule)),
      atKeyboard,
    ),
  ];
}

/** The step to devices that are named so; none to none. */
const deviceSteps = (
  power: Power,
  names: readonly string[],
  how: Pick<Edge, 'says' | 'conditions' | 'evidence'>,
): Edge[] =>
  names.length === 0
    ? []
    : [
        stepTo(power, {
          kind: 'device',
          name: enumerate(names),
          rules: ['no-host-device'],
          ...how,
        }),
      ];

/**
 * Root opens any node; a node keeps its owner, group and mode, so that others may too. Those of a known
 * disk are the same everywhere, those of a node that somebody made are anything.
 */
function opening(power: Power, paths: readonly string[]): Condition[] {
  if (paths.some((path) => deviceKind(path) === 'unclear')) return openingMade(power);
  if (power.isRoot === true || power.isMapped || !isInDiskGroup(power)) return asRoot(power);
  return [...power.always, ...runtimeLimit(power), ofDiskGroup];
}

/** Whoever a node that somebody made is open to, and be it everybody. */
function openingMade(power: Power): Condition[] {
  if (power.isRoot === true && !power.isMapped) return asRoot(power);
  const open = missing('its user may open the device (unknown)');
  return [...power.always, ...runtimeLimit(power), open];
}

/** By what it asks for, or by what its processes have, whom the image may have put there. */
const isInDiskGroup = ({ groups, seenGroups }: Power): boolean =>
  [...groups, ...(seenGroups?.ids ?? [])].some((one) => DISK_GROUPS.includes(one));

const groupEvidence = ({ seenGroups }: Power): Evidence[] =>
  seenGroups === null
    ? []
    : [{ path: 'groups (effective)', value: [...seenGroups.ids], source: seenGroups.source }];
