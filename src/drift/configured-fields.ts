import { lastingMountLine, mountLine } from '../rules/mounts.ts';
import { lastingPortLine, portLine } from '../rules/ports.ts';
import { byteText } from '../shared/text.ts';
import type { ContainerFacts, NamespaceFact } from '../snapshot/facts/container.ts';
import { isByVariable } from '../snapshot/normalise/devices.ts';

/**
 * What somebody configured of a container: names of fields, each with its values as sorted text. Of
 * environment variables the names alone.
 */
export type ConfiguredFields = Readonly<Record<string, readonly string[]>>;

/** How a container is configured, one field. */
interface ConfiguredField {
  name: string;
  /**
   * What can be compared with another container or time: what changes by itself is left out. Null for
   * facts of a version that did not know the field.
   */
  values(facts: ContainerFacts): readonly string[] | null;
  /** What a person is shown, where that says more. */
  shown?(facts: ContainerFacts): readonly string[];
}

const fields: readonly ConfiguredField[] = [
  { name: 'image', values: ({ imageReference }) => [imageReference] },
  { name: 'image id', values: ({ imageId }) => [imageId] },
  {
    name: 'user',
    values: ({ user }) => [user.declared || 'not set'],
    shown: ({ user }) => [
      `${user.declared || 'not set'} (uid ${user.uid ?? `unknown: ${user.reason}`})`,
    ],
  },
  { name: 'groups', values: ({ addedGroups }) => addedGroups },
  { name: 'privileged', values: ({ isPrivileged }) => [yesNo(isPrivileged)] },
  { name: 'capabilities', values: ({ configuredCapabilities }) => configuredCapabilities },
  {
    name: 'no-new-privileges',
    values: ({ noNewPrivileges: value }) => [value === null ? 'engine default' : yesNo(value)],
  },
  { name: 'seccomp', values: ({ seccomp }) => [seccomp] },
  {
    name: 'apparmor',
    values: ({ askedAppArmorProfile }) => [askedAppArmorProfile ?? 'engine default'],
  },
  {
    name: 'selinux',
    values: ({ isSelinuxLabelDisabled, askedSelinuxOptions }) =>
      isSelinuxLabelDisabled ? ['disabled'] : askedSelinuxOptions,
  },
  {
    name: 'system paths',
    values: ({ hasUnmaskedSystemPaths }) => [hasUnmaskedSystemPaths ? 'unmasked' : 'masked'],
  },
  {
    name: 'root filesystem',
    values: ({ hasReadonlyRootfs }) => [hasReadonlyRootfs ? 'read-only' : 'writable'],
  },
  {
    name: 'mounts',
    values: ({ mounts }) =>
      mounts.map((mount) => `${lastingMountLine(mount)}${spreadText(mount.propagation)}`),
    shown: ({ mounts }) =>
      mounts.map((mount) => `${mountLine(mount)}${spreadText(mount.propagation)}`),
  },
  {
    name: 'devices',
    values: ({ devices, deviceRequests, deviceCgroupRules }) => [
      ...devices,
      ...deviceRequests.filter((request) => !isByVariable(request)),
      ...deviceCgroupRules,
    ],
    shown: ({ devices, deviceRequests, deviceCgroupRules }) => [
      ...devices,
      ...deviceRequests,
      ...deviceCgroupRules,
    ],
  },
  {
    name: 'ports',
    values: ({ ports }) => ports.map(lastingPortLine),
    shown: ({ ports }) => ports.map(portLine),
  },
  { name: 'networks', values: ({ networks }) => networks },
  namespaceField('network namespace', ({ networkNamespace }) => networkNamespace),
  namespaceField('pid namespace', ({ pidNamespace }) => pidNamespace),
  namespaceField('ipc namespace', ({ ipcNamespace }) => ipcNamespace),
  namespaceField('uts namespace', ({ utsNamespace }) => utsNamespace),
  namespaceField('user namespace', ({ userNamespace }) => userNamespace),
  namespaceField('cgroup namespace', ({ cgroupNamespace }) => cgroupNamespace),
  {
    name: 'memory limit',
    values: ({ memoryLimitBytes: bytes }) => [bytes === 0 ? 'none' : `${bytes} bytes`],
    shown: ({ memoryLimitBytes: bytes }) => [
      bytes === 0 ? 'none' : `${byteText(bytes)} (${bytes} bytes)`,
    ],
  },
  {
    name: 'ended when memory runs short',
    values: ({ isOomKillDisabled: isOff }) => (isOff === undefined ? null : [yesNo(!isOff)]),
  },
  { name: 'process limit', values: ({ pidsLimit }) => [String(pidsLimit ?? 'none')] },
  {
    name: 'cpu limit',
    values: ({ nanoCpus, cpuQuota, cpuShares, cpusetCpus }) => [
      ...(nanoCpus > 0 ? [`${nanoCpus / 1e9} CPUs`] : []),
      ...(cpuQuota > 0 ? [`quota ${cpuQuota}`] : []),
      ...(cpuShares > 0 ? [`shares ${cpuShares}`] : []),
      ...(cpusetCpus === '' ? [] : [`set ${cpusetCpus}`]),
    ],
  },
  {
    name: 'ulimits',
    values: ({ ulimits }) => ulimits.map(({ name, soft, hard }) => `${name} ${soft}:${hard}`),
  },
  { name: 'cgroup parent', values: ({ cgroupParent }) => (cgroupParent ? [cgroupParent] : []) },
  {
    name: 'restart',
    values: ({ restartPolicy: { name, maximumRetries } }) => [
      [name || 'no', maximumRetries || ''].join(' ').trim(),
    ],
  },
  { name: 'health check', values: ({ healthcheck }) => [healthcheck] },
  { name: 'log driver', values: ({ logDriver }) => (logDriver ? [logDriver] : null) },
  {
    name: 'log address',
    values: ({ hasRemoteLogAddress: isRemote }) => {
      if (isRemote === undefined) return null;
      return isRemote === null ? [] : [isRemote ? 'another machine' : 'this machine'];
    },
  },
  { name: 'runtime', values: ({ runtime }) => [runtime] },
  { name: 'executable', values: ({ executable }) => [executable] },
  {
    name: 'environment',
    values: ({ environment }) => environment.map(({ name }) => name),
    shown: ({ environment }) =>
      environment.map(({ name, valueClass }) => `${name} (${valueClass})`),
  },
];

/**
 * The configured facts of a container. What changes by itself is left out: its id, state, processes,
 * ports that the engine chooses, names of anonymous volumes.
 */
export const configuredFields = (facts: ContainerFacts): ConfiguredFields =>
  Object.fromEntries(
    fields.flatMap(({ name, values }) => {
      const found = values(facts);
      return found === null ? [] : [[name, [...new Set(found)].sort()]];
    }),
  );

/** The same as a person is shown it: a name and its values in one text. */
export const configurationRows = (facts: ContainerFacts): string[][] =>
  fields.map(({ name, values, shown = values }) => {
    const found = shown(facts);
    return [name, found === null ? 'not known' : found.join(', ') || 'none'];
  });

function namespaceField(
  name: string,
  pick: (facts: ContainerFacts) => NamespaceFact,
): ConfiguredField {
  return {
    name,
    values(facts) {
      const { mode, resolved, via } = pick(facts);
      // The id of a container that is joined changes with each deployment, its name does not.
      if (mode.startsWith('container:')) return [`container:${via[0] ?? 'unknown'}`];
      return [mode || resolved];
    },
    shown(facts) {
      const { mode, resolved, via } = pick(facts);
      const through = via.length > 0 ? ` through ${via.join(' → ')}` : '';
      const asked = mode === '' || mode === resolved ? '' : ` (${mode})`;
      return [`${resolved}${asked}${through}`];
    },
  };
}

const spreadText = (propagation: string): string =>
  ['', 'rprivate', 'private'].includes(propagation) ? '' : `:${propagation}`;

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

/** How one field differs: values that are no longer there, and new ones. */
export interface FieldChange {
  field: string;
  removed: string[];
  added: string[];
}

/** Every field that differs. One that only one side has is not known of the other, so no change. */
export function compareFields(before: ConfiguredFields, after: ConfiguredFields): FieldChange[] {
  return Object.keys(before).flatMap((field) => {
    if (!Object.hasOwn(after, field)) return [];
    return changesOf(field, before[field] ?? [], after[field] ?? []);
  });
}

/** How the values of one field differ; none where they do not. */
export function changesOf(
  field: string,
  before: readonly string[],
  after: readonly string[],
): FieldChange[] {
  const removed = before.filter((value) => !after.includes(value));
  const added = after.filter((value) => !before.includes(value));
  return removed.length + added.length > 0 ? [{ field, removed, added }] : [];
}
