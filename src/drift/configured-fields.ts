import type {
  ContainerFacts,
  MountFact,
  NamespaceFact,
  PortFact,
} from '../snapshot/facts/container.ts';

/**
 * What somebody configured of a container: names of fields, each with its values as sorted text. Of
 * environment variables the names alone.
 */
export type ConfiguredFields = Readonly<Record<string, readonly string[]>>;

/** First port that Linux hands out by itself (`ip_local_port_range`): another at every start. */
const FIRST_EPHEMERAL_PORT = 32_768;
/** Docker's name of a volume that nobody named: another for every container. */
const ANONYMOUS_VOLUME = /^[0-9a-f]{64}$/;
const EVERY_ADDRESS = ['', '0.0.0.0', '::'];

/**
 * The configured facts of a container. What changes by itself is left out: its id, state, processes,
 * ports that the engine chooses, names of anonymous volumes.
 */
export function configuredFields(facts: ContainerFacts): ConfiguredFields {
  const { restartPolicy } = facts;
  const fields: Record<string, readonly string[]> = {
    image: [facts.imageReference],
    'image id': [facts.imageId],
    user: [facts.user.declared || 'not set'],
    groups: facts.addedGroups,
    privileged: [yesNo(facts.isPrivileged)],
    capabilities: facts.configuredCapabilities,
    'no-new-privileges': [
      facts.noNewPrivileges === null ? 'engine default' : yesNo(facts.noNewPrivileges),
    ],
    seccomp: [facts.seccomp],
    apparmor: [facts.askedAppArmorProfile ?? 'engine default'],
    selinux: facts.isSelinuxLabelDisabled ? ['disabled'] : facts.askedSelinuxOptions,
    'system paths': [facts.hasUnmaskedSystemPaths ? 'unmasked' : 'masked'],
    'root filesystem': [facts.hasReadonlyRootfs ? 'read-only' : 'writable'],
    mounts: facts.mounts.map(mountText),
    devices: [...facts.devices, ...facts.deviceRequests, ...facts.deviceCgroupRules],
    ports: facts.ports.map(portText),
    networks: facts.networks,
    'network namespace': [namespaceText(facts.networkNamespace)],
    'pid namespace': [namespaceText(facts.pidNamespace)],
    'ipc namespace': [namespaceText(facts.ipcNamespace)],
    'uts namespace': [namespaceText(facts.utsNamespace)],
    'user namespace': [namespaceText(facts.userNamespace)],
    'cgroup namespace': [namespaceText(facts.cgroupNamespace)],
    ...limitFields(facts),
    restart: [[restartPolicy.name || 'no', restartPolicy.maximumRetries || ''].join(' ').trim()],
    'health check': [facts.healthcheck],
    runtime: [facts.runtime],
    executable: [facts.executable],
    environment: facts.environment.map(({ name }) => name),
  };
  return Object.fromEntries(
    Object.entries(fields).map(([field, values]) => [field, [...new Set(values)].sort()]),
  );
}

function limitFields(facts: ContainerFacts): Record<string, string[]> {
  const { memoryLimitBytes, pidsLimit, nanoCpus, cpuQuota, cpuShares, cpusetCpus } = facts;
  const cpus = [
    ...(nanoCpus > 0 ? [`${nanoCpus / 1e9} CPUs`] : []),
    ...(cpuQuota > 0 ? [`quota ${cpuQuota}`] : []),
    ...(cpuShares > 0 ? [`shares ${cpuShares}`] : []),
    ...(cpusetCpus === '' ? [] : [`set ${cpusetCpus}`]),
  ];
  return {
    'memory limit': [memoryLimitBytes === 0 ? 'none' : `${memoryLimitBytes} bytes`],
    'process limit': [pidsLimit === null ? 'none' : String(pidsLimit)],
    'cpu limit': cpus,
    ulimits: facts.ulimits.map(({ name, soft, hard }) => `${name} ${soft}:${hard}`),
    'cgroup parent': facts.cgroupParent === '' ? [] : [facts.cgroupParent],
  };
}

function mountText({
  kind,
  hostPath,
  volume,
  volumeMount,
  destination,
  isWritable,
  propagation,
}: MountFact) {
  const own = volume !== null && ANONYMOUS_VOLUME.test(volume) ? 'anonymous volume' : volume;
  const name = volumeMount ? `${own} (${volumeMount.filesystem} ${volumeMount.device})` : own;
  const spread = ['', 'rprivate', 'private'].includes(propagation) ? '' : `:${propagation}`;
  return `${hostPath ?? name ?? kind}:${destination}:${isWritable ? 'rw' : 'ro'}${spread}`;
}

/** A container that does not run has no open ports, so what the engine adds at start is left out. */
function portText({ containerPort, protocol, hostIp, hostPort }: PortFact): string {
  const address = EVERY_ADDRESS.includes(hostIp) ? '*' : hostIp;
  const isChosen = hostPort === 0 || hostPort >= FIRST_EPHEMERAL_PORT;
  return `${address}:${isChosen ? 'any' : hostPort}->${containerPort}/${protocol}`;
}

/** The id of a container that is joined changes with each deployment, its name does not. */
function namespaceText({ mode, resolved, via }: NamespaceFact): string {
  if (mode.startsWith('container:')) return `container:${via[0] ?? 'unknown'}`;
  return mode || resolved;
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
