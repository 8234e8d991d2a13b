import type { ContainerFacts, NamespaceFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { isPlainName } from '../snapshot/normalise/runtime-program.ts';
import { asksForOwnUsers } from '../snapshot/user-mapping.ts';
import { askedAmbient } from './capability-controls.ts';
import type { Control, ControlName, Given } from './control.ts';
import type { AllGiven } from './given.ts';
import { isUnreadProfile, profileOf, selinuxProtection } from './lsm-labels.ts';
import { isMachineName, isPlain, isSandboxName, runtimeOf } from './runtime.ts';
import { type Levels, levelsOf } from './selinux-levels.ts';
import { openHelpers } from './system-paths.ts';

/**
 * What a program in a container can count on: what the next process is given or one has now, whichever
 * is more. A thing that was not read counts as the worst that it may be.
 */
export interface Privileges {
  /** Names with `CAP_`, sorted. */
  capabilities: readonly string[];
  /** Those that a process has in effect, or the next one is given so, whether or not it is root. */
  inEffect: readonly string[];
  /** Those that a process was seen with, and the call or file that tells; null where nobody looked. */
  seenCapabilities: { names: readonly string[]; source: string } | null;
  /** Null when neither the configuration nor the processes tell. */
  isRoot: boolean | null;
  /** Numbers of its users: in a user namespace of containers, and as the host knows them. */
  uids: { inside: readonly number[]; outside: readonly number[] };
  /** Root in the container is another user outside: a user namespace lies between. */
  isMapped: boolean;
  /** The map of that namespace is known; root may stay root in one that was asked for alone. */
  isMapKnown: boolean;
  /** No set-uid program can make any user of the container root in it. */
  canGainNone: boolean;
  /** Groups that it asks for beside those of its user, as written: names or numbers. */
  groups: readonly string[];
  /** Numbers of the groups that its processes were seen with, by the image or what they did, and what tells; null where nobody looked. */
  seenGroups: { ids: readonly string[]; source: string } | null;
  namespaces: Record<'pid' | 'network' | 'ipc' | 'user' | 'cgroup', NamespaceReach>;
  /**
   * What AppArmor or SELinux holds it by, which forbids mounting and tracing whatever the capabilities; null
   * without. `isSeen` where the kernel was seen to hold it, `isRead` where it is known what it forbids. Those under one
   * profile may trace each other, and whose label dominates another's may trace that one: `levels`, null of AppArmor.
   */
  confinement: {
    name: string;
    levels: Levels | null;
    isSeen: boolean;
    isRead: boolean;
  } | null;
  /** Which settings of the kernel in its /proc/sys, by which root comes to the host, nothing keeps read-only; null for none. */
  openSettings: ReturnType<typeof openHelpers>;
  /**
   * The seccomp profile that stands before every process of it, by the configuration and as far as was seen:
   * capabilities whose calls it lets through, and whether it forbids those of all others; calls that it lets through and an
   * engine's own does not, null where nobody read that. Null without one.
   */
  seccomp: { opens: readonly string[]; isWhole: boolean; allows: readonly string[] | null } | null;
  /**
   * A runtime that may isolate further than the kernel does; null for an ordinary one. Of a program that is
   * no known sandbox nobody knows.
   */
  barrier: { runtime: string; isKnown: boolean } | null;
}

/** Whose namespace a container is in. */
export interface NamespaceReach {
  /** The host's, by the configuration or seen so; null where neither tells, but of who can't start again. */
  isHost: boolean | null;
  /** Name of the container whose namespace it joined; null for its own and the host's. */
  joined: string | null;
}

/** A container with what its configuration gives; the engine is null where it was not read. */
interface Configured {
  container: ContainerFacts;
  engine: EngineFacts | null;
  given: AllGiven;
}

/** Weighs up a container by its own controls, of which there are none where the engine was not read. */
export function privilegesOf(
  { container, engine, given }: Configured,
  of: (name: ControlName) => Control | undefined,
): Privileges {
  const isOfOwnUsers = isMapped(container, engine, of('user-namespace'));
  const seen = seenCapabilities(of('cap-bounding'), of('cap-permitted'));
  return {
    capabilities: heldCapabilities(container, seen),
    inEffect: capabilitiesInEffect({ container, engine }, of('cap-effective')),
    seenCapabilities: seen,
    isRoot: isRoot(given.user, of('user')),
    uids: uidsOf(container, of('user'), isOfOwnUsers),
    isMapped: isOfOwnUsers,
    isMapKnown: isMapKnown(given['user-namespace'], of('user-namespace')),
    canGainNone: canGainNone(given['no-new-privileges'], of('no-new-privileges')),
    groups: groupsOf(container),
    seenGroups: seenGroups(of('groups')),
    namespaces: {
      pid: reachOf(container, container.pidNamespace, of('ns-pid')),
      network: reachOf(container, container.networkNamespace, of('ns-net')),
      ipc: reachOf(container, container.ipcNamespace, of('ns-ipc')),
      user: reachOf(container, container.userNamespace, of('ns-user')),
      cgroup: reachOf(container, container.cgroupNamespace, of('ns-cgroup')),
    },
    confinement: confinementOf(container, of('apparmor'), of('selinux')),
    openSettings: openSettings(container, of('masked-paths'), of('readonly-paths')),
    seccomp: seccompOf(container, engine, given.seccomp, of('seccomp')),
    barrier: barrierOf(container, engine),
  };
}

/**
 * Capabilities that the next process of a container is given, and those that one was seen with. A
 * process that gave one up says nothing of the next one, which gets it again.
 */
function heldCapabilities(
  container: Pick<ContainerFacts, 'configuredCapabilities'>,
  seen: Privileges['seenCapabilities'],
): string[] {
  return [...new Set([...container.configuredCapabilities, ...(seen?.names ?? [])])].sort();
}

const capabilitiesInEffect = (
  configured: Parameters<typeof askedAmbient>[0],
  control: Control | undefined,
): string[] => [
  ...askedAmbient(configured),
  ...(control?.source === 'measured' ? [control.effective ?? []].flat().map(String) : []),
];

/** Also what a process dropped from its bounding set and holds all the same. */
function seenCapabilities(
  ...controls: readonly (Control | undefined)[]
): Privileges['seenCapabilities'] {
  const seen = controls.flatMap((one) =>
    one?.source === 'measured' && Array.isArray(one.effective) ? one : [],
  );
  const names = seen.flatMap(({ effective }) => [effective ?? []].flat().map(String));
  const [first] = seen;
  return first ? { names: [...new Set(names)].sort(), source: first.evidence ?? '' } : null;
}

const isLost = (control: Control | undefined): boolean =>
  control?.verdict === 'off' || control?.verdict === 'not-enforced';

/** Where the configuration does not tell what the container is given, every process of it has to be seen so. */
function canGainNone({ protection }: Given, control: Control | undefined): boolean {
  if (protection === null) return control?.verdict === 'enforced';
  return protection === 'full' && !isLost(control);
}

function isRoot({ protection }: Given, user: Control | undefined): boolean | null {
  if (isLost(user)) return true;
  return protection === null ? null : protection === 'none';
}

function uidsOf(
  { user: { uid } }: ContainerFacts,
  user: Control | undefined,
  isOfOwnUsers: boolean,
): Privileges['uids'] {
  const seen = Array.isArray(user?.effective) ? user.effective : [];
  const numbers = (ids: readonly unknown[]) => ids.filter((one) => typeof one === 'number');
  return isOfOwnUsers
    ? { inside: numbers([uid]), outside: numbers(seen) }
    : { inside: [], outside: numbers([uid, ...seen]) };
}

function isMapped(
  container: ContainerFacts,
  engine: EngineFacts | null,
  users: Control | undefined,
): boolean {
  // A rootless engine is no mapping of the container's own, and is told apart.
  if (users?.source === 'measured' && !engine?.isRootless) return users.verdict === 'enforced';
  const isAsked = asksForOwnUsers(container) || engine?.remapsUsers === true;
  return isAsked && container.userNamespace.resolved !== 'host';
}

const isMapKnown = ({ protection }: Given, users: Control | undefined): boolean =>
  protection === 'full' || (users?.source === 'measured' && Array.isArray(users.effective));

/**
 * Docker's built-in profile opens the calls of the capabilities that the container is given, and no others. Another
 * one, such as Podman's, may forbid more, or less: what its text does not tell nobody knows.
 */
function seccompOf(
  container: ContainerFacts,
  engine: EngineFacts | null,
  { protection }: Given,
  control: Control | undefined,
): Privileges['seccomp'] {
  const { seccomp, seccompOpens = [], configuredCapabilities, isPrivileged } = container;
  const mayHaveOne = engine === null ? seccomp === 'custom' : !isPrivileged;
  if (isLost(control) || protection === 'none' || (protection === null && !mayHaveOne)) return null;
  if (seccomp === 'custom') {
    return { opens: seccompOpens, isWhole: false, allows: container.seccompAllows ?? null };
  }
  const isFile = seccomp === 'default' && engine?.seccompProfile !== 'builtin';
  if (isFile) return { opens: [], isWhole: false, allows: null };
  const isWhole = engine?.isPodman !== true;
  return { opens: configuredCapabilities, isWhole, allows: isWhole ? [] : null };
}

function groupsOf({ addedGroups, user }: ContainerFacts): string[] {
  const own = user.declared.split(':')[1];
  return [...addedGroups, ...(own === undefined ? [] : [own])];
}

function seenGroups(control: Control | undefined): Privileges['seenGroups'] {
  const { effective, evidence: source } = control ?? {};
  return Array.isArray(effective) && source ? { ids: effective.map(String), source } : null;
}

/** What a container joined by an id that is gone for good: who does not run will not start again. */
const GONE = /^container:[0-9a-f]{64}$/;

/** A mode that asks for its own does not hold where the number of the host's was seen. */
function reachOf(
  { pid }: ContainerFacts,
  { mode, resolved, via }: NamespaceFact,
  control: Control | undefined,
): NamespaceReach {
  const isSeen = control?.source === 'measured' && control.effective === 'host';
  if (isSeen || resolved === 'host') return { isHost: true, joined: null };
  if (resolved === 'unknown') {
    const isOver = pid === null && via.length === 0 && GONE.test(mode);
    const isOther = isOver || control?.verdict === 'enforced';
    return { isHost: isOther ? false : null, joined: null };
  }
  return { isHost: false, joined: resolved === 'shared' ? (via.at(-1) ?? null) : null };
}

function openSettings(
  container: ContainerFacts,
  masked: Control | undefined,
  readonly: Control | undefined,
): Privileges['openSettings'] {
  const untold = container.hasUnmaskedSystemPaths ? 'sure' : null;
  const both = [
    container.readonlyPaths === null ? untold : openHelpers(container),
    openHelpers({ maskedPaths: pathsSeen(masked), readonlyPaths: pathsSeen(readonly) }),
  ];
  return both.includes('sure') ? 'sure' : both.includes('unsure') ? 'unsure' : null;
}

const pathsSeen = (control: Control | undefined): string[] | null =>
  control?.source === 'measured' && Array.isArray(control.effective)
    ? control.effective.map(String)
    : null;

/** What the configuration names confines nobody where the kernel was seen not to hold it. */
function confinementOf(
  { appArmorProfile, askedAppArmorProfile, processLabel, isSelinuxLabelDisabled }: ContainerFacts,
  appArmor: Control | undefined,
  selinux: Control | undefined,
): Privileges['confinement'] {
  const isSeen = (control: Control | undefined) =>
    control?.verdict === 'enforced' || control?.verdict === 'weakened';
  const isNamed = appArmorProfile !== '' && appArmorProfile !== 'unconfined';
  const isOff = [appArmorProfile, askedAppArmorProfile].includes('unconfined');
  // An engine that names no profile may give one all the same: the labels of the processes name it then. Where none was
  // asked for, one that a process came by does not hold the next.
  const seen = isOff ? [] : [appArmor?.effective ?? []].flat();
  const profiles = isNamed ? [appArmorProfile] : seen;
  if (!isLost(appArmor) && profiles.length > 0) {
    const names = profiles.map((label) => profileOf(String(label)));
    const isRead = !names.some(isUnreadProfile);
    const name = `AppArmor profile ${names.join(', ')}`;
    return { name, levels: null, isSeen: isSeen(appArmor), isRead };
  }
  // The next process has the label that is configured, whatever one came by.
  if (selinuxProtection(processLabel, null).held === 'none') return null;
  const isLabelled = processLabel !== '' && !isSelinuxLabelDisabled;
  if (!isLost(selinux) && (isLabelled || isSeen(selinux))) {
    // Each has categories of its own, but who joins a PID namespace, which has the label of the other (moby, podman).
    const labels = [selinux?.effective ?? processLabel].flat().map(String);
    return {
      name: 'SELinux label',
      levels: levelsOf(labels),
      isSeen: isSeen(selinux),
      isRead: true,
    };
  }
  return null;
}

/** A name that the engine does not know now tells nothing but that it is an ordinary one. */
function barrierOf(container: ContainerFacts, engine: EngineFacts | null): Privileges['barrier'] {
  const { runtime: name } = container;
  const runtime = engine && runtimeOf(container, engine);
  if (runtime === null) return isPlainName(name) ? null : { runtime: name, isKnown: false };
  const isKnown = isSandboxName(runtime.path) || isMachineName(runtime.path);
  return isPlain(runtime) ? null : { runtime: runtime.name, isKnown };
}
