import type { ContainerFacts } from '../facts/container.ts';

export type SecurityOptions = Pick<
  ContainerFacts,
  | 'noNewPrivileges'
  | 'seccomp'
  | 'isSelinuxLabelDisabled'
  | 'askedAppArmorProfile'
  | 'askedSelinuxOptions'
> & {
  /** `systempaths=unconfined`, or Podman's `unmask` of any path. Docker leaves no trace of it here. */
  unmasksSystemPaths: boolean;
};

/**
 * Reads `HostConfig.SecurityOpt`. An entry is `key=value` or, in the old form, `key:value`; of
 * several with one key the last wins. `no-new-privileges` may stand alone and then means true.
 * `isSelinuxLabelDisabled` is also true where the engine added `label=disable` by itself, which it
 * does for privileged containers and for those in the host's PID namespace.
 */
export function securityOptions(entries: readonly string[]): SecurityOptions {
  const options = entries.map(parseEntry);
  const valuesOf = (key: string) => options.filter((o) => o.key === key).map((o) => o.value);
  return {
    noNewPrivileges: noNewPrivileges(valuesOf('no-new-privileges').at(-1)),
    seccomp: seccomp(valuesOf('seccomp').at(-1)),
    isSelinuxLabelDisabled: valuesOf('label').includes('disable'),
    askedAppArmorProfile: valuesOf('apparmor').at(-1) ?? null,
    askedSelinuxOptions: valuesOf('label').filter((value) => value !== 'disable'),
    unmasksSystemPaths:
      valuesOf('systempaths').at(-1) === 'unconfined' || valuesOf('unmask').length > 0,
  };
}

function parseEntry(entry: string): { key: string; value: string } {
  const separator = entry.search(/[=:]/);
  if (separator === -1) return { key: entry, value: '' };
  return { key: entry.slice(0, separator), value: entry.slice(separator + 1) };
}

/** The words are those of Go's `strconv.ParseBool`, with which the engine reads the value. */
function noNewPrivileges(value: string | undefined): boolean | null {
  if (value === undefined) return null;
  return ['', '1', 't', 'T', 'true', 'True', 'TRUE'].includes(value);
}

/** `builtin` asks for the engine's own filter whatever its default is, so it counts as custom. */
function seccomp(value: string | undefined): SecurityOptions['seccomp'] {
  if (value === undefined) return 'default';
  if (value === 'unconfined') return 'unconfined';
  return allowsEverything(value) ? 'allows-everything' : 'custom';
}

/** A filter that only allows or logs is loaded by the kernel like any other and forbids nothing. */
const HARMLESS_ACTIONS = ['SCMP_ACT_ALLOW', 'SCMP_ACT_LOG'];

function allowsEverything(profileText: string): boolean {
  const profile = parseJson(profileText);
  if (!isRecord(profile) || !isHarmless(profile.defaultAction)) return false;
  const syscalls = Array.isArray(profile.syscalls) ? profile.syscalls : [];
  return !syscalls.some(
    (rule) => isRecord(rule) && namesSyscalls(rule) && !isHarmless(rule.action),
  );
}

const isHarmless = (action: unknown): boolean =>
  typeof action === 'string' && HARMLESS_ACTIONS.includes(action);

const namesSyscalls = (rule: Record<string, unknown>): boolean =>
  typeof rule.name === 'string' || (Array.isArray(rule.names) && rule.names.length > 0);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    // A path or a name: a profile whose content the engine does not show.
    return null;
  }
}
