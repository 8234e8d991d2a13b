import {
  type DangerousCapability,
  dangerousCapabilities,
} from '../rules/dangerous-capabilities.ts';
import { afterWriting } from '../rules/known-places.ts';
import { inspected } from '../snapshot/evidence.ts';
import { deviceEdges, diskGroupSteps } from './device-edges.ts';
import { type Condition, type Edge, rankOf } from './graph.ts';
import {
  asHolder,
  asRoot,
  callLimit,
  ifOfHost,
  isBySelinux,
  missing,
  type Power,
  readingAlone,
  seccompLimit,
  stepTo,
  weakness,
} from './power.ts';

/** What privileges, capabilities, namespaces and devices give a container of the host. */
export function privilegeEdges(power: Power): Edge[] {
  // Privileged includes every capability and device: one step says it all of root.
  const own = power.container.isPrivileged
    ? [privilegedStep(power), ...diskGroupSteps(power)]
    : [
        ...[...capabilitySteps(power), ...deviceEdges(power)],
        ...[...openSettings(power), ...keyringSteps(power)],
      ];
  return [...own, ...namespaceSteps(power)];
}

function privilegedStep(power: Power): Edge {
  return stepTo(power, {
    kind: 'privileged',
    name: '--privileged',
    says: 'runs privileged, so every device and kernel setting is open to it',
    conditions: asRoot(power),
    evidence: () => [inspected('HostConfig.Privileged', true)],
    rules: ['no-privileged-container'],
  });
}

function capabilitySteps(power: Power): Edge[] {
  // Without root only those are effective that are handed on, and no-new-privileges keeps it so.
  const isHeldDown = power.isRoot === false && power.canGainNone;
  const held = isHeldDown ? power.inEffect : power.capabilities;
  const found = dangerousCapabilities.filter(
    ({ name, beside, isForProcesses }) =>
      held.includes(name) && (beside === null || held.includes(beside)) && !isForProcesses,
  );
  if (found.length === 0 && !held.includes(KEXEC.name)) return [];
  const byName = new Map<string, Edge>();
  for (const one of found) {
    const step = stepBy(power, one);
    const known = byName.get(one.name);
    const isSurer = known && rankOf(step.conditions) < rankOf(known.conditions);
    if (known === undefined || isSurer) byName.set(one.name, step);
  }
  return [...byName.values(), ...(held.includes(KEXEC.name) ? kexecSteps(power) : [])];
}

function stepBy(power: Power, found: DangerousCapability): Edge {
  const { name, reason, after, where, confinedBy, isOfCalls } = found;
  return capabilityStep(power, name, {
    says: `has ${name}, which ${reason}`,
    conditions: [
      ...asHolder(power, { name, isOfCalls }),
      ...seccompLimit(power, name),
      ...limitBy(confinedBy, power),
      ...(where === null ? [] : [missing(`${where} (unknown)`)]),
      ...(after === null ? [] : [weakness(after)]),
    ],
  });
}

const limitBy = (confinedBy: DangerousCapability['confinedBy'], power: Power): Condition[] =>
  confinedBy === 'both' || (confinedBy === 'SELinux' && isBySelinux(power))
    ? confinementLimit(power)
    : [];

const capabilityStep = (power: Power, name: string, how: Pick<Edge, 'says' | 'conditions'>): Edge =>
  stepTo(power, {
    kind: 'capability',
    name,
    ...how,
    evidence: () => [
      ...power.controls.given['cap-bounding'].evidence,
      ...(power.seenCapabilities?.names.includes(name)
        ? [{ path: 'CapBnd or CapPrm', value: [name], source: power.seenCapabilities.source }]
        : []),
    ],
    rules: ['no-added-capabilities'],
  });

const KEXEC = { name: 'CAP_SYS_BOOT', isOfCalls: true };
const LOADING_KERNELS: readonly string[] = ['kexec_load', 'kexec_file_load'];

/**
 * `kexec_load` asks for this capability alone, and the profile of an engine lets it through to nobody. What was loaded
 * starts in place of a kernel that ends: `reboot` refuses to do so at once in another PID namespace than the host's (Linux
 * `reboot_pid_ns`), but systemd does so when the host is started anew.
 */
function kexecSteps(power: Power): Edge[] {
  const { isHost } = power.namespaces.pid;
  const restart = 'somebody restarts the host, which then starts what was loaded';
  const limit = callLimit(power, LOADING_KERNELS);
  if (limit === null) return [];
  return [
    capabilityStep(power, KEXEC.name, {
      says: `has ${KEXEC.name}, which loads another kernel for the host to start`,
      conditions: [
        ...asHolder(power, KEXEC),
        ...limit,
        missing('the kernel is not locked down and takes another one (unknown)'),
        ...(isHost ? [] : [isHost === null ? ifOfHost('PID') : weakness(restart)]),
      ],
    }),
  ];
}

/**
 * The kernel keeps keys for each user of a user namespace, and no other namespace separates them (keyrings(7)): whoever
 * is root links those of the host's root to its own, and reads them without any capability. AppArmor knows nothing of keys.
 */
function keyringSteps(power: Power): Edge[] {
  const limit = callLimit(power, ['keyctl']);
  if (limit === null || isAnotherUser(power)) return [];
  // Of who would have the default of an engine that was not read nobody knows.
  if (power.engine === null && power.controls.given.seccomp.protection !== 'none') return [];
  return [
    stepTo(power, {
      kind: 'keyring',
      name: 'keyring of root',
      says: "can read the keyring of the host's root, which no namespace separates",
      conditions: [
        ...asRoot(power),
        ...limit,
        ...(isBySelinux(power) ? confinementLimit(power) : []),
        readingAlone,
      ],
      evidence: () => power.controls.given.seccomp.evidence,
      rules: ['no-seccomp-off'],
    }),
  ];
}

/** Known to be never that user to the kernel of the host, or to have another kernel. */
const isAnotherUser = (power: Power): boolean =>
  (power.isRoot === false && power.canGainNone) ||
  (power.isMapped && power.isMapKnown) ||
  power.engine?.isRootless === true ||
  power.barrier?.isKnown === true;

/**
 * Where nothing keeps /proc/sys read-only, root writes the settings of the kernel, among them the
 * program that it starts as root of the host; no capability is asked for.
 */
function openSettings(power: Power): Edge[] {
  if (power.openSettings === null) return [];
  const isSure = power.openSettings === 'sure';
  return [
    stepTo(power, {
      kind: 'writable-mount',
      name: '/proc/sys',
      says: 'can write the settings of the kernel in its own /proc/sys',
      conditions: [
        ...asRoot(power),
        ...kernelFilesLimit(power, '/proc/sys'),
        ...(isSure ? [] : [missing('the kernel starts what is named there (unknown)')]),
      ],
      evidence: () => power.controls.given['masked-paths'].evidence,
      rules: ['no-unmasked-system-path'],
    }),
  ];
}

/**
 * AppArmor's profile of the engine refuses writes to most of /proc and /sys, by the path inside, so not
 * to the same files at another place. Its name is no proof that the kernel holds it.
 */
export function kernelFilesLimit({ confinement }: Power, destination: string): Condition[] {
  if (confinement === null) return [];
  const isNamed = /^\/(proc|sys)(\/(?!fs\b)|$)/.test(destination);
  const binds = isNamed || !confinement.name.startsWith('AppArmor');
  return binds ? [missing(`its ${confinement.name} does not refuse it (unknown)`)] : [];
}

/** What becomes of writing to a path of /sys hangs on the kernel and the machine, or on what is found by it. */
export function writtenLimit(path: string): Condition {
  const after = afterWriting(path);
  return after === null
    ? missing('the kernel runs or loads what is set there (unknown)')
    : weakness(after);
}

/** AppArmor and SELinux forbid mounting and tracing, whatever the capabilities. */
export function confinementLimit({ confinement }: Power): Condition[] {
  if (confinement === null) return [];
  const { name, isSeen, isRead } = confinement;
  if (!isRead) return [missing(`its ${name}, whose text was not read, allows it (unknown)`)];
  return [
    isSeen ? weakness(`a way past its ${name}`) : missing(`its ${name} is not in force (unknown)`),
  ];
}

function namespaceSteps(power: Power): Edge[] {
  const { pid, network, ipc } = power.namespaces;
  const steps: Edge[] = [];
  const canTrace = power.capabilities.includes('CAP_SYS_PTRACE');
  if (pid.isHost !== false) {
    const isUnsure = pid.isHost === null;
    steps.push(
      stepTo(power, {
        kind: 'namespace',
        name: 'PID namespace',
        says: `${isUnsure ? 'may share' : 'shares'} ${
          canTrace
            ? "the host's processes and has CAP_SYS_PTRACE, which takes them over"
            : "the host's PID namespace"
        }`,
        conditions: [
          ...(canTrace ? asHolder(power, TRACING) : asRoot(power)),
          ...confinementLimit(power),
          ...(isUnsure ? [ifOfHost('PID')] : []),
          ...(canTrace ? [] : [weakness('a process of the host that it may trace')]),
        ],
        evidence: () => [...power.inNamespace, ...power.controls.given['cap-bounding'].evidence],
        // Without the capability it traces what is less privileged than it.
        rules: ['no-host-pid'],
      }),
    );
  }
  if (network.isHost !== false) {
    const after = "a service of the host that trusts whoever is on the host's own network";
    steps.push(sharedStep(power, 'network', network.isHost, after));
  }
  if (ipc.isHost !== false) {
    const after = 'a process of the host that trusts its shared memory';
    steps.push(sharedStep(power, 'IPC', ipc.isHost, after));
  }
  return steps;
}

const TRACING = { name: 'CAP_SYS_PTRACE', isOfCalls: true };

const SHARED = {
  network: { control: 'ns-net', rule: 'no-host-network' },
  IPC: { control: 'ns-ipc', rule: 'no-host-ipc' },
} as const;

/** `isHost` is null where nobody knows whose the namespace is. */
function sharedStep(
  power: Power,
  name: keyof typeof SHARED,
  isHost: true | null,
  after: string,
): Edge {
  const { control, rule } = SHARED[name];
  const isUnsure = isHost === null;
  return stepTo(power, {
    kind: 'namespace',
    name: `${name} namespace`,
    says: isUnsure
      ? `may share the host's ${name} namespace`
      : `shares the host's ${name} namespace`,
    conditions: [...power.always, weakness(after), ...(isUnsure ? [ifOfHost(name)] : [])],
    evidence: name === 'network' ? power.inNetwork : () => power.controls.given[control].evidence,
    rules: [rule],
  });
}
