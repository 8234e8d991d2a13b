import fc from 'fast-check';
import { exampleContainer, exampleEngine, exampleImage } from '../../src/rules/example-host.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type {
  ContainerFacts,
  EnvironmentVariable,
  MountFact,
  NamespaceFact,
  UserFact,
} from '../../src/snapshot/facts/container.ts';
import type { EngineFacts } from '../../src/snapshot/facts/engine.ts';
import type { ContainerExecs } from '../../src/snapshot/facts/exec.ts';
import type { HistoryStep, ImageFacts } from '../../src/snapshot/facts/image.ts';
import type { ContainerLimits } from '../../src/snapshot/facts/limits.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import type { ContainerProcesses } from '../../src/snapshot/facts/process.ts';
import type { ImageSetUid } from '../../src/snapshot/facts/set-uid.ts';
import type { SwarmFacts } from '../../src/snapshot/facts/swarm.ts';
import {
  allCapabilities,
  capabilityNames,
  configuredCapabilities,
} from '../../src/snapshot/normalise/capabilities.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitraryHostFiles } from './arbitrary-host-files.ts';
import { arbitraryPackages } from './arbitrary-packages.ts';

/** Generated hosts: any combination of facts that the types allow, hostile texts included. */

const text = fc.oneof(fc.constantFrom('', 'host', 'latest', 'a:b', '/', '*|`<@U1>'), fc.string());
const containerId = fc.constantFrom('c1', 'c2', 'c3');
const imageId = fc.constantFrom('sha256:1', 'sha256:2');
const hostPath = fc.constantFrom('/', '/etc', '/etc/shadow', '/run', '/run/docker.sock', '/srv/x');

const user: fc.Arbitrary<UserFact> = fc.record({
  declared: text,
  uid: fc.option(fc.nat()),
  reason: fc.option(text),
});

const namespace: fc.Arbitrary<NamespaceFact> = fc.record({
  mode: text,
  resolved: fc.constantFrom('host', 'private', 'shared', 'unknown'),
  via: fc.array(text, { maxLength: 3 }),
});

const plainMount: fc.Arbitrary<MountFact> = fc.record({
  kind: fc.constantFrom('bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'),
  hostPath: fc.option(fc.oneof(hostPath, text)),
  volume: fc.option(text),
  destination: text,
  isWritable: fc.boolean(),
  propagation: fc.constantFrom('private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave', ''),
});

const volumeMount = fc.record({
  filesystem: fc.constantFrom('ext4', 'proc', 'overlay', 'nfs', 'tmpfs', '9p'),
  device: text,
  layers: fc.array(hostPath, { maxLength: 2 }),
  server: fc.option(fc.constantFrom('127.0.0.1', '10.0.0.1')),
});
const mount = fc
  .tuple(plainMount, fc.option(volumeMount), fc.constantFrom({}, { driver: 'local-persist' }))
  .map(
    ([one, behind, driven]): MountFact =>
      behind === null ? { ...one, ...driven } : { ...one, hostPath: null, volumeMount: behind },
  );

const variable: fc.Arbitrary<EnvironmentVariable> = fc.record({
  name: text,
  valueClass: fc.constantFrom(
    'private-key',
    'cloud-key',
    'token',
    'password',
    'connection-string-with-password',
    'file-reference',
    'empty',
    'plain',
  ),
});

const privileges = fc
  .record({
    isPrivileged: fc.boolean(),
    added: fc.subarray(['ALL', ...allCapabilities]),
    dropped: fc.subarray(['ALL', ...allCapabilities]),
  })
  .map(({ isPrivileged, added, dropped }) => ({
    isPrivileged,
    addedCapabilities: capabilityNames(added),
    droppedCapabilities: capabilityNames(dropped),
    configuredCapabilities: configuredCapabilities(isPrivileged, added, dropped),
  }));

const container: fc.Arbitrary<ContainerFacts> = fc
  .tuple(
    privileges,
    fc.record({
      id: containerId,
      name: text,
      imageId,
      imageReference: text,
      state: fc.constantFrom(
        'created',
        'running',
        'paused',
        'restarting',
        'removing',
        'exited',
        'dead',
      ),
      startedAt: fc.option(fc.constant('2026-01-01T00:00:01Z')),
      swarmService: fc.option(fc.constantFrom('shop', 'gone')),
      owner: fc.constant(null),
      user,
      noNewPrivileges: fc.option(fc.boolean()),
      seccomp: fc.constantFrom('default', 'builtin', 'unconfined', 'custom', 'allows-everything'),
      appArmorProfile: text,
      processLabel: text,
      isSelinuxLabelDisabled: fc.boolean(),
      networkNamespace: namespace,
      pidNamespace: namespace,
      ipcNamespace: namespace,
      utsNamespace: namespace,
      userNamespace: namespace,
      networks: fc.array(text, { maxLength: 3 }),
      mounts: fc.array(mount, { maxLength: 4 }),
      ports: fc.array(
        fc.record({
          containerPort: fc.nat(65_535),
          protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
          hostIp: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant('')),
          hostPort: fc.nat(65_535),
          family: fc.constantFrom('ipv4', 'ipv6'),
          isOpen: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
      devices: fc.array(text, { maxLength: 2 }),
      deviceRequests: fc.array(text, { maxLength: 2 }),
      deviceCgroupRules: fc.array(text, { maxLength: 2 }),
      memoryLimitBytes: fc.integer(),
      nanoCpus: fc.integer(),
      cpuQuota: fc.integer(),
      cpuShares: fc.integer(),
      cpusetCpus: text,
      pidsLimit: fc.option(fc.integer()),
      restartPolicy: fc.record({ name: text, maximumRetries: fc.integer() }),
      isOomKillDisabled: fc.boolean(),
      hasReadonlyRootfs: fc.boolean(),
      ulimits: fc.array(
        fc.record({
          name: fc.constantFrom('nofile', 'core', 'constructor'),
          soft: fc.integer({ min: -1 }),
          hard: fc.integer({ min: -1 }),
        }),
        { maxLength: 2 },
      ),
      cgroupParent: text,
      logDriver: fc.constantFrom('', 'json-file', 'syslog', 'gelf', 'constructor'),
      hasRemoteLogAddress: fc.option(fc.boolean()),
      exposedPorts: fc.array(
        fc.record({ containerPort: fc.nat(65_535), protocol: fc.constantFrom('tcp', 'udp') }),
        { maxLength: 2 },
      ),
      finishedAt: fc.option(fc.constantFrom('2025-01-01T00:00:00Z', '')),
      healthcheck: fc.constantFrom('none', 'disabled', 'defined'),
      health: fc.option(text),
      environment: fc.array(variable, { maxLength: 5 }),
    }),
  )
  .map(([powers, facts]): ContainerFacts => ({ ...exampleContainer, ...powers, ...facts }));

const step: fc.Arbitrary<HistoryStep> = fc.record({
  createdAt: text,
  instruction: fc.constantFrom('', 'ADD', 'COPY', 'RUN', 'ENV'),
  sizeBytes: fc.nat(),
  addsToRoot: fc.boolean(),
  packageIndex: fc.constantFrom('untouched', 'refreshed-alone', 'refreshed-with-install', 'open'),
  programs: fc.subarray(['apt-get', 'curl']),
  variables: fc.array(variable, { maxLength: 2 }),
});

const image: fc.Arbitrary<ImageFacts> = fc
  .record({
    id: imageId,
    tags: fc.array(text, { maxLength: 2 }),
    digests: fc.array(text, { maxLength: 2 }),
    hasParent: fc.boolean(),
    isImported: fc.boolean(),
    namedAt: fc.option(fc.constant('2025-12-01T00:00:01.000Z')),
    base: fc.option(fc.record({ name: fc.option(text), digest: fc.option(text) })),
    layers: fc.array(text, { maxLength: 3 }),
    createdAt: fc.constantFrom('', '1970-01-01T00:00:00.000Z', '2025-12-01T00:00:00.000Z'),
    history: fc.array(step, { maxLength: 4 }),
    user,
    healthcheck: fc.constantFrom('none', 'disabled', 'defined'),
    environment: fc.array(variable, { maxLength: 5 }),
  })
  .map((facts): ImageFacts => ({ ...exampleImage, ...facts }));

const engine: fc.Arbitrary<EngineFacts> = fc
  .record({
    version: text,
    storageDriver: fc.constantFrom('overlay2', 'aufs', 'devicemapper'),
    devicemapperBaseBytes: fc.option(fc.nat()),
    insecureRegistries: fc.array(text, { maxLength: 2 }),
    insecureRegistryCidrs: fc.array(fc.oneof(text, fc.constant('127.0.0.0/8')), { maxLength: 2 }),
    loggingDriver: fc.constantFrom('json-file', 'syslog', 'none'),
    components: fc.array(
      fc.record({
        name: fc.constantFrom('Engine', 'runc', 'x'),
        version: fc.oneof(text, fc.constantFrom('26.1.5', '1.1.15+ds1')),
      }),
      { maxLength: 3 },
    ),
    isDebug: fc.boolean(),
    isExperimental: fc.boolean(),
    cgroupDriver: fc.constantFrom('systemd', 'cgroupfs', 'none'),
    isRootless: fc.boolean(),
    remapsUsers: fc.boolean(),
    seccompProfile: fc.option(fc.constantFrom('builtin', 'unconfined', '/etc/docker/seccomp.json')),
    hasAppArmor: fc.boolean(),
    hasSelinux: fc.boolean(),
    hasNoNewPrivilegesDefault: fc.boolean(),
    warnings: fc.array(
      fc.oneof(text, fc.constant('WARNING: API is accessible on http://0.0.0.0:2375 without')),
      { maxLength: 3 },
    ),
    authorizationPlugins: fc.array(text, { maxLength: 2 }),
    hasLiveRestore: fc.boolean(),
    swarmState: fc.constantFrom('inactive', 'pending', 'active', 'error', 'locked'),
    // Its own, and those of containerd, which are always meant.
    socketPaths: fc
      .tuple(
        fc.constantFrom('/run/docker.sock', '/srv/engine.sock'),
        fc.array(hostPath, { maxLength: 1 }),
      )
      .map(([own, more]) => [
        ...[own, '/run/containerd/containerd.sock', '/run/docker/containerd/containerd.sock'],
        ...more,
      ]),
  })
  .map((facts): EngineFacts => ({ ...exampleEngine, ...facts }));

const network: fc.Arbitrary<NetworkFacts> = fc.record({
  id: text,
  name: text,
  driver: text,
  isDefaultBridge: fc.boolean(),
  allowsInterContainerTraffic: fc.option(fc.boolean()),
  isEncrypted: fc.boolean(),
  isIngress: fc.boolean(),
  isInternal: fc.boolean(),
  hasIpv6: fc.boolean(),
  gateways: fc.array(fc.ipV4(), { maxLength: 1 }),
});

const contexts = ['container_t', 'spc_t', 'our_own_t'].map(
  (type) => `system_u:system_r:${type}:s0`,
);

const processes: fc.Arbitrary<ContainerProcesses> = fc.record({
  containerId,
  facts: reading(
    fc.array(
      fc.record({
        pid: fc.nat(),
        effectiveUid: fc.option(fc.nat(2000)),
        name: text,
        groups: fc.option(fc.array(fc.nat(2000), { maxLength: 2 })),
        label: fc.option(fc.oneof(text, fc.constantFrom(...contexts))),
        namespaces: fc.constant(null),
        threads: fc.constant(null),
        otherUids: fc.constant(null),
        capabilities: fc.constant(null),
        seccompMode: fc.constant(null),
      }),
      { maxLength: 4 },
    ),
  ),
  isToldByContainer: fc.constant(false),
});

const limits: fc.Arbitrary<ContainerLimits> = fc.record({
  containerId,
  facts: reading(
    fc.record({ memoryBytes: reading(fc.option(fc.nat())), pids: reading(fc.option(fc.nat())) }),
  ),
});

const execs: fc.Arbitrary<ContainerExecs> = fc.record({
  containerId,
  facts: reading(
    fc.array(
      fc.record({
        id: text,
        isPrivileged: fc.boolean(),
        user: fc.constantFrom('', '0', 'root', '1000'),
        pid: fc.option(fc.nat()),
      }),
      { maxLength: 2 },
    ),
  ),
});

const setUid: fc.Arbitrary<ImageSetUid> = fc.record({
  layers: text,
  imageIds: fc.array(imageId, { minLength: 1, maxLength: 2 }),
  readAt: fc.option(fc.constant('2026-01-02T00:00:00Z')),
  files: reading(
    fc.record({
      container: text,
      files: fc.array(
        fc.record({
          path: text,
          mode: fc.nat(0o7777),
          uid: fc.nat(2),
          gid: fc.nat(2),
          capabilities: fc.option(
            fc.record({
              permitted: fc.subarray([...allCapabilities]),
              inheritable: fc.subarray([...allCapabilities]),
              isEffective: fc.boolean(),
              rootUid: fc.option(fc.nat()),
            }),
          ),
        }),
        { maxLength: 3 },
      ),
      searched: fc.array(text, { maxLength: 2 }),
      unsearched: fc.array(fc.record({ path: text, reason: text }), { maxLength: 2 }),
    }),
  ),
});

const swarm: fc.Arbitrary<SwarmFacts> = fc.record({
  state: fc.constantFrom('inactive', 'pending', 'active', 'error', 'locked'),
  isManager: fc.boolean(),
  managers: fc.nat(9),
  nodes: fc.nat(99),
  isAutolocked: fc.option(fc.boolean()),
  nodeCertificateSeconds: fc.option(fc.nat()),
  caValidFrom: fc.option(fc.constantFrom('2025-01-01T00:00:00.000Z', '')),
  isRotatingCa: fc.option(fc.boolean()),
  services: fc.array(
    fc.record({
      id: text,
      name: fc.constantFrom('shop', 'other'),
      restartCondition: fc.constantFrom('none', 'on-failure', 'any'),
      maximumAttempts: fc.option(fc.nat(9)),
      environment: fc.array(variable, { maxLength: 3 }),
      secrets: fc.nat(3),
      ingressPorts: fc.array(
        fc.record({
          protocol: fc.constantFrom('tcp', 'udp', 'sctp'),
          hostPort: fc.nat(65_535),
          containerPort: fc.nat(65_535),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
});

const unreadSubjects = fc.array(
  fc.record({ id: fc.oneof(text, containerId), name: text, reason: text }),
  { maxLength: 1 },
);

const listeners = fc.record({
  containerId,
  facts: reading(
    fc.record({
      readAt: fc.constant('2026-01-02T00:00:01Z'),
      sockets: fc.array(
        fc.record({
          protocol: fc.constantFrom('tcp', 'udp'),
          family: fc.constantFrom('ipv4', 'ipv6'),
          address: fc.constantFrom('0.0.0.0', '::', '127.0.0.1', '172.17.0.2'),
          port: fc.constantFrom(80, 8080),
        }),
        { maxLength: 3 },
      ),
    }),
  ),
});

/** Of each container no more than one entry. */
const perContainer = <T extends { containerId: string }>(entry: fc.Arbitrary<T>) =>
  fc.uniqueArray(entry, { selector: (one) => one.containerId, maxLength: 3 });

/** Subjects of which each was read or not, and none both. */
const subjects = <T extends { id: string }>(all: fc.Arbitrary<T[]>) =>
  fc.record({ read: all, unread: unreadSubjects }).map(({ read: found, unread: lost }) => ({
    read: found,
    unread: lost.filter(({ id }) => found.every((one) => one.id !== id)),
  }));

/** A whole snapshot in which any section may be unread. */
export const arbitrarySnapshot: fc.Arbitrary<Snapshot> = fc.record({
  host: fc.constant('demo-host'),
  takenAt: fc.constant('2026-01-02T00:00:00Z'),
  engine: reading(engine),
  containers: reading(subjects(fc.array(container, { maxLength: 3 }))),
  images: reading(subjects(fc.uniqueArray(image, { selector: (one) => one.id, maxLength: 2 }))),
  networks: reading(fc.array(network, { maxLength: 3 })),
  volumes: reading(fc.constant([])),
  swarm: reading(swarm),
  processes: reading(perContainer(processes)),
  limits: reading(perContainer(limits)),
  execs: reading(perContainer(execs)),
  setUid: reading(fc.array(setUid, { maxLength: 2 })),
  packages: reading(fc.array(arbitraryPackages, { maxLength: 3 })),
  hostFiles: reading(arbitraryHostFiles),
  mountSources: reading(
    // A link only adds what nobody saw without it, as the kernel's table of mounts does.
    fc.array(
      hostPath.chain((path) =>
        fc.record({ path: fc.constant(path), leadsTo: reading(fc.constant(path)) }),
      ),
      { maxLength: 6 },
    ),
  ),
  listeners: reading(fc.record({ containers: perContainer(listeners), notes: fc.constant([]) })),
  hostProcesses: reading(
    fc.constant({
      engine: unread<never>('not found'),
      engineSockets: read([]),
      strays: ['c1', 'c2', 'c3'].map((id) => ({
        containerId: id,
        facts: read({ processes: [], limits: null }),
      })),
      notes: [],
    }),
  ),
  kernel: reading(
    fc.constant({
      containers: [],
      ordinaryMounts: null,
      hostUidMap: null,
      selinuxMode: null,
      notes: [],
    }),
  ),
});

/** The same with containers that are told apart: an engine gives no id and no name twice. */
export const arbitraryHost: fc.Arbitrary<Snapshot> = arbitrarySnapshot.map((snapshot) => {
  if (snapshot.containers.state === 'unread') return snapshot;
  const { read: all, unread: lost } = snapshot.containers.value;
  const distinct = all.map((one, index) => ({
    ...one,
    id: `c${index + 1}`,
    name: `${one.name}-${index}`,
  }));
  const others = lost.filter(({ id }) => distinct.every((one) => one.id !== id));
  return { ...bySingleModule(snapshot), containers: read({ read: distinct, unread: others }) };
});

/** No kernel runs AppArmor and SELinux at once. */
function bySingleModule(snapshot: Snapshot): Snapshot {
  const { engine, processes: listed } = snapshot;
  if (engine.state === 'unread' || !engine.value.hasAppArmor || listed.state === 'unread') {
    return snapshot;
  }
  const isContext = (label: string | null) => label !== null && contexts.includes(label);
  const all = listed.value.map(({ facts, ...one }) => ({
    ...one,
    facts:
      facts.state === 'unread'
        ? facts
        : read(facts.value.map((own) => (isContext(own.label) ? { ...own, label: '' } : own))),
  }));
  return { ...snapshot, processes: read(all) };
}

function reading<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> {
  return fc.oneof(
    { weight: 5, arbitrary: value.map((one) => read(one)) },
    { weight: 1, arbitrary: text.map((reason) => unread<T>(reason)) },
  );
}
