import type { CollectOptions } from '../collector.ts';
import type { ContainerFacts, NamespaceFact, UserFact } from '../facts/container.ts';
import {
  containerName,
  count,
  countOrZero,
  type Foreign,
  field,
  flag,
  flagOrFalse,
  isAbsent,
  list,
  listOrEmpty,
  pathId,
  referenceText,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { areNoNetworks } from '../own-networks.ts';
import { capabilityNames, configuredCapabilities } from './capabilities.ts';
import { lifeOf } from './container-life.ts';
import { deviceFacts } from './devices.ts';
import { environmentOf } from './environment.ts';
import { healthcheck } from './image.ts';
import { listedMounts } from './listed-mounts.ts';
import { hasRemoteLogAddress } from './log-address.ts';
import {
  askedMounts,
  type BindSources,
  type DeclaredMount,
  declaredMount,
  mountFact,
  tmpfsPlaces,
} from './mounts.ts';
import type { NamespaceKind, NamespaceModes } from './namespaces.ts';
import { endpointFacts } from './networks.ts';
import { exposedPorts, publishedPorts } from './ports.ts';
import { programName } from './program-name.ts';
import { securityOptions } from './security-options.ts';
import { composeFiles, labelIn, serviceNames } from './service-names.ts';
import { isoTime } from './time.ts';

export type NamespaceFacts = Pick<
  ContainerFacts,
  | 'networkNamespace'
  | 'pidNamespace'
  | 'ipcNamespace'
  | 'utsNamespace'
  | 'userNamespace'
  | 'cgroupNamespace'
>;

/** Facts that need more than the container's own inspect answer. */
export interface JoinedFacts {
  user: UserFact;
  namespaces: NamespaceFacts;
  bindSources: BindSources;
}

/** The facts of a container as far as its own inspect answer tells them. */
export interface DeclaredContainer {
  /** As written, e.g. `app:app`; empty for none. */
  user: string;
  mounts: DeclaredMount[];
  facts: Omit<ContainerFacts, 'user' | 'mounts' | keyof NamespaceFacts>;
}

/** The namespace settings of an inspect answer. Only that of the cgroup is missing on old engines. */
export function namespaceModes(inspect: Foreign): NamespaceModes {
  const host = field(inspect, 'HostConfig');
  return {
    network: text(field(host, 'NetworkMode')),
    pid: text(field(host, 'PidMode')),
    ipc: text(field(host, 'IpcMode')),
    uts: text(field(host, 'UTSMode')),
    user: text(field(host, 'UsernsMode')),
    cgroup: textOrEmpty(field(host, 'CgroupnsMode')),
  };
}

/** The facts of all six namespaces, each by the function given. */
export const namespaceFacts = (of: (kind: NamespaceKind) => NamespaceFact): NamespaceFacts => ({
  networkNamespace: of('network'),
  pidNamespace: of('pid'),
  ipcNamespace: of('ipc'),
  utsNamespace: of('uts'),
  userNamespace: of('user'),
  cgroupNamespace: of('cgroup'),
});

/** An engine tells them in another order each time. */
const byDestination = ({ fact: a }: DeclaredMount, { fact: b }: DeclaredMount): number =>
  a.destination < b.destination ? -1 : 1;

/**
 * What one answer of `GET /containers/{id}/json` tells by itself. Throws where a field that decides
 * about safety is missing or of the wrong shape: absent is not the same as off.
 */
export function declaredContainer(
  inspect: Foreign,
  options: Pick<CollectOptions, 'ownerLabel'>,
): DeclaredContainer {
  const config = field(inspect, 'Config');
  const asked = askedMounts(field(inspect, 'HostConfig'));
  return {
    user: textOrEmpty(field(config, 'User')),
    mounts: listedMounts(inspect)
      .map((mount) => declaredMount(mount, asked))
      .sort(byDestination),
    facts: {
      ...identity(inspect, config, options),
      ...lifeOf(field(inspect, 'State')),
      ...privileges(inspect, field(inspect, 'HostConfig')),
      ...reach(inspect, config, field(inspect, 'HostConfig')),
      ...limits(field(inspect, 'HostConfig')),
      healthcheck: healthcheck(field(config, 'Healthcheck')),
      executable: programName(textOrEmpty(field(inspect, 'Path'))),
      ...startOf(field(inspect, 'Args')),
      environment: environmentOf(list(field(config, 'Env'))),
    },
  };
}

const startOf = (found: Foreign): Pick<ContainerFacts, 'hasNoArguments'> =>
  !isAbsent(found) && list(found).length === 0 ? { hasNoArguments: true } : {};

/** The facts of one container. Throws as `mountFact` does. */
export function containerFacts(
  { facts, mounts }: DeclaredContainer,
  { user, namespaces, bindSources }: JoinedFacts,
): ContainerFacts {
  return {
    ...facts,
    user,
    ...namespaces,
    mounts: mounts.map((mount) => mountFact(mount, bindSources)),
  };
}

function identity(
  inspect: Foreign,
  config: Foreign,
  { ownerLabel }: Pick<CollectOptions, 'ownerLabel'>,
) {
  const labels = field(config, 'Labels');
  const image = field(inspect, 'Image');
  const label = (name: string) => labelIn(labels, name);
  return {
    id: pathId(field(inspect, 'Id')),
    name: containerName(field(inspect, 'Name')),
    imageId: text(image) === '' ? '' : pathId(image),
    imageReference: referenceText(field(config, 'Image')),
    createdAt: isoTime(field(inspect, 'Created')) ?? '',
    ...serviceNames(labels),
    ...composeFiles(labels),
    composeConfigHash: hashIn(label('com.docker.compose.config-hash')),
    isComposeOneOff: label('com.docker.compose.oneoff')?.toLowerCase() === 'true',
    owner: ownerLabel === null ? null : label(ownerLabel),
  };
}

/** What Compose itself writes; anybody may write more into a label, which is not kept. */
const hashIn = (value: string | null): string | null =>
  value !== null && /^[0-9a-f]{1,64}$/.test(value) ? value : null;

function privileges(inspect: Foreign, host: Foreign) {
  const isPrivileged = flag(field(host, 'Privileged'));
  const added = capabilityNames(list(field(host, 'CapAdd')).map(text));
  const dropped = capabilityNames(list(field(host, 'CapDrop')).map(text));
  const masked = field(host, 'MaskedPaths');
  const readonly = field(host, 'ReadonlyPaths');
  const capabilities = configuredCapabilities(isPrivileged, added, dropped);
  const { unmasksSystemPaths, unmasksSettings, ...options } = securityOptions(
    list(field(host, 'SecurityOpt')).map(text),
    capabilities,
  );
  return {
    runtime: textOrEmpty(field(host, 'Runtime')),
    isPrivileged,
    addedCapabilities: added,
    droppedCapabilities: dropped,
    configuredCapabilities: capabilities,
    ...options,
    addedGroups: listOrEmpty(field(host, 'GroupAdd')).map(text),
    maskedPaths: isAbsent(masked) ? null : list(masked).map(text),
    readonlyPaths: isAbsent(readonly) ? null : list(readonly).map(text),
    appArmorProfile: textOrEmpty(field(inspect, 'AppArmorProfile')),
    processLabel: textOrEmpty(field(inspect, 'ProcessLabel')),
    ...(isPrivileged && unmasksSettings ? { asksToUnmask: true as const } : {}),
    hasUnmaskedSystemPaths: isPrivileged || unmasksSystemPaths || hasEmptiedPathList(host),
    isOomKillDisabled: flagOrFalse(field(host, 'OomKillDisable')),
    hasReadonlyRootfs: flag(field(host, 'ReadonlyRootfs')),
  };
}

/** An emptied list unmasks; `null` keeps the engine's default (moby `daemon/oci_linux.go`). */
const hasEmptiedPathList = (host: Foreign): boolean =>
  [field(host, 'MaskedPaths'), field(host, 'ReadonlyPaths')].some(
    (paths) => !isAbsent(paths) && list(paths).length === 0,
  );

function reach(inspect: Foreign, config: Foreign, host: Foreign) {
  const network = field(inspect, 'NetworkSettings');
  const exposed = field(config, 'ExposedPorts');
  const publishesAll = flagOrFalse(field(host, 'PublishAllPorts'));
  const endpoints = endpointFacts(field(network, 'Networks'));
  const mode = text(field(host, 'NetworkMode'));
  // The engine ignores bindings in these modes, until it gives a network to a container that was created without one.
  const hasNoPorts = mode === 'host' || (mode === 'none' && areNoNetworks(endpoints.networks));
  return {
    ...endpoints,
    ...linksOf(host),
    ports: hasNoPorts
      ? []
      : publishedPorts({
          open: field(network, 'Ports'),
          configured: field(host, 'PortBindings'),
          publishedAll: publishesAll ? exposed : null,
        }),
    exposedPorts: exposedPorts(exposed),
    ...tmpfsPlaces(host),
    ...deviceFacts(host, listOrEmpty(field(config, 'Env'))),
  };
}

/** `/db:/web/alias`, of the default network alone: links in others are no more than names (moby `registerLinks`). */
function linksOf(host: Foreign): Pick<ContainerFacts, 'linkedTo'> {
  const names = listOrEmpty(field(host, 'Links')).map((link) => {
    const [name = ''] = text(link).split(':', 1);
    return containerName({ ...link, value: name });
  });
  return names.length === 0 ? {} : { linkedTo: [...new Set(names)].sort() };
}

function limits(host: Foreign) {
  const restart = field(host, 'RestartPolicy');
  const pidsLimit = field(host, 'PidsLimit');
  return {
    memoryLimitBytes: limitOrZero(field(host, 'Memory')),
    nanoCpus: countOrZero(field(host, 'NanoCpus')),
    cpuQuota: countOrZero(field(host, 'CpuQuota')),
    ...cpuPeriod(countOrZero(field(host, 'CpuPeriod'))),
    cpuShares: countOrZero(field(host, 'CpuShares')),
    cpusetCpus: textOrEmpty(field(host, 'CpusetCpus')),
    // 0 and every negative number mean no limit.
    pidsLimit: Math.max(0, countOrZero(pidsLimit)) || null,
    ulimits: listOrEmpty(field(host, 'Ulimits')).map((limit) => ({
      name: text(field(limit, 'Name')),
      soft: count(field(limit, 'Soft')),
      hard: count(field(limit, 'Hard')),
    })),
    cgroupParent: text(field(host, 'CgroupParent')),
    restartPolicy: {
      name: text(field(restart, 'Name')) || 'no',
      maximumRetries: countOrZero(field(restart, 'MaximumRetryCount')),
    },
    logDriver: textOrEmpty(field(host, 'LogConfig', 'Type')),
    hasRemoteLogAddress: hasRemoteLogAddress(field(host, 'LogConfig')),
  };
}

/** Bytes; 0 for none, negative ones and numbers beyond 2^53, which is how "unlimited" is written. */
function limitOrZero(found: Foreign): number {
  const bytes = countOrZero(found);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : 0;
}

const cpuPeriod = (microseconds: number): Pick<ContainerFacts, 'cpuPeriod'> =>
  microseconds === 0 ? {} : { cpuPeriod: microseconds };
