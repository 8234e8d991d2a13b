import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { GroupLimits, KernelProcess } from '../snapshot/facts/kernel.ts';
import { isReadonly } from '../snapshot/normalise/mountinfo.ts';
import {
  type Control,
  measured,
  predicted,
  protectedWhere,
  type Seen,
  unknown,
  unlessDoubted,
} from './control.ts';
import type { ControlFacts } from './control-facts.ts';
import { tasksWithPower } from './entering.ts';
import {
  configuredCpus,
  isAllMemory,
  isAllProcessors,
  isBeyondKernel,
  mayBeRealtime,
  REALTIME,
  whyMaybeBeyond,
  whyPastQuotas,
} from './given-limits.ts';
import { hasGroupsOfHost, isGivenMounting } from './list-gap.ts';
import { placeOf } from './namespace-place.ts';
import { notRunning, tasksOf } from './seen-tasks.ts';

const BY_STATS = 'GET /containers/{id}/stats';
const BY_GROUPS = '/sys/fs/cgroup';
/** systemd rounds a quota up to whole hundredths of a processor (runc `fs2` and `systemd`). */
const ROUNDING = 0.0101;

const FROM_ABOVE =
  'whether a control group above it has a limit was not read: the level kernel reads it';
const ITS_OWN_HAND =
  'it may write its own control groups, or mount them so, and then remove the limit itself';
const PASSED_QUOTA =
  'it may make real-time processes, which its quota does not bind, and its control groups have time for them';
const OF_EVERYBODY = 'systemd’s own for every unit, which nobody set for this container';

/** Limits of memory, processes and processors. One that nobody can reach is none. */
export const limitControls = (facts: ControlFacts): Control[] => [
  memory(facts),
  pids(facts),
  cpu(facts),
];

/** What the kernel says of all groups of a container; null where nobody read them. */
function groupsOf({ kernel }: ControlFacts): (GroupLimits & Seen) | null {
  if (kernel.state === 'unread' || kernel.value.limits.state === 'unread') return null;
  return { ...kernel.value.limits.value, at: kernel.value.readAt, evidence: BY_GROUPS };
}

function memory(facts: ControlFacts): Control {
  const { container, engine, limits, takenAt } = facts;
  const configured = container.memoryLimitBytes || null;
  const found = { control: 'memory-limit', configured } as const;
  const groups = groupsOf(facts);
  const byStats = limits.state === 'read' ? limits.value.memoryBytes : limits;
  if (groups === null && byStats.state === 'unread') {
    return unknown(found, notRunning(facts) ?? byStats.reason);
  }
  const told = byStats.state === 'read' ? byStats.value : null;
  const bytes = groups ? groups.memoryBytes : told;
  // Without a limit the engine reports all memory of the host.
  const effective = bytes === null || isAllMemory(bytes, engine) ? null : bytes;
  // On version 1 the engine's answer holds the limit of the groups above as well.
  if (effective === null && groups === null && engine.cgroupVersion === '2' && hasParent(facts)) {
    return unknown(found, FROM_ABOVE);
  }
  const isIdle = configured !== null && isAllMemory(configured, engine);
  const note = isIdle ? 'the host has no more memory than that: it limits nothing' : null;
  const seen = groups ?? { at: takenAt, evidence: BY_STATS };
  const sides = limitSides(isIdle ? null : configured, effective);
  return limited(facts, { ...found, effective, note }, sides, seen);
}

function pids(facts: ControlFacts): Control {
  const { container, engine, limits, takenAt } = facts;
  const configured = container.pidsLimit;
  const found = { control: 'pids-limit', configured } as const;
  const groups = groupsOf(facts);
  const byStats = limits.state === 'read' ? limits.value.pids : limits;
  if (groups === null && byStats.state === 'unread') {
    return unknown(found, notRunning(facts) ?? byStats.reason);
  }
  const most = groups ? groups.pids : byStats.state === 'read' ? byStats.value : null;
  const effective = most === null || isBeyondKernel(most) ? null : most;
  if (configured === null && groups === null && hasParent(facts)) return unknown(found, FROM_ABOVE);
  const seen = groups ?? { at: takenAt, evidence: BY_STATS };
  const isOwn = groups?.isOwnPids ?? true;
  if (configured === null && effective !== null && isOwn && engine.cgroupDriver === 'systemd') {
    const sides = { asked: 'less', held: 'less' } as const;
    return limited(facts, { ...found, effective, note: OF_EVERYBODY }, sides, seen);
  }
  const isIdle = configured !== null && isBeyondKernel(configured);
  const note = isIdle ? 'no kernel has so many processes: it limits nothing' : null;
  const sides = limitSides(isIdle ? null : configured, effective);
  const control = limited(facts, { ...found, effective, note }, sides, seen);
  return unlessDoubted(control, effective === null ? null : whyMaybeBeyond(effective));
}

function cpu(facts: ControlFacts): Control {
  const { container, engine } = facts;
  const configured = configuredCpus(container);
  const isIdle = configured !== null && isAllProcessors(configured, engine);
  const asked = isIdle ? null : configured;
  const found = {
    control: 'cpu-limit',
    configured,
    note: isIdle ? 'the host has no more processors than that: it limits nothing' : null,
  } as const;
  const groups = groupsOf(facts);
  if (groups !== null) {
    const of = (effective: number | null, note: string | null = found.note) => {
      const sides = limitSides(asked === null ? null : asked + ROUNDING, effective);
      return limited(facts, { ...found, effective, note }, sides, groups);
    };
    const control = of(groups.cpus);
    const isPassed = control.verdict === 'enforced' && groups.realtimeCpus !== groups.cpus;
    if (!isPassed || !hasRealtime(facts)) return control;
    const passed = of(groups.realtimeCpus, PASSED_QUOTA);
    if (groups.isRealtimeTold || passed.verdict === 'enforced') return passed;
    return unknown(found, whyPastQuotas, control.effective);
  }
  const given = facts.given['cpu-limit'];
  const untold = given.protection === null ? given.says : null;
  const why = notRunning(facts) ?? facts.whyNotPredicted ?? untold;
  if (why !== null) return unknown(found, why);
  if (asked === null && hasParent(facts)) return unknown(found, FROM_ABOVE);
  const hasGroups = engine.cgroupDriver !== 'none';
  const effective = hasGroups ? asked : null;
  const note = hasGroups ? found.note : 'the engine has no control groups to set it in';
  if (effective !== null && hasWritableGroups(facts)) {
    return unknown(found, ITS_OWN_HAND, effective);
  }
  return predicted(
    { ...found, effective, note },
    { asked: protectedWhere(asked !== null), given: protectedWhere(effective !== null) },
  );
}

/** Whether real-time processes are there, or may be made by what is started in it next. */
const hasRealtime = (facts: ControlFacts): boolean =>
  mayBeRealtime(facts.container, facts.engine) ||
  tasksWithPower(facts).some(({ capabilities }) => capabilities.permitted.includes(REALTIME));

/** A group that somebody named, beside that of every container. */
const hasParent = ({ container, engine }: ControlFacts): boolean =>
  askedParent(container, engine) !== '';

/**
 * A limit of a control group binds whatever is started in it, so that one that nobody asked for counts
 * as well. Null for one that was not asked for, or that nobody can reach.
 */
function limitSides(asked: number | null, effective: number | null) {
  const held = protectedWhere(effective !== null && (asked === null || effective <= asked));
  return { asked: asked === null ? held : 'full', held } as const;
}

/** What whoever it binds can lift holds nobody; that there is none stays true. */
function limited(
  facts: ControlFacts,
  found: Parameters<typeof measured>[0],
  sides: Parameters<typeof measured>[1],
  seen: Seen,
): Control {
  const { at, evidence } = seen;
  const control = measured(found, sides, { at, evidence });
  return unlessDoubted(control, whyLifted(facts));
}

/** Why whoever a limit or a weight binds may change it; null where nothing lets it. */
export const whyLifted = (facts: ControlFacts): string | null =>
  hasWritableGroups(facts) ? ITS_OWN_HAND : null;

/**
 * By its mounts, where they were read, else by its configuration; or as it may mount them by itself. An engine that maps
 * users makes those of every container writable (moby `daemon/oci_linux.go`), for who has the users of the host. Those at
 * the top of its own namespace the kernel keeps with `nsdelegate`, but not from who moves into a group below them and
 * makes one namespace more (cgroup_file_write() in Linux).
 */
export function hasWritableGroups(facts: ControlFacts): boolean {
  const { container, engine, given, kernel } = facts;
  if (engine.remapsUsers && !hasUsersOfHost(facts)) return false;
  const mounts = kernel.state === 'read' ? kernel.value.mounts : null;
  const isOpen =
    mounts === null
      ? container.isPrivileged ||
        container.hasWritableCgroups === true ||
        engine.remapsUsers ||
        hasGroupsOfHost(container, engine)
      : mounts.some((mount) => /^cgroup2?$/.test(mount.filesystem) && !isReadonly(mount));
  return isOpen || isGivenMounting(container, engine, given);
}

/**
 * Whether root of it may be root of the host, to whom control groups belong. Who asks for the users of the host has them
 * next, whatever the present processes made for themselves.
 */
function hasUsersOfHost(facts: ControlFacts): boolean {
  if (facts.container.userNamespace.mode === 'host') return true;
  const tasks = tasksOf(facts);
  const isOfHost = ({ uidMap }: KernelProcess) =>
    uidMap === null || uidMap.some(({ outside }) => outside === 0);
  if (tasks.length > 0) return tasks.some(isOfHost);
  const users = placeOf(facts, 'user');
  return users === null || users.place === 'host';
}

/** Below which a rootless Podman puts all of its containers (libpod `SystemdDefaultRootlessCgroupParent`). */
const OF_USERS = 'user.slice';

/** The control group that somebody chose for a container to be put under; empty for that of every one of the engine. */
export function askedParent(
  { cgroupParent }: Pick<ContainerFacts, 'cgroupParent'>,
  engine: Pick<EngineFacts, 'isPodman' | 'isRootless'> | null,
): string {
  const isEngines = engine?.isPodman && engine.isRootless && cgroupParent === OF_USERS;
  return isEngines ? '' : cgroupParent;
}
