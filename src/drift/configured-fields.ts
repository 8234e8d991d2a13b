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
type ConfiguredField = readonly [
  name: string,
  /**
   * What can be compared with another container or time: what changes by itself is left out. Null for
   * facts of a version that did not know the field.
   */
  values: (facts: ContainerFacts) => readonly string[] | null,
  /** What a person is shown, where that says more. */
  shown?: (facts: ContainerFacts) => readonly string[],
];

const BY_ENGINE = 'engine default';

const fields: readonly ConfiguredField[] = [
  ['image', ({ imageReference }) => [imageReference]],
  ['image id', ({ imageId }) => [imageId]],
  [
    'user',
    ({ user: { declared } }) => [declared || 'not set'],
    ({ user: { declared, uid, reason } }) => [
      `${declared || 'not set'} (uid ${uid ?? `unknown: ${reason}`})`,
    ],
  ],
  ['groups', ({ addedGroups }) => addedGroups],
  ['privileged', ({ isPrivileged }) => [yesNo(isPrivileged)]],
  ['capabilities', ({ configuredCapabilities }) => configuredCapabilities],
  ['no-new-privileges', ({ noNewPrivileges: on }) => [on === null ? BY_ENGINE : yesNo(on)]],
  ['seccomp', ({ seccomp }) => [seccomp]],
  ['apparmor', ({ askedAppArmorProfile }) => [askedAppArmorProfile ?? BY_ENGINE]],
  [
    'selinux',
    ({ isSelinuxLabelDisabled, askedSelinuxOptions }) =>
      isSelinuxLabelDisabled ? ['disabled'] : askedSelinuxOptions,
  ],
  ['system paths', ({ hasUnmaskedSystemPaths: isOpen }) => [isOpen ? 'unmasked' : 'masked']],
  ['root filesystem', ({ hasReadonlyRootfs: isKept }) => [isKept ? 'read-only' : 'writable']],
  [
    'mounts',
    ({ mounts }) => mounts.map((one) => `${lastingMountLine(one)}${spreadText(one.propagation)}`),
    ({ mounts }) => mounts.map((one) => `${mountLine(one)}${spreadText(one.propagation)}`),
  ],
  [
    'devices',
    ({ devices, deviceRequests, deviceCgroupRules }) => [
      ...devices,
      ...deviceRequests.filter((request) => !isByVariable(request)),
      ...deviceCgroupRules,
    ],
    ({ devices, deviceRequests, deviceCgroupRules }) => [
      ...devices,
      ...deviceRequests,
      ...deviceCgroupRules,
    ],
  ],
  ['ports', ({ ports }) => ports.map(lastingPortLine), ({ ports }) => ports.map(portLine)],
  ['networks', ({ networks }) => networks],
  namespaceField('network namespace', ({ networkNamespace }) => networkNamespace),
  namespaceField('pid namespace', ({ pidNamespace }) => pidNamespace),
  namespaceField('ipc namespace', ({ ipcNamespace }) => ipcNamespace),
  namespaceField('uts namespace', ({ utsNamespace }) => utsNamespace),
  namespaceField('user namespace', ({ userNamespace }) => userNamespace, BY_ENGINE),
  namespaceField('cgroup namespace', ({ cgroupNamespace }) => cgroupNamespace),
  [
    'memory limit',
    ({ memoryLimitBytes: bytes }) => [bytes === 0 ? 'none' : `${bytes} bytes`],
    ({ memoryLimitBytes: bytes }) => [bytes === 0 ? 'none' : `${byteText(bytes)} (${bytes} bytes)`],
  ],
  [
    'ended when memory runs short',
    ({ isOomKillDisabled: isOff }) => (isOff === undefined ? null : [yesNo(!isOff)]),
  ],
  ['process limit', ({ pidsLimit }) => [String(pidsLimit ?? 'none')]],
  [
    'cpu limit',
    ({ nanoCpus, cpuQuota, cpuShares, cpusetCpus }) => [
      ...(nanoCpus > 0 ? [`${nanoCpus / 1e9} CPUs`] : []),
      ...(cpuQuota > 0 ? [`quota ${cpuQuota}`] : []),
      ...(cpuShares > 0 ? [`shares ${cpuShares}`] : []),
      ...(cpusetCpus === '' ? [] : [`set ${cpusetCpus}`]),
    ],
  ],
  ['ulimits', ({ ulimits }) => ulimits.map(({ name, soft, hard }) => `${name} ${soft}:${hard}`)],
  ['cgroup parent', ({ cgroupParent }) => (cgroupParent ? [cgroupParent] : [])],
  [
    'restart',
    ({ restartPolicy: { name, maximumRetries } }) => [
      [name || 'no', maximumRetries || ''].join(' ').trim(),
    ],
  ],
  ['health check', ({ healthcheck }) => [healthcheck]],
  ['log driver', ({ logDriver }) => (logDriver ? [logDriver] : null)],
  [
    'log address',
    ({ hasRemoteLogAddress: isRemote }) => {
      if (isRemote === undefined) return null;
      return isRemote === null ? [] : [isRemote ? 'another machine' : 'this machine'];
    },
  ],
  ['runtime', ({ runtime }) => [runtime]],
  ['executable', ({ executable }) => [executable]],
  [
    'environment',
    ({ environment }) => environment.map(({ name }) => name),
    ({ environment }) => environment.map(({ name, valueClass }) => `${name} (${valueClass})`),
  ],
];

/**
 * The configured facts of a container. What changes by itself is left out: its id, state, processes,
 * ports that the engine chooses, names of anonymous volumes.
 */
export const configuredFields = (facts: ContainerFacts): ConfiguredFields =>
  Object.fromEntries(
    fields.flatMap(([name, values]) => {
      const found = values(facts);
      return found === null ? [] : [[name, [...new Set(found)].sort()]];
    }),
  );

/** The same as a person is shown it: a name and its values in one text. */
export const configurationRows = (facts: ContainerFacts): string[][] =>
  fields.map(([name, values, shown = values]) => {
    const found = shown(facts);
    return [name, found === null ? 'not known' : found.join(', ') || 'none'];
  });

/** `unset`: what a person is shown where nothing is asked for and the engine, not the container, decides. */
function namespaceField(
  name: string,
  pick: (facts: ContainerFacts) => NamespaceFact,
  unset?: string,
): ConfiguredField {
  return [
    name,
    (facts) => {
      const { mode, resolved, via } = pick(facts);
      // The id of a container that is joined changes with each deployment, its name does not.
      return [
        mode.startsWith('container:') ? `container:${via[0] ?? 'unknown'}` : mode || resolved,
      ];
    },
    (facts) => {
      const { mode, resolved, via } = pick(facts);
      if (mode === '' && unset !== undefined) return [unset];
      const through = via.length > 0 ? ` through ${via.join(' → ')}` : '';
      const asked = mode === '' || mode === resolved ? '' : ` (${mode})`;
      return [`${resolved}${asked}${through}`];
    },
  ];
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
