/** Every control that is shown as configured and as effective, in the order of showing. */
export const controlNames = [
  'user',
  'groups',
  'user-namespace',
  'cap-effective',
  'cap-permitted',
  'cap-bounding',
  'cap-ambient',
  'no-new-privileges',
  'seccomp',
  'apparmor',
  'selinux',
  'masked-paths',
  'readonly-paths',
  'rootfs',
  'ns-pid',
  'ns-net',
  'ns-ipc',
  'ns-uts',
  'ns-mnt',
  'ns-user',
  'ns-cgroup',
  'memory-limit',
  'pids-limit',
  'cpu-limit',
  'devices',
  'exec-sessions',
] as const;

export type ControlName = (typeof controlNames)[number];

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
  /**
   * `enforced` is said of measurements alone. A prediction may say `off` or `not-enforced`; one that
   * would say `enforced` leaves it `unknown`.
   */
  verdict: 'enforced' | 'not-enforced' | 'off' | 'unknown';
  /** Why it is unknown, or what else is to be known of it, e.g. what remains writable. */
  note: string | null;
  /** The call that measured it, e.g. `GET /containers/{id}/top`; null without one. */
  evidence: string | null;
}

/** Whether a control is on as configured, and as found. Null where that cannot be told. */
export interface Strength {
  isConfigured: boolean;
  isEffective: boolean;
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
  /** See `ContainerProcesses`. */
  isOwnWord?: boolean;
}

const OWN_WORD =
  'Podman reads it where a program in the container may put what it likes: only the level kernel proves it';

/** A control that somebody measured. The container's own word enforces nothing. */
export function measured(
  found: Found,
  strength: Strength,
  { at, evidence, isOwnWord = false }: Seen,
): Control {
  if (isOwnWord && strength.isEffective) {
    return { ...unknown(found, OWN_WORD), effective: found.effective };
  }
  const verdict = strength.isEffective
    ? 'enforced'
    : strength.isConfigured
      ? 'not-enforced'
      : 'off';
  return { note: null, ...found, source: 'measured', at, verdict, evidence };
}

/** A control that follows from the configuration; it never says that anything is enforced. */
export function predicted(found: Found, strength: Strength): Control {
  const weak = strength.isConfigured ? 'not-enforced' : 'off';
  const verdict = strength.isEffective ? 'unknown' : weak;
  const note =
    found.note ?? (verdict === 'unknown' ? 'only the configuration says so: not measured' : null);
  return { ...found, source: 'predicted', at: null, verdict, note, evidence: null };
}

/** A control of which nothing is known but the configuration. */
export function unknown(
  { control, configured }: Pick<Control, 'control' | 'configured'>,
  reason: string,
): Control {
  return {
    control,
    configured,
    effective: null,
    source: 'unknown',
    at: null,
    verdict: 'unknown',
    note: reason,
    evidence: null,
  };
}
