import { deviceKind, deviceRule } from '../rules/dangerous-devices.ts';
import { isWithin } from '../rules/dangerous-places.ts';
import { enumerate } from '../rules/words.ts';
import { inspected } from '../snapshot/evidence.ts';
import { shownMounts } from '../snapshot/shown-mounts.ts';
import type { Condition } from './graph.ts';
import { type HostStep, stepTo } from './host-step.ts';
import { asRoot, missing, type Power, runtimeLimit, weakness } from './power.ts';

/** The group to which disks belong on every distribution, by name and by Debian's number. */
const DISK_GROUPS: readonly string[] = ['disk', '6'];

/** Disks and memory as devices: whoever opens one reads and writes past every file permission. */
export function deviceEdges(power: Power): HostStep[] {
  const { devices, readonlyDevices = [] } = power.container;
  const isReadonly = (path: string) => readonlyDevices.includes(path);
  const raw = devices.filter((path) => deviceKind(path) === 'raw');
  const unclear = devices.filter((path) => deviceKind(path) === 'unclear');
  const given = (paths: readonly string[], ...more: Condition[]): HostStep[] =>
    paths.length === 0
      ? []
      : [
          stepTo(power, {
            kind: 'device',
            name: enumerate(paths),
            says: `is given ${enumerate(paths)} of the host`,
            conditions: [...opening(power), ...more],
            evidence: [inspected('HostConfig.Devices', paths)],
            rules: ['no-host-device'],
          }),
        ];
  return [
    ...given(raw.filter((path) => !isReadonly(path))),
    ...given(raw.filter(isReadonly), readingAlone),
    ...given(
      unclear.filter((path) => !isReadonly(path)),
      missing('a disk or the memory lies behind that name, which was not read'),
    ),
    ...ruleSteps(power),
  ];
}

const readingAlone = weakness('a key or password found there opens the host');

/** A rule alone opens devices: nodes for them are made by mknod, or come with a mount of /dev. */
function ruleSteps(power: Power): HostStep[] {
  const { deviceCgroupRules } = power.container;
  const hasNodes = shownMounts(power.container, power.kernel, null).some(({ things }) =>
    things.some((thing) => thing.kind === 'path' && isWithin('/dev', thing.path)),
  );
  if (!hasNodes && !power.capabilities.includes('CAP_MKNOD')) return [];
  const raw = deviceCgroupRules.filter((rule) => deviceRule(rule).isRaw);
  if (raw.length === 0) return [];
  const isWritable = raw.some((rule) => deviceRule(rule).isWritable);
  return [
    stepTo(power, {
      kind: 'device',
      name: enumerate(raw),
      says: `may make and open the devices ${enumerate(raw)}`,
      conditions: [...asRoot(power), ...(isWritable ? [] : [readingAlone])],
      evidence: [inspected('HostConfig.DeviceCgroupRules', raw)],
      rules: ['no-host-device'],
    }),
  ];
}

/** Root opens any node; a node keeps its group, so that whoever is in it does too. */
function opening(power: Power): Condition[] {
  if (power.isRoot === true || power.isMapped || !isInDiskGroup(power)) {
    return asRoot(power);
  }
  const group = missing('the device belongs to the group disk, which was not read');
  return [...power.always, ...runtimeLimit(power), group];
}

const isInDiskGroup = ({ groups }: Power): boolean =>
  groups.some((one) => DISK_GROUPS.includes(one));
