import { systemPaths } from '../controls/system-paths.ts';
import { leftOut, read, unread } from '../shared/reading.ts';
import type { ContainerFacts, MountSource, NamespaceFact } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ImageFacts } from '../snapshot/facts/image.ts';
import type { NetworkFacts } from '../snapshot/facts/network.ts';
import type { SwarmFacts } from '../snapshot/facts/swarm.ts';
import { namedPaths } from '../snapshot/shown-mounts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { network } from './example-facts.ts';
import { exampleHostFiles } from './example-host-files.ts';
import { defaultPolicy, type Policy } from './policy.ts';
import type { ExampleHost } from './rule.ts';

const own = (mode: string): NamespaceFact => ({ mode, resolved: 'private', via: [] });

/** An ordinary container that passes every rule: examples state only how theirs differs. */
export const exampleContainer: ContainerFacts = {
  id: 'c0ffee000001',
  name: 'web',
  imageId: 'sha256:1111',
  imageReference: 'registry.example/web@sha256:1111',
  state: 'running',
  createdAt: '2026-01-01T00:00:00Z',
  startedAt: '2026-01-01T00:00:01Z',
  finishedAt: null,
  pid: 4242,
  composeProject: null,
  composeService: null,
  composeConfigHash: null,
  isComposeOneOff: false,
  swarmService: null,
  owner: null,
  runtime: 'runc',
  user: { declared: '1000', uid: 1000, reason: null },
  isPrivileged: false,
  addedCapabilities: [],
  droppedCapabilities: ['ALL'],
  configuredCapabilities: [],
  noNewPrivileges: true,
  seccomp: 'default',
  addedGroups: [],
  askedAppArmorProfile: null,
  askedSelinuxOptions: [],
  maskedPaths: [...systemPaths['masked-paths']],
  readonlyPaths: [...systemPaths['readonly-paths']],
  appArmorProfile: '',
  processLabel: '',
  isSelinuxLabelDisabled: false,
  hasUnmaskedSystemPaths: false,
  networkNamespace: own('backend'),
  pidNamespace: own(''),
  ipcNamespace: own('private'),
  utsNamespace: own(''),
  userNamespace: own(''),
  cgroupNamespace: own('private'),
  networks: ['backend'],
  mounts: [],
  ports: [],
  exposedPorts: [],
  devices: [],
  deviceRequests: [],
  deviceCgroupRules: [],
  memoryLimitBytes: 268_435_456,
  nanoCpus: 1_000_000_000,
  cpuQuota: 0,
  cpuShares: 0,
  cpusetCpus: '',
  pidsLimit: 100,
  ulimits: [],
  cgroupParent: '',
  restartPolicy: { name: 'on-failure', maximumRetries: 5 },
  isOomKillDisabled: false,
  hasReadonlyRootfs: true,
  healthcheck: 'defined',
  health: 'healthy',
  logDriver: 'json-file',
  hasRemoteLogAddress: null,
  executable: '/usr/bin/web',
  environment: [],
};

export const exampleImage: ImageFacts = {
  id: 'sha256:1111',
  tags: ['registry.example/web:1.4.2'],
  digests: ['registry.example/web@sha256:1111'],
  hasParent: false,
  isImported: false,
  namedAt: null,
  base: null,
  layers: ['sha256:aaaa', 'sha256:bbbb'],
  createdAt: '2026-01-01T00:00:00Z',
  sizeBytes: 20_000_000,
  architecture: 'amd64',
  operatingSystem: 'linux',
  user: { declared: '1000', uid: 1000, reason: null },
  healthcheck: 'defined',
  exposedPorts: [],
  environment: [],
  history: [],
};

export const exampleEngine: EngineFacts = {
  id: 'engine-1',
  name: 'demo-host',
  version: '26.1.5',
  apiVersion: '1.45',
  isPodman: false,
  operatingSystem: 'Debian GNU/Linux 13',
  kernelVersion: '6.12.0',
  architecture: 'x86_64',
  storageDriver: 'overlay2',
  devicemapperBaseBytes: null,
  dataRoot: '/var/lib/docker',
  cgroupVersion: '2',
  cgroupDriver: 'systemd',
  isRootless: false,
  remapsUsers: false,
  seccompProfile: 'builtin',
  hasAppArmor: false,
  hasSelinux: false,
  hasNoNewPrivilegesDefault: false,
  warnings: [],
  insecureRegistries: [],
  insecureRegistryCidrs: ['127.0.0.0/8'],
  authorizationPlugins: [],
  hasLiveRestore: true,
  loggingDriver: 'json-file',
  isExperimental: false,
  isDebug: false,
  memoryBytes: 8_589_934_592,
  processors: 16,
  runtimes: [{ name: 'runc', path: 'runc', runcVersion: '1.1.15' }],
  defaultRuntime: 'runc',
  components: [],
  firewallBackend: '',
  swarmState: 'inactive',
  socketPaths: ['/run/docker.sock', '/run/containerd/containerd.sock'],
  endpoint: {
    kind: 'unix',
    url: 'unix:///var/run/docker.sock',
    isMutualTls: false,
    socketPath: '/run/docker.sock',
  },
};

const exampleSwarm: SwarmFacts = {
  state: 'inactive',
  isManager: false,
  managers: 0,
  nodes: 0,
  isAutolocked: null,
  nodeCertificateSeconds: null,
  caValidFrom: null,
  isRotatingCa: null,
  services: [],
};

/** The policy that an example assumes. */
export const examplePolicy = ({ policy }: ExampleHost): Policy => ({ ...defaultPolicy, ...policy });

/** No path of an example is a link that is not said to be one. */
const sourcesOf = (containers: readonly ContainerFacts[]): MountSource[] =>
  containers
    .flatMap(({ mounts }) => mounts.flatMap(namedPaths))
    .map((path) => ({ path, leadsTo: read(path), isFolder: false }));

/** What a container is in and no example says more of is a bridge. */
function networksOf(
  containers: readonly ContainerFacts[],
  said: readonly NetworkFacts[],
): NetworkFacts[] {
  const names = new Set(containers.flatMap(({ networks }) => networks));
  for (const { name } of said) names.delete(name);
  return [...said, ...[...names].map((name) => network(name))];
}

/** The snapshot that an example describes: an ordinary host with the example's deviations. */
export function exampleSnapshot(example: ExampleHost): Snapshot {
  const container = { ...exampleContainer, ...example.container };
  const others = (example.otherContainers ?? []).map((other, index) => ({
    ...exampleContainer,
    id: `c0ffee00010${index}`,
    name: `other-${index}`,
    ...other,
  }));
  const otherImages = (example.otherImages ?? []).map((other, index) => ({
    ...exampleImage,
    id: `sha256:999${index}`,
    tags: [`registry.example/other-${index}:1.0`],
    ...other,
  }));
  return {
    host: 'demo-host',
    takenAt: '2026-01-02T00:00:00Z',
    engine: read({ ...exampleEngine, ...example.engine }),
    containers: read({ read: [container, ...others], unread: [] }),
    images: read({ read: [{ ...exampleImage, ...example.image }, ...otherImages], unread: [] }),
    networks: read(networksOf([container, ...others], example.networks ?? [])),
    volumes: read([]),
    swarm: read({ ...exampleSwarm, ...example.swarm }),
    processes: read(example.processes ?? []),
    limits: read(example.limits ?? []),
    packages: read(example.packages ?? []),
    execs: read(example.execs ?? []),
    setUid: read(example.setUid ?? []),
    kernel:
      example.kernel === undefined
        ? leftOut('needs evidence level kernel')
        : read({
            containers: example.kernel,
            ordinaryMounts: null,
            hostUidMap: null,
            selinuxMode: null,
            notes: [],
          }),
    hostProcesses: read({
      engine: unread('needs evidence level kernel'),
      ...(example.kernel === undefined ? {} : { engineStartTicks: 1000 }),
      engineSockets: read([]),
      ...(example.temporarySockets === undefined
        ? {}
        : { temporarySockets: read(example.temporarySockets) }),
      ...(example.manyNamed === undefined
        ? {}
        : { manyNamed: read({ uncounted: [], ...example.manyNamed }) }),
      ...(example.hostMounts === undefined ? {} : { engineMounts: read(example.hostMounts) }),
      strays: [container, ...others].map(({ id }) => ({
        containerId: id,
        facts: read({ processes: [], limits: null }),
      })),
      notes: [],
    }),
    mountSources: read(example.mountSources ?? sourcesOf([container, ...others])),
    listeners: example.listeners ? read(example.listeners) : unread('needs evidence level kernel'),
    hostFiles: read({
      ...exampleHostFiles,
      ...example.hostFiles,
      files: { ...exampleHostFiles.files, ...example.hostFiles?.files },
    }),
  };
}
