import type { ContainerFacts } from '../facts/container.ts';
import { goBoolean } from './go-boolean.ts';
import { isWithin } from './host-path.ts';
import { seccompText } from './seccomp-profile.ts';

export type SecurityOptions = Pick<
  ContainerFacts,
  | 'noNewPrivileges'
  | 'seccomp'
  | 'seccompAllows'
  | 'seccompOpens'
  | 'isSelinuxLabelDisabled'
  | 'askedAppArmorProfile'
  | 'askedSelinuxOptions'
  | 'hasWritableCgroups'
> & {
  /** `systempaths=unconfined`, or Podman's `unmask` of any path. Docker leaves no trace of it here. */
  unmasksSystemPaths: boolean;
  /** The same where `/proc/sys` is among them, in which the settings of the kernel are. */
  unmasksSettings: boolean;
};

/**
 * Reads `HostConfig.SecurityOpt`. An entry is `key=value` or, in the old form, `key:value`; of
 * several with one key the last wins. `no-new-privileges` may stand alone and then means true.
 * `isSelinuxLabelDisabled` is also true where the engine added `label=disable` by itself, which it
 * does for privileged containers and for those in the host's PID namespace. `capabilities` are those that the
 * container is given: a profile may open calls for them.
 */
export function securityOptions(
  entries: readonly string[],
  capabilities: readonly string[],
): SecurityOptions {
  const options = entries.map(parseEntry);
  const valuesOf = (key: string) => options.filter((o) => o.key === key).map((o) => o.value);
  const isUnconfined = valuesOf('systempaths').at(-1) === 'unconfined';
  const unmasked = valuesOf('unmask').flatMap((paths) => paths.split(':'));
  return {
    noNewPrivileges: isOn(valuesOf('no-new-privileges').at(-1)),
    ...(isOn(valuesOf('writable-cgroups').at(-1)) ? { hasWritableCgroups: true as const } : {}),
    ...seccomp(valuesOf('seccomp').at(-1), capabilities),
    // An engine still takes the word alone.
    isSelinuxLabelDisabled: valuesOf('label').includes('disable') || entries.includes('disable'),
    askedAppArmorProfile: valuesOf('apparmor').at(-1) ?? null,
    askedSelinuxOptions: valuesOf('label').filter((value) => value !== 'disable'),
    unmasksSystemPaths: isUnconfined || unmasked.length > 0,
    unmasksSettings:
      isUnconfined ||
      unmasked.some((path) => path.toUpperCase() === 'ALL' || isWithin('/proc/sys', path)),
  };
}

function parseEntry(entry: string): { key: string; value: string } {
  const separator = entry.search(/[=:]/);
  if (separator === -1) return { key: entry, value: '' };
  return { key: entry.slice(0, separator), value: entry.slice(separator + 1) };
}

/** One that stands alone is on. */
const isOn = (value: string | undefined): boolean | null =>
  value === undefined ? null : value === '' || goBoolean(value) === true;

function seccomp(
  value: string | undefined,
  capabilities: readonly string[],
): Pick<SecurityOptions, 'seccomp' | 'seccompAllows' | 'seccompOpens'> {
  // One that is named by nothing is the engine's own choice.
  if (value === undefined || value === '') return { seccomp: 'default' };
  if (value === 'unconfined' || value === 'builtin') return { seccomp: value };
  const text = seccompText(value, capabilities);
  if (text === null) return { seccomp: 'custom' };
  return text.isOpen
    ? { seccomp: 'allows-everything' }
    : { seccomp: 'custom', seccompAllows: text.allows, seccompOpens: text.opens };
}
