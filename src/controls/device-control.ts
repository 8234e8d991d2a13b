import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { KernelMount } from '../snapshot/facts/kernel.ts';
import {
  deviceRuleParts,
  isDeviceFolder,
  isHarmlessDevice,
  isHarmlessRule,
  isMaybeOpenDevice,
  isMaybeOpenRule,
} from '../snapshot/harmless-devices.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { shownMounts } from '../snapshot/shown-mounts.ts';
import {
  type Control,
  measured,
  NOT_MEASURED,
  predicted,
  protectedWhere,
  unknown,
  unlessDoubted,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { holds } from './entering.ts';
import { hasWritableGroups } from './limit-controls.ts';
import { hasGroupsOfHost } from './list-gap.ts';
import type { OwnFacts } from './own-facts.ts';
import { notRunning } from './seen-tasks.ts';

/** Version 2 keeps a program of the kernel in place of a list. */
const READ_BY_NOBODY =
  'configured; not verified: no level reads which devices its control groups open';
const GROUPS_UNREAD =
  'configured; not verified: which devices its control groups open was not read';
const BY_GROUPS = '/sys/fs/cgroup/devices';
const ITS_OWN_HAND =
  'it may write control groups, or mount them so, and then open devices to itself or leave its own';

/** "On" means that nothing was handed in beside what every container has. */
export function deviceControl(facts: ControlFacts): Control {
  const { container, engine, kernel, seenMounts } = facts;
  const opened = [
    ...container.devices,
    ...container.deviceRequests,
    ...container.deviceCgroupRules.map((rule) => `${RULE}${rule}`),
  ];
  const mounted = devicesMounted(facts, { ...seenMounts, kernel: null }).map(({ path }) => path);
  const asked = [...new Set([...opened, ...mounted])].sort();
  const configured = container.isPrivileged ? ['all'] : asked;
  const found = { control: 'devices', configured } as const;
  const isMoreOpen =
    opened.some((one) => isMore(engine, one)) || mounted.some((path) => isOpenTo(engine, path));
  const sides = { asked: protectedWhere(!container.isPrivileged && !isMoreOpen) };
  // Who puts a node there past the engine, as a hook does, opens it as well.
  const more = devicesMounted(facts, seenMounts).flatMap(({ path, isUnlisted }) =>
    !asked.includes(path) && (isUnlisted ? isMore(engine, path) : isOpenTo(engine, path))
      ? path
      : [],
  );
  if (kernel.state === 'read' && more.length > 0 && !container.isPrivileged) {
    const at = { at: kernel.value.readAt, evidence: '/proc/PID/mountinfo' };
    const effective = [...new Set([...asked, ...more])].sort();
    return measured({ ...found, effective }, { ...sides, held: 'none' }, at);
  }
  const beyond = rulesBeyond(facts);
  if (kernel.state === 'read' && beyond !== null) {
    const at = { at: kernel.value.readAt, evidence: BY_GROUPS };
    const open = [...asked, ...beyond.map((rule) => `${RULE}${rule}`)].sort();
    const effective = container.isPrivileged ? configured : open;
    const isHeld = sides.asked === 'full' && beyond.length === 0;
    const control = measured(
      { ...found, effective },
      { ...sides, held: protectedWhere(isHeld) },
      at,
    );
    return unlessDoubted(control, mayOpenItself(facts) ? ITS_OWN_HAND : null);
  }
  const why = notRunning(facts) ?? facts.whyNotPredicted;
  if (why !== null) return unknown(found, why);
  const note = sides.asked === 'full' ? whyPredicted(facts) : null;
  return predicted({ ...found, effective: configured, note }, sides);
}

/**
 * Of version 1, whose list alone is read: it takes CAP_SYS_ADMIN over the host to open a device (`devcgroup_update_access`
 * in Linux), and another group than its own to leave it.
 */
function mayOpenItself(facts: ControlFacts): boolean {
  const { container, engine, kernel } = facts;
  if (!hasWritableGroups(facts)) return false;
  if (holds(facts, 'CAP_SYS_ADMIN') || hasGroupsOfHost(container, engine)) return true;
  const mounts = kernel.state === 'read' ? kernel.value.mounts : null;
  const isOwn = ({ root }: KernelMount) => root.includes(container.id);
  return mounts?.every((one) => one.filesystem !== 'cgroup' || isOwn(one)) !== true;
}

/**
 * Why a container may open devices that it was not given: it has the control groups of the host, or may have mounted them,
 * `mayHaveMounted`. Null where it has not, or where its root is another user for the host. Of an engine that was not read
 * it is the worst that may be.
 */
export function whyDevicesOpen(
  container: ContainerFacts,
  engine: EngineFacts | null,
  mayHaveMounted: boolean,
): string | null {
  const isMapped =
    engine?.isRootless || (engine?.remapsUsers && container.userNamespace.mode !== 'host');
  const isOpen = mayHaveMounted || hasGroupsOfHost(container, engine);
  return !isMapped && isOpen ? ITS_OWN_HAND : null;
}

function whyPredicted({ engine, kernel, isKernelRead }: ControlFacts): string {
  if (engine.cgroupVersion !== '1') return READ_BY_NOBODY;
  if (!isKernelRead) return NOT_MEASURED;
  const limits = kernel.state === 'read' ? kernel.value.limits : kernel;
  return limits.state === 'unread' ? `${GROUPS_UNREAD}: ${limits.reason}` : GROUPS_UNREAD;
}

/**
 * What the control groups of a container open beyond what it asked for and what every container has: somebody opened it
 * since. A node that was asked for has a number that nobody read, so that of one who asked for any those rules alone count
 * that open many. Null where that was not read.
 */
export const rulesBeyond = (own: OwnFacts): string[] | null => openRules(own)?.beyond ?? null;

/**
 * Of one who asked for nodes of devices, or for what brings them, the other rules: they tell the numbers of these nodes,
 * which a name, a link or a specification of the host hides. Null where that was not read.
 */
export const rulesOfNodes = (own: OwnFacts): string[] | null => openRules(own)?.ofNodes ?? null;

function openRules({ container, kernel }: OwnFacts): Record<'beyond' | 'ofNodes', string[]> | null {
  const limits = kernel.state === 'read' ? kernel.value.limits : kernel;
  if (limits.state === 'unread' || limits.value.devices === undefined) return null;
  const { devices, deviceRequests, deviceCgroupRules, isPrivileged } = container;
  if (isPrivileged) return { beyond: [], ofNodes: [] };
  const asksForNodes = deviceRequests.length > 0 || !devices.every(isMaybeOpenDevice);
  const asked = deviceCgroupRules.map(openedBy);
  const more = limits.value.devices.filter(
    (rule) => !isMaybeOpenRule(rule) && !asked.includes(openedBy(rule)),
  );
  const isOfNode = (rule: string) => asksForNodes && /^[bc] \d+:\d+ /.test(rule);
  return { beyond: more.filter((rule) => !isOfNode(rule)), ofNodes: more.filter(isOfNode) };
}

/** The kernel joins what two rules give of the same devices. */
const openedBy = (rule: string): string => {
  const { kind, number } = deviceRuleParts(rule);
  return `${kind} ${number}`;
};

const RULE = 'rule ';
/** Whether a device or rule gives for sure what not every container has. */
function isMore(engine: EngineFacts, one: string): boolean {
  const isMaybeOpen = !engine.isPodman && !shutsNothing(engine);
  const [isUsualRule, isUsualDevice] = isMaybeOpen
    ? [isMaybeOpenRule, isMaybeOpenDevice]
    : [isHarmlessRule, isHarmlessDevice];
  return !(one.startsWith(RULE) ? isUsualRule(one.slice(RULE.length)) : isUsualDevice(one));
}

/** A rootless engine and one without control groups, in whose containers nobody makes nodes. */
const shutsNothing = ({ cgroupDriver, isRootless }: EngineFacts): boolean =>
  isRootless || cgroupDriver === 'none';

/** Terminals of the host, in whose folder alone they can be opened: runc opens the number of all to every container. */
const LEFT_OPEN = '/dev/pts';

/** Who has a node by a mount may open none that his control groups keep shut. */
function isOpenTo(engine: EngineFacts, path: string): boolean {
  if (shutsNothing(engine)) return isMore(engine, path);
  return isWithin(LEFT_OPEN, path) || isWithin(path, LEFT_OPEN);
}

/**
 * Whether who is given a node by a mount alone may open what not every container has: of all that the engine does not
 * hand in, its control groups keep shut what they open to nobody. Podman may make a container without any.
 */
export const mayOpenMounted = (engine: EngineFacts, path: string): boolean =>
  !isHarmlessDevice(path) && (engine.isPodman || isOpenTo(engine, path) || isMaybeOpenDevice(path));

/**
 * Devices come along with their folder, by whatever name it is mounted. A program that mounts the whole of it, or
 * enters mounts of the host, has the nodes and may open no more of them than before.
 */
function devicesMounted(
  { container, engine }: ControlFacts,
  seenMounts: ControlFacts['seenMounts'],
): { path: string; isUnlisted: boolean }[] {
  const shown = shownMounts(container, seenMounts, engine.dataRoot);
  return shown.flatMap(({ things, isUnlisted = false }) =>
    things.flatMap((thing) => {
      if (thing.kind !== 'path' || !isDeviceFolder(thing.path)) return [];
      return isUnlisted && thing.path === '/dev' ? [] : [{ path: thing.path, isUnlisted }];
    }),
  );
}
