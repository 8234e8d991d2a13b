import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { isLinkOfProcess, isWithin } from '../snapshot/normalise/host-path.ts';
import { BY_LIST, type Control, unknown } from './control.ts';
import type { AllGiven } from './given.ts';
import { isUnreadProfile } from './lsm-labels.ts';
import { makesAllReadonly } from './runtime.ts';

const TREE = '/sys/fs/cgroup';
/** Why what Podman lists of processes proves nothing. */
export const OWN_WORD =
  'Podman reads it from a place that a program in the container can write to: only the level kernel proves it';
const UNLISTED = 'and the engine lists only who is in its own: the level kernel finds the others';
const IN_REACH = 'the control groups of the host are open to it';
const MAY_MOUNT = 'CAP_SYS_ADMIN lets it mount the control groups of the host';

type Listed = Pick<ContainerFacts, 'mounts' | 'runtime'>;

/**
 * Why the processes that the engine lists need not be all of a container, or not what they seem; null where they are.
 * `mayMount` is true where a program of it may mount control groups by itself.
 */
export function listGap(
  { container, engine }: { container: Listed; engine: EngineFacts | null },
  mayMount: boolean,
  kernel: Reading<unknown>,
  isToldByContainer: boolean,
): string | null {
  if (isToldByContainer) return OWN_WORD;
  if (kernel.state === 'read') return null;
  if (hasGroupsOfHost(container, engine)) return `${IN_REACH}, ${UNLISTED}`;
  return mayMount ? `${MAY_MOUNT}, ${UNLISTED}` : null;
}

/**
 * Whether the engine gives the next process of a container what it takes to mount control groups by itself: to root, or
 * to who may become root. AppArmor and SELinux refuse it where they are known to confine.
 */
export function isGivenMounting(
  container: ContainerFacts,
  { isPodman }: Pick<EngineFacts, 'isPodman'>,
  { apparmor, selinux, 'no-new-privileges': gainsNone }: AllGiven,
): boolean {
  const { user, appArmorProfile, askedAppArmorProfile } = container;
  const isUnread = isUnreadProfile(appArmorProfile || (askedAppArmorProfile ?? ''));
  // A type forbids mounting at whatever level.
  const isByType = selinux.protection === 'full' || selinux.protection === 'less';
  const isConfined = (apparmor.protection === 'full' && !isUnread) || isByType;
  // Podman hands what is added by name on to a user that is not root.
  const isHandedOn = isPodman && container.addedCapabilities.includes('CAP_SYS_ADMIN');
  const isOther = user.uid !== null && user.uid !== 0 && !isHandedOn;
  const staysOther = isOther && gainsNone.protection === 'full';
  const isGiven = container.configuredCapabilities.includes('CAP_SYS_ADMIN');
  return isGiven && !staysOther && !isConfined;
}

/** What was seen of the processes in a list that need not be whole is enforced for none of the others. */
export function unlessPartial(gap: string | null, control: Control): Control {
  const { verdict, evidence, effective } = control;
  if (verdict !== 'enforced' || evidence !== BY_LIST || gap === null) return control;
  return unknown(control, gap, effective);
}

/**
 * Whether it mounts control groups of the host by which it may leave its own, by a path or as a filesystem; also read-only,
 * where what is mounted below stays writable.
 */
export function hasGroupsOfHost(container: Listed, engine: EngineFacts | null): boolean {
  const isDeep = engine !== null && makesAllReadonly(container, engine);
  return container.mounts.some(({ isWritable, hostPath, volumeMount, isReadonlyOnTop }) => {
    if (isWritable && /^cgroup2?$/.test(volumeMount?.filesystem ?? '')) return true;
    if (hostPath === null) return false;
    if (isWritable) return isWithin(hostPath, TREE) || hasTreeBelow(hostPath, null);
    return (!isDeep || isReadonlyOnTop === true) && hasTreeBelow(hostPath, engine);
  });
}

/** Version 2 is mounted at the top of the tree, the hierarchies of version 1 below it. */
const hasTreeBelow = (path: string, engine: EngineFacts | null): boolean =>
  (isWithin(TREE, path) && !(path === TREE && engine?.cgroupVersion === '2')) ||
  isLinkOfProcess(path);
