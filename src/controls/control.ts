import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';

/** Every control that is shown as configured and as effective, in the order of showing. */
export const controlNames = [
  ...['user', 'groups', 'user-namespace'],
  ...['cap-effective', 'cap-permitted', 'cap-bounding', 'cap-ambient'],
  ...['no-new-privileges', 'seccomp'],
  ...['apparmor', 'selinux'],
  ...['masked-paths', 'readonly-paths', 'rootfs'],
  ...['ns-pid', 'ns-net', 'ns-ipc', 'ns-uts', 'ns-mnt', 'ns-user', 'ns-cgroup'],
  ...['memory-limit', 'pids-limit', 'cpu-limit'],
  ...['devices', 'exec-sessions'],
] as const;

export type ControlName = (typeof controlNames)[number];

/** Where each control stands in that order. */
export const placeOf = Object.fromEntries(
  controlNames.map((name, place) => [name, place]),
) as Readonly<Record<ControlName, number>>;

/** Capability sets and lists of paths are sorted; null where nothing is said or known. */
export type ControlValue = string | number | boolean | null | readonly (string | number)[];

/** What restricts a container, as its configuration says and as the kernel does. */
export interface Control {
  control: ControlName;
  configured: ControlValue;
  /** What holds, or as a prediction what should; null when nobody knows. */
  effective: ControlValue;
  /** Only a measurement is `measured`; what follows from the configuration is `predicted`. */
  source: 'measured' | 'predicted' | 'unknown';
  /** ISO time of the measurement; null without one. */
  at: string | null;
  /** See `verdictOf`; `enforced` is said of measurements alone. */
  verdict: 'enforced' | 'weakened' | 'not-enforced' | 'off' | 'unknown';
  /** Why it is unknown, or what else is to be known of it, e.g. what remains writable. */
  note: string | null;
  /** The call that measured it, or showed what is told of groups of which the rest is unknown, e.g. `GET /containers/{id}/top`; null without one. */
  evidence: string | null;
}

/** How much a control protects, from the weakest: not at all, less than in an ordinary container, as much. */
const protections = ['none', 'less', 'full'] as const;
export type Protection = (typeof protections)[number];

/** The same control from each side. */
export interface Sides {
  /** What the configuration asks for. */
  asked: Protection;
  /** What the engine gives the next process that is started in the container; as asked when not said. */
  given?: Protection;
}

/** What an engine gives the next process of a container, by the configuration of both alone. */
export interface Given {
  /** Null where the configuration does not tell. */
  protection: Protection | null;
  /** Completes "the container …", e.g. `runs with seccomp unconfined`; of null why nobody knows. */
  says: string;
  /** What it follows from. */
  evidence: Evidence[];
  /** A setting of the engine decides it, for every container that says nothing else. */
  isByEngine?: true;
}

/** Facts of a container that decide what it is given, beside whether it ever started. */
export const askedFacts = [
  ...(['user', 'isPrivileged', 'userNamespace', 'pidNamespace', 'networkNamespace'] as const),
  ...(['ipcNamespace', 'utsNamespace', 'addedCapabilities', 'droppedCapabilities'] as const),
  ...(['configuredCapabilities', 'noNewPrivileges', 'seccomp', 'seccompAllows'] as const),
  ...([
    'askedAppArmorProfile',
    'appArmorProfile',
    'processLabel',
    'isSelinuxLabelDisabled',
  ] as const),
  ...(['maskedPaths', 'readonlyPaths', 'hasUnmaskedSystemPaths', 'hasReadonlyRootfs'] as const),
  ...(['memoryLimitBytes', 'pidsLimit', 'nanoCpus', 'cpuQuota', 'cpuPeriod', 'cpuShares'] as const),
  ...(['cpusetCpus', 'ulimits'] as const),
] as const satisfies readonly (keyof ContainerFacts)[];

/** A container as its givens are judged by. */
export type Asking = Pick<ContainerFacts, (typeof askedFacts)[number] | 'startedAt'>;

export const protectedWhere = (isOn: boolean): Protection => (isOn ? 'full' : 'none');

export const weaker = (a: Protection, b: Protection): Protection =>
  protections[Math.min(protections.indexOf(a), protections.indexOf(b))] ?? 'none';

/**
 * The weaker of what is given and what is seen decides: a process that holds itself down says nothing
 * of the next one, and a setting nothing of a process that has more. What falls short of what was
 * asked for is `not-enforced`; the rest is as strong as it was asked for.
 */
function verdictOf(asked: Protection, found: Protection): Control['verdict'] {
  if (weaker(asked, found) !== asked) return 'not-enforced';
  return ({ none: 'off', less: 'weakened', full: 'enforced' } as const)[asked];
}

type Found = Pick<Control, 'control' | 'configured' | 'effective'> & {
  note?: string | null;
};

/** Where a measurement comes from. */
export interface Seen {
  /** ISO time. */
  at: string;
  /** As in a control. */
  evidence: string;
}

/** How processes are read, as the evidence of a control. */
export const BY_LIST = 'GET /containers/{id}/top';
export const BY_STATUS = '/proc/PID/status';
export const BY_INFO = 'GET /info';
export const BY_LABEL = '/proc/PID/attr/current';
export const BY_MOUNTS = '/proc/PID/mountinfo';

/** A control that somebody measured in the processes; whether these are all, `unlessPartial` asks. */
export function measured(
  { control, configured, effective, note = null }: Found,
  { asked, given = asked, held }: Sides & { held: Protection },
  { at, evidence }: Seen,
): Control {
  const verdict = verdictOf(asked, weaker(given, held));
  return { control, configured, effective, source: 'measured', at, verdict, note, evidence };
}

/** Why a control that follows from the configuration is not known to hold. */
export const NOT_MEASURED = 'configured; not verified (needs evidence: kernel)';

/** A control that follows from the configuration; it never says that anything is enforced. */
export function predicted(
  { control, configured, effective, note: said }: Found,
  { asked, given = asked }: Sides,
): Control {
  const follows = verdictOf(asked, given);
  const verdict = follows === 'enforced' ? 'unknown' : follows;
  const note = said ?? (verdict === 'unknown' ? NOT_MEASURED : null);
  const source = 'predicted';
  return { control, configured, effective, source, at: null, verdict, note, evidence: null };
}

/** A control of which nothing is known but the configuration, and maybe what was seen of it. */
export function unknown(
  { control, configured }: Pick<Control, 'control' | 'configured'>,
  note: string,
  effective: ControlValue = null,
): Control {
  const [source, verdict] = ['unknown', 'unknown'] as const;
  return { control, configured, effective, source, at: null, verdict, note, evidence: null };
}

/** The same control, but unknown where it would be enforced and there is a reason to doubt that. */
export const unlessDoubted = (control: Control, why: string | null): Control =>
  control.verdict === 'enforced' && why !== null
    ? unknown(control, why, control.effective)
    : control;
