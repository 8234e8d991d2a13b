import { maskSecrets, withoutUserinfo } from '../../shared/mask-secrets.ts';
import type { EngineEndpoint, ProcFile } from '../collector.ts';
import { engineMajor } from '../engine-version.ts';
import type { EngineFacts } from '../facts/engine.ts';
import {
  countOrZero,
  entries,
  type Foreign,
  field,
  fieldWithin,
  flag,
  isAbsent,
  list,
  listOrEmpty,
  text,
  textOrEmpty,
} from '../foreign.ts';
import { attemptNow, type Outcome } from '../outcome.ts';
import { engineGroups, type HostGroups } from './group-folders.ts';
import { normaliseHostPath } from './host-path.ts';
import { registryFacts } from './registries.ts';
import { isPlainProgram } from './runtime-program.ts';
import { managerAt, type SwarmCluster, swarmCluster } from './swarm-cluster.ts';

/** The facts of one engine from `GET /info`, `GET /version` and the way it was reached. */
export function engineFacts(
  info: Foreign,
  version: Foreign,
  endpoint: EngineEndpoint,
): EngineFacts {
  return {
    id: text(field(info, 'ID')),
    name: text(field(info, 'Name')),
    version: text(field(version, 'Version')),
    apiVersion: text(field(version, 'ApiVersion')),
    isPodman: isPodmanVersion(version),
    ...platformOf(field(version, 'Platform')),
    operatingSystem: textOrEmpty(field(info, 'OperatingSystem')),
    kernelVersion: textOrEmpty(field(info, 'KernelVersion')),
    architecture: textOrEmpty(field(info, 'Architecture')),
    storageDriver: text(field(info, 'Driver')),
    devicemapperBaseBytes: devicemapperBaseBytes(info),
    dataRoot: normaliseHostPath(text(field(info, 'DockerRootDir'))),
    memoryBytes: countOrZero(field(info, 'MemTotal')),
    processors: countOrZero(field(info, 'NCPU')),
    cgroupVersion: textOrEmpty(field(info, 'CgroupVersion')),
    cgroupDriver: textOrEmpty(field(info, 'CgroupDriver')),
    ...(hasImagesElsewhere(info) ? { hasImagesElsewhere: true as const } : {}),
    ...securityFacts(list(field(info, 'SecurityOptions')).map(text), version),
    ...registryFacts(field(info, 'RegistryConfig'), isPodmanVersion(version)),
    warnings: list(field(info, 'Warnings')).map((warning) =>
      maskSecrets(withoutUserinfo(text(warning))),
    ),
    authorizationPlugins: listOrEmpty(field(info, 'Plugins', 'Authorization')).map(text),
    hasLiveRestore: flag(field(info, 'LiveRestoreEnabled')),
    loggingDriver: text(field(info, 'LoggingDriver')),
    isExperimental: flag(field(info, 'ExperimentalBuild')),
    isDebug: flag(field(info, 'Debug')),
    ...runtimeFacts(info, version),
    firewallBackend: textOrEmpty(fieldWithin(info, 'FirewallBackend', 'Driver')),
    swarmState: textOrEmpty(field(info, 'Swarm', 'LocalNodeState')) || 'inactive',
    socketPaths: socketPaths(info, endpoint),
    endpoint: { ...endpoint, url: withoutUserinfo(endpoint.url) },
  };
}

/** A name of few words; of anything else nothing is kept. */
function platformOf(found: Foreign): { platform?: string } {
  const name = fieldWithin(found, 'Name');
  const platform = textOrEmpty(name);
  return isAbsent(name) || !/^[\w ().+~:/-]{0,80}$/.test(platform) ? {} : { platform };
}

/** Row `Base Device Size` of `DriverStatus`, e.g. `10.74GB`; only devicemapper has it. */
function devicemapperBaseBytes(info: Foreign): number | null {
  const size = driverStatus(info, 'Base Device Size');
  const [, digits = '', unit = ''] = /^([\d.]+) ?([kMGT]?)B$/.exec(size) ?? [];
  const power = ['', 'k', 'M', 'G', 'T'].indexOf(unit);
  return digits === '' ? null : Math.round(Number(digits) * 1000 ** power);
}

const driverStatus = (info: Foreign, wanted: string): string =>
  listOrEmpty(field(info, 'DriverStatus'))
    .map((row) => list(row).map(text))
    .find(([name]) => name === wanted)?.[1] ?? '';

/** Its own has its socket and its data in the folders of the engine. */
const OWN_CONTAINERD = /\/docker\/containerd\/containerd\.sock$/;

/** With the image store of containerd, which is the default from 29 on. */
function hasImagesElsewhere(info: Foreign): boolean {
  const address = textOrEmpty(fieldWithin(info, 'Containerd', 'Address'));
  const isStore = driverStatus(info, 'driver-type').startsWith('io.containerd.snapshotter.');
  return isStore && !OWN_CONTAINERD.test(address);
}

/** Reads `name=seccomp,profile=builtin` and the like; the name stands first. */
function securityFacts(options: readonly string[], version: Foreign) {
  const byName = new Map(
    options.map((option) => {
      const fields = new Map(option.split(',').map((part) => splitOnce(part)));
      return [fields.get('name') ?? option, fields] as const;
    }),
  );
  return {
    isRootless: byName.has('rootless'),
    remapsUsers: byName.has('userns'),
    seccompProfile: seccompProfile(byName.get('seccomp'), version),
    hasAppArmor: byName.has('apparmor'),
    hasSelinux: byName.has('selinux'),
    hasNoNewPrivilegesDefault: byName.has('no-new-privileges'),
  };
}

/**
 * Engines before 23 and Podman write `default` for the profile that is now called `builtin`. By the other's
 * word each means a file of that name, in the folder where it was started.
 */
function seccompProfile(
  fields: ReadonlyMap<string, string> | undefined,
  version: Foreign,
): string | null {
  if (!fields) return null;
  const profile = fields.get('profile') ?? '';
  const major = engineMajor(text(field(version, 'Version')));
  const isOld = isPodmanVersion(version) || (major !== null && major < BUILTIN_SINCE);
  if (profile === '' || profile === (isOld ? 'default' : 'builtin')) return 'builtin';
  return profile === 'builtin' ? './builtin' : profile;
}

const BUILTIN_SINCE = 23;

function runtimeFacts(info: Foreign, version: Foreign) {
  const runtimes = entries(field(info, 'Runtimes')).map(([name, runtime]) => ({
    name,
    path: programOf(runtime),
    runcVersion: runcVersion(field(runtime, 'status')),
  }));
  const components = listOrEmpty(field(version, 'Components')).map((component) => ({
    name: text(field(component, 'Name')),
    version: text(field(component, 'Version')),
    ...commitOf(field(component, 'Details')),
  }));
  return {
    runtimes: runtimes.sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name)),
    defaultRuntime: textOrEmpty(field(info, 'DefaultRuntime')),
    components,
  };
}

/** A runtime that containerd starts through a shim of its own has a type instead of a path. */
const programOf = (runtime: Foreign): string =>
  textOrEmpty(field(runtime, 'path')) || textOrEmpty(field(runtime, 'runtimeType'));

/** A commit, or a version in the place of one; of anything else nothing is kept. */
function commitOf(details: Foreign): { commit?: string } {
  const found = fieldWithin(details, 'GitCommit');
  const commit = textOrEmpty(found);
  return isAbsent(found) || !/^[\w.+~:-]{0,80}$/.test(commit) ? {} : { commit };
}

const FEATURES = 'org.opencontainers.runtime-spec.features';

/**
 * What the program says of itself when asked for its features (`runc features`, OCI runtime-spec
 * `features.md`). A name is a label; this tells which program it stands for.
 */
function runcVersion(status: Foreign): string | null {
  if (isAbsent(status)) return null;
  const written = textOrEmpty(field(status, FEATURES));
  try {
    const features = JSON.parse(written) as { annotations?: Record<string, unknown> };
    const version = features.annotations?.['org.opencontainers.runc.version'];
    return typeof version === 'string' ? version : null;
  } catch {
    // Not every runtime answers, and what it answers is its own.
    return null;
  }
}

/** Where containerd listens: as a service of its own, and when the engine starts it. */
const CONTAINERD_SOCKETS = [
  '/run/containerd/containerd.sock',
  '/run/docker/containerd/containerd.sock',
];

/** The API does not tell the engine's own socket: unless the address did, its default is meant. */
function socketPaths(info: Foreign, endpoint: EngineEndpoint): string[] {
  const address = textOrEmpty(fieldWithin(info, 'Containerd', 'Address'));
  const paths = [endpoint.socketPath ?? '/run/docker.sock', ...CONTAINERD_SOCKETS];
  if (address.startsWith('/')) paths.push(address);
  return [...new Set(paths.map(normaliseHostPath))];
}

function splitOnce(part: string): [string, string] {
  const separator = part.indexOf('=');
  if (separator === -1) return ['name', part];
  return [part.slice(0, separator), part.slice(separator + 1)];
}

/** Annotations by which runc and crun betray themselves, whatever name they were given. */
const VERSION_ANNOTATION = /"(org\.opencontainers\.runc|run\.oci\.crun)\.version"\s*:\s*"/;

/**
 * Names of the runtimes of `GET /info` under which a container is made of ordinary processes of the
 * host. The name alone says nothing: what counts is what the program tells of its features, and for
 * engines that do not ask it, what the program is called. A sandbox or a virtual machine has none.
 */
export function plainRuntimes(info: Foreign): Set<string> {
  return new Set(
    entries(field(info, 'Runtimes'))
      .filter(([, runtime]) => isPlain(runtime))
      .map(([name]) => name),
  );
}

function isPlain(runtime: Foreign): boolean {
  const features = textOrEmpty(fieldWithin(runtime, 'status', FEATURES));
  if (features !== '') return VERSION_ANNOTATION.test(features);
  return isPlainProgram(programOf(runtime));
}

/** How an engine, by its `/info`, makes the processes of containers. */
export interface RuntimeHost {
  /** Names of runtimes that make ordinary processes. */
  plain: ReadonlySet<string>;
  byDefault: string;
  /** False where the engine puts containers into no control groups of their own. */
  makesGroups: boolean;
  groups: HostGroups;
  /** The file with the label of a process; null where the engine knows no such module. */
  labelFile: ProcFile | null;
  /** Whether SELinux is the module; then it is to be read whether it refuses. */
  hasSelinux: boolean;
}

export const runtimeHost = (info: Foreign): RuntimeHost => ({
  plain: plainRuntimes(info),
  byDefault: textOrEmpty(field(info, 'DefaultRuntime')),
  makesGroups: textOrEmpty(field(info, 'CgroupDriver')) !== 'none',
  groups: engineGroups(info),
  labelFile: labelFileOf(info),
  hasSelinux: hasSecurityModule(info, 'selinux'),
});

/** What an engine says of its own place in a swarm. */
export interface LocalSwarm {
  state: string;
  isManager: boolean;
  managers: number;
  nodes: number;
  managerAt: ReturnType<typeof managerAt>;
  /** Only managers tell. */
  cluster: Outcome<SwarmCluster>;
}

/** An engine's own place in a swarm, by its `/info`. */
export function localSwarm(info: Foreign): LocalSwarm {
  const swarm = field(info, 'Swarm');
  return {
    state: textOrEmpty(field(swarm, 'LocalNodeState')) || 'inactive',
    isManager: flag(field(swarm, 'ControlAvailable')),
    managers: countOrZero(field(swarm, 'Managers')),
    nodes: countOrZero(field(swarm, 'Nodes')),
    managerAt: managerAt(swarm),
    cluster: attemptNow(() => swarmCluster(field(swarm, 'Cluster'))),
  };
}

/** Whether an answer of `GET /version` is Podman's, which speaks Docker's API by rules of its own. */
export const isPodmanVersion = (version: Foreign): boolean =>
  listOrEmpty(field(version, 'Components')).some(
    (component) => textOrEmpty(field(component, 'Name')) === 'Podman Engine',
  );

/** Since then AppArmor has a folder of its own beside other modules (Linux `fs/proc/base.c`). */
const FOLDER_SINCE = [5, 8] as const;

/** Whether an engine, by its `/info`, puts containers under this module. */
const hasSecurityModule = (info: Foreign, name: 'apparmor' | 'selinux'): boolean =>
  listOrEmpty(field(info, 'SecurityOptions'))
    .map(text)
    .some((option) => option.split(',').includes(`name=${name}`));

/** Where the kernel of an engine, by its `/info`, tells the label of a process; null for no such module. */
export function labelFileOf(info: Foreign): ProcFile | null {
  const isSelinux = hasSecurityModule(info, 'selinux');
  if (!hasSecurityModule(info, 'apparmor')) return isSelinux ? 'attr/current' : null;
  const version = /^(\d{1,4})\.(\d{1,4})/.exec(textOrEmpty(field(info, 'KernelVersion')));
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  const [sinceMajor, sinceMinor] = FOLDER_SINCE;
  const hasFolder = major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
  return hasFolder ? 'attr/apparmor/current' : 'attr/current';
}
