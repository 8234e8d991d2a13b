import { type Reading, read, unread } from '../shared/reading.ts';
import type {
  ContainerFacts,
  MountFact,
  NamespaceFact,
  PortFact,
  UserFact,
} from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ContainerExecs, ExecSession } from '../snapshot/facts/exec.ts';
import type { HistoryStep, ImageFacts } from '../snapshot/facts/image.ts';
import type { ContainerLimits } from '../snapshot/facts/limits.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { ContainerProcesses, ProcessFacts } from '../snapshot/facts/process.ts';
import type { ImageSetUid, PrivilegedFile, SetUidFiles } from '../snapshot/facts/set-uid.ts';
import type { SwarmFacts, SwarmServiceFacts } from '../snapshot/facts/swarm.ts';
import type { VolumeMount } from '../snapshot/facts/volume.ts';
import { configuredCapabilities } from '../snapshot/normalise/capabilities.ts';

/** Small builders for the examples of the rules, so that each shows only what matters. */

/** What `--privileged` turns a container into; the engine adds `label=disable` itself. */
export const privileged: Partial<ContainerFacts> = {
  isPrivileged: true,
  droppedCapabilities: [],
  configuredCapabilities: configuredCapabilities(true, [], []),
  isSelinuxLabelDisabled: true,
  hasUnmaskedSystemPaths: true,
};

/** A container that adds and drops these capabilities, full names or `ALL`. */
export function capabilities(added: string[], dropped: string[] = []): Partial<ContainerFacts> {
  return {
    addedCapabilities: added,
    droppedCapabilities: dropped,
    configuredCapabilities: configuredCapabilities(false, added, dropped),
  };
}

/** A container under a program that says that it is runc, and may change what it hands on. */
export const underWrapper = {
  container: { runtime: 'wrapped' },
  engine: { runtimes: [{ name: 'wrapped', path: '/opt/wrap/start', runcVersion: '1.1.15' }] },
};

export const hostNamespace: NamespaceFact = { mode: 'host', resolved: 'host', via: [] };

/** A namespace of another container: `resolved` is what that one's turns out to be. */
export function joinedNamespace(
  resolved: NamespaceFact['resolved'],
  ...via: string[]
): NamespaceFact {
  return { mode: 'container:c0ffee000100', resolved, via };
}

export function bind(hostPath: string, mount: Partial<MountFact> = {}): MountFact {
  return {
    kind: 'bind',
    hostPath,
    volume: null,
    destination: '/mnt',
    isWritable: true,
    propagation: 'rprivate',
    ...mount,
  };
}

/** An ordinary named volume: no host path of anyone's choice lies below it. */
export function namedVolume(volume: string, destination: string): MountFact {
  return {
    kind: 'volume',
    hostPath: null,
    volume,
    destination,
    isWritable: true,
    propagation: '',
  };
}

/** A local volume that mounts something by its options. */
export const localVolume = (
  filesystem: string,
  device: string,
  more: Partial<VolumeMount> = {},
): MountFact => ({
  ...namedVolume('data', '/mnt'),
  volumeMount: { filesystem, device, layers: [], server: null, ...more },
});

/** A volume of another driver than the engine's own. */
export const driverVolume = (driver: string): MountFact => ({
  ...namedVolume('data', '/mnt'),
  driver,
});

/** A container with these mounts. */
export const mounting = (...mounts: MountFact[]) => ({ container: { mounts } });

/** The same of one bind, with where the path really leads. */
export const leading = (path: string, leadsTo: Reading<string>) => ({
  ...mounting(bind(path)),
  mountSources: [{ path, leadsTo }],
});

export function port(hostIp: string, hostPort: number): PortFact {
  const family = hostIp.includes(':') ? 'ipv6' : 'ipv4';
  return { containerPort: 8080, protocol: 'tcp', hostIp, hostPort, family, isOpen: true };
}

export const namedUser = (declared: string, uid: number | null): UserFact => ({
  declared,
  uid,
  reason: uid === null ? 'the user files of the container could not be read' : null,
});

/** Id of the subject of an example that is a container. */
export const exampleContainerId = 'c0ffee000001';

/** The subject's own processes as the host's `ps` shows them. */
export function running(
  ...processes: [name: string, effectiveUid: number | null][]
): ContainerProcesses[] {
  const facts = processes.map(
    ([name, effectiveUid], index): ProcessFacts => ({
      pid: 4242 + index,
      effectiveUid,
      name,
      groups: null,
      label: null,
      namespaces: null,
      threads: null,
      otherUids: null,
      capabilities: null,
      seccompMode: null,
    }),
  );
  return [{ containerId: exampleContainerId, facts: read(facts), isToldByContainer: false }];
}

/** The same processes under a label. */
export function labelled({ facts, ...own }: ContainerProcesses, label: string): ContainerProcesses {
  if (facts.state === 'unread') throw new Error('an example has processes');
  const value = facts.value.map((process) => ({ ...process, label }));
  return { ...own, facts: { ...facts, value } };
}

export function processesUnread(reason: string): ContainerProcesses[] {
  return [{ containerId: exampleContainerId, facts: unread(reason), isToldByContainer: false }];
}

/** Limits that the subject's control group has; null for none. */
export const limitsFound = (memoryBytes: number | null, pids: number | null): ContainerLimits[] => [
  {
    containerId: exampleContainerId,
    facts: read({ memoryBytes: read(memoryBytes), pids: read(pids) }),
  },
];

/** A rootless engine that puts containers into no control groups. */
export const withoutGroups = {
  isRootless: true,
  cgroupVersion: '1',
  cgroupDriver: 'none',
} as const satisfies Partial<EngineFacts>;

/** Commands that run in the subject now; none when none is given. */
export const execsFound = (...sessions: Partial<ExecSession>[]): ContainerExecs[] => [
  {
    containerId: exampleContainerId,
    facts: read(
      sessions.map((one, index) => ({
        id: `e${index}`,
        isPrivileged: false,
        user: '',
        pid: 4400 + index,
        ...one,
      })),
    ),
  },
];

/** Nobody could look at the commands of the subject. */
export const execsUnread: ContainerExecs[] = [
  { containerId: exampleContainerId, facts: unread('HTTP 403') },
];

/** A set-uid root file unless said otherwise. */
export const setUidFile = (path: string, facts: Partial<PrivilegedFile> = {}): PrivilegedFile => ({
  path,
  mode: 0o4755,
  uid: 0,
  gid: 0,
  capabilities: null,
  ...facts,
});

/** What a look into the subject's image found; without `unsearched` everything was seen. */
export const imageSearched = (
  files: PrivilegedFile[],
  unsearched: SetUidFiles['unsearched'] = [],
): ImageSetUid[] => [
  exampleImageFiles(read({ container: 'web', files, searched: ['/usr'], unsearched })),
];

export const imageUnsearched = (reason: string): ImageSetUid[] => [
  exampleImageFiles(unread(reason)),
];

const exampleImageFiles = (files: ImageSetUid['files']): ImageSetUid => ({
  layers: 'sha256:aaaa sha256:bbbb',
  imageIds: ['sha256:1111'],
  readAt: '2026-01-02T00:00:00Z',
  files,
});

export function network(name: string, facts: Partial<NetworkFacts> = {}): NetworkFacts {
  return {
    id: `net-${name}`,
    name,
    driver: 'bridge',
    isDefaultBridge: false,
    allowsInterContainerTraffic: true,
    isEncrypted: false,
    isIngress: false,
    isInternal: false,
    hasIpv6: false,
    gateways: [],
    ...facts,
  };
}

/** A swarm service that restarts nothing and is given nothing. */
export function service(name: string, facts: Partial<SwarmServiceFacts> = {}): SwarmServiceFacts {
  return {
    id: `id-of-${name}`,
    name,
    restartCondition: 'none',
    maximumAttempts: null,
    environment: [],
    secrets: 0,
    ingressPorts: [],
    ...facts,
  };
}

/** The swarm as its manager sees it: three of them, locked, with young certificates. */
export const managedSwarm: Partial<SwarmFacts> = {
  state: 'active',
  isManager: true,
  managers: 3,
  nodes: 5,
  isAutolocked: true,
  nodeCertificateSeconds: 7_776_000,
  caValidFrom: '2025-12-01T00:00:00.000Z',
  isRotatingCa: false,
};

/** The swarm as a worker sees it. */
export const joinedSwarm: Partial<SwarmFacts> = { state: 'active' };

/** A build step, newest first in a history; `RUN` unless said otherwise. */
export function step(facts: Partial<HistoryStep> = {}): HistoryStep {
  return {
    createdAt: '2026-01-01T00:00:00Z',
    instruction: 'RUN',
    sizeBytes: 1_000_000,
    addsToRoot: false,
    packageIndex: 'untouched',
    programs: [],
    variables: [],
    ...facts,
  };
}

export const otherImage: Partial<ImageFacts> = {
  id: 'sha256:2222',
  tags: ['registry.example/old:1'],
};

/** A task whose service the swarm publishes at a port of every node; null for one of which no manager tells. */
export function swarmTask(hostPort: number | null) {
  const ingressPorts =
    hostPort === null ? [] : [{ ...port('', hostPort), containerPort: hostPort }];
  return {
    container: { swarmService: 'shop', networks: ['ingress'] },
    networks: [
      network('ingress', { driver: 'overlay', isIngress: true }),
      network('docker_gwbridge', { allowsInterContainerTraffic: false }),
    ],
    swarm:
      hostPort === null
        ? { state: 'active' as const }
        : { ...managedSwarm, services: [service('shop', { ingressPorts })] },
  };
}
