import { type Evidence, engineInfo, inspected } from '../snapshot/evidence.ts';
import type { NamespaceFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { defaultCapabilities } from '../snapshot/normalise/capabilities.ts';
import { asksForOwnUsers } from '../snapshot/user-mapping.ts';
import {
  type Asking,
  askedFacts,
  type ControlName,
  type Given,
  protectedWhere,
} from './control.ts';
import { givenAppArmor, givenNoNewPrivileges, givenSeccomp, givenSelinux } from './given-kernel.ts';
import { givenCpu, givenMemory, givenPids } from './given-limits.ts';
import { openPaths } from './system-paths.ts';

/**
 * Controls of a container as the engine gives them: what counts of a container that does not run, and
 * beside what was seen of one that does. `engine` is null where it was not read.
 */
export function givenOf(container: Asking, engine: EngineFacts | null) {
  const byEngine = (judge: (container: Asking, engine: EngineFacts) => Given): Given =>
    engine === null
      ? { protection: null, says: 'the engine was not read', evidence: [] }
      : judge(container, engine);
  return {
    user: givenUser(container),
    'user-namespace': byEngine(givenUserNamespace),
    'cap-bounding': givenCapabilities(container),
    'no-new-privileges': givenNoNewPrivileges(container, engine),
    seccomp: givenSeccomp(container, engine),
    apparmor: byEngine(givenAppArmor),
    selinux: byEngine(givenSelinux),
    'masked-paths': givenSystemPaths(container),
    rootfs: givenRootfs(container),
    'ns-pid': givenNamespace(container.pidNamespace, 'PidMode', 'PID'),
    'ns-net': givenNamespace(container.networkNamespace, 'NetworkMode', 'network'),
    'ns-ipc': givenNamespace(container.ipcNamespace, 'IpcMode', 'IPC'),
    'ns-uts': givenNamespace(container.utsNamespace, 'UTSMode', 'UTS'),
    'memory-limit': byEngine(givenMemory),
    'pids-limit': byEngine(givenPids),
    'cpu-limit': byEngine(givenCpu),
  } satisfies Partial<Record<ControlName, Given>>;
}

/** The same for all containers of an engine; those that ask for the same are given one and the same. */
export function givenBy(engine: EngineFacts): (container: Asking) => AllGiven {
  const known = new Map<string, AllGiven>();
  return (container) => {
    const hasStarted = container.startedAt !== null;
    const asked = JSON.stringify([hasStarted, ...askedFacts.map((fact) => container[fact])]);
    const given = known.get(asked) ?? givenOf(container, engine);
    known.set(asked, given);
    return given;
  };
}

export type AllGiven = Readonly<ReturnType<typeof givenOf>>;
export type GivenName = keyof AllGiven;

function givenUser({ user: { declared, uid, reason } }: Asking): Given {
  const evidence: Evidence[] = [inspected('Config.User', declared)];
  if (uid === null) {
    const why = reason ?? 'its number is not known';
    return { protection: null, says: `user ${declared}: ${why}`, evidence };
  }
  evidence.push(inspected('Config.User as uid', uid));
  const says = uid === 0 ? 'is configured to run as root' : `is configured to run as uid ${uid}`;
  return { protection: protectedWhere(uid !== 0), says, evidence };
}

/** By which root becomes another user. In a namespace that is just `private` it may stay itself (`--uidmap 0:0:65536`). */
const MODES_OF_OTHERS = /^(auto|keep-id|nomap)\b/;

/** Whether root inside is another user outside: by the engine, by its own mode, or by a rootless engine. */
function givenUserNamespace(container: Asking, engine: EngineFacts): Given {
  const { mode, resolved } = container.userNamespace;
  const mapped = (says: string, evidence: Evidence): Given => ({
    protection: 'full',
    says,
    evidence: [evidence],
  });
  const asked = inspected('HostConfig.UsernsMode', mode);
  const remaps = engineInfo('SecurityOptions[name=userns]', engine.remapsUsers);
  if (resolved === 'unknown') {
    const says = 'its user namespace could not be followed';
    return { protection: null, says, evidence: [remaps, asked] };
  }
  if (MODES_OF_OTHERS.test(mode) && resolved !== 'host')
    return mapped('has users of its own', asked);
  if (engine.remapsUsers && resolved !== 'host') return mapped('runs under remapped users', remaps);
  if (engine.isRootless) {
    return mapped(
      'is root of a rootless engine',
      engineInfo('SecurityOptions[name=rootless]', true),
    );
  }
  if (asksForOwnUsers(container) && resolved !== 'host') {
    const says =
      'has a user namespace of its own, and which users its own are outside was not read';
    return { protection: null, says, evidence: [remaps, asked] };
  }
  return {
    protection: 'none',
    says: "shares the host's user namespace",
    evidence: [remaps, asked],
  };
}

function givenCapabilities(container: Asking): Given {
  const { addedCapabilities, droppedCapabilities, configuredCapabilities, isPrivileged } =
    container;
  const isOrdinary = configuredCapabilities.every((name) => defaultCapabilities.includes(name));
  return {
    protection: isOrdinary ? 'full' : isPrivileged ? 'none' : 'less',
    says: isOrdinary
      ? 'is given no capability beyond the default set'
      : 'is given capabilities beyond the default set',
    evidence: [
      inspected('HostConfig.CapAdd', addedCapabilities),
      inspected('HostConfig.CapDrop', droppedCapabilities),
      inspected('HostConfig.Privileged', isPrivileged),
    ],
  };
}

/** Podman tells no paths, but that some are open. */
function givenSystemPaths(container: Asking): Given {
  const { maskedPaths, readonlyPaths, isPrivileged, hasUnmaskedSystemPaths } = container;
  const open = [...openPaths('masked-paths', container), ...openPaths('readonly-paths', container)];
  const [protection, says] = hasUnmaskedSystemPaths
    ? (['none', 'has the system paths unmasked'] as const)
    : open.length > 0
      ? (['less', `leaves system paths open: ${open.join(', ')}`] as const)
      : (['full', 'keeps the system paths masked'] as const);
  return {
    protection,
    says,
    evidence: [
      inspected('HostConfig.MaskedPaths', maskedPaths),
      inspected('HostConfig.ReadonlyPaths', readonlyPaths),
      inspected('HostConfig.Privileged', isPrivileged),
    ],
  };
}

function givenRootfs({ hasReadonlyRootfs }: Asking): Given {
  const evidence = [inspected('HostConfig.ReadonlyRootfs', hasReadonlyRootfs)];
  const says = hasReadonlyRootfs
    ? 'has a read-only root filesystem'
    : 'can write to its root filesystem';
  return { protection: protectedWhere(hasReadonlyRootfs), says, evidence };
}

/**
 * Sharing the host's is none, also through other containers; a chain without an end is unknown. `setting` is the
 * name in the inspect answer, `title` the one in a sentence.
 */
function givenNamespace(
  { mode, resolved, via }: NamespaceFact,
  setting: string,
  title: string,
): Given {
  const evidence = [inspected(`HostConfig.${setting}`, mode)];
  const joined = via.join(' → ');
  if (joined !== '') evidence.push(inspected(`HostConfig.${setting} resolved`, resolved));
  if (joined !== '') evidence.push(inspected(`HostConfig.${setting} via`, via));
  if (resolved === 'unknown') {
    const says = `the container whose ${title} namespace it joins cannot be found`;
    return { protection: null, says, evidence };
  }
  if (resolved === 'host') {
    const through = joined === '' ? '' : ` through ${joined}`;
    return { protection: 'none', says: `shares the host's ${title} namespace${through}`, evidence };
  }
  const says =
    resolved === 'shared'
      ? `shares the ${title} namespace of ${joined || 'another container'}, not the host's`
      : `has its own ${title} namespace`;
  // Less than its own, and nothing of the host.
  return { protection: resolved === 'shared' ? 'less' : 'full', says, evidence };
}
