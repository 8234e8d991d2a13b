import type { RealEngine } from '../support/real-engine.ts';
import { careless, guarded, networked, privileged, publishes, unguarded } from './guards.ts';

/** Limits that hold and that a privileged container may lift: its control groups are writable to it. */
const liftable = ['cpu-limit', 'memory-limit', 'pids-limit'];

/** A container with everything that is to be said about it. */
export interface ZooContainer {
  name: string;
  /** Options of `docker create`. */
  options: readonly string[];
  /** `baseImage` when omitted. */
  image?: string;
  /** Sleeps when omitted. */
  command?: readonly string[];
  /** What becomes of it; it runs when omitted. */
  fate?: 'stays-created' | 'is-paused' | 'exits' | 'is-removed';
  /** Every rule that fails. */
  fails: readonly string[];
  /** Every rule that cannot tell, beside those in `guards.ts`; none when omitted. */
  unknown?: readonly string[];
}

/** A volume that is a host folder in disguise. */
export const disguisedVolume = { name: 'innocent', hostPath: '/etc' };

/** Seccomp profiles by the name of their file in the folder of the engine. */
export const profiles = {
  open: { defaultAction: 'SCMP_ACT_ALLOW' },
  own: {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['ptrace', 'bpf'], action: 'SCMP_ACT_ERRNO' }],
  },
} as const;

/**
 * Containers in the order of their making: who joins another's namespace comes after it. No AppArmor
 * or SELinux here: those rules say `not-applicable` on a host without them, and the host of the tests
 * is whatever runs them.
 */
export function zooContainers({ folder, socketPath }: RealEngine): ZooContainer[] {
  const profile = (name: keyof typeof profiles) => `seccomp=${folder}/${name}.json`;
  return [
    // The two ends.
    { name: 'plain', options: [], fails: careless },
    { name: 'hardened', options: networked(), fails: [] },

    // Privileges.
    { name: 'privileged', options: ['--privileged'], fails: [...careless, ...privileged] },
    {
      name: 'vanilla',
      options: guarded('--privileged'),
      fails: privileged,
      unknown: liftable,
    },
    {
      name: 'labelled',
      options: guarded('--privileged', '--label', 'docker_bench_security=1'),
      fails: privileged,
      unknown: liftable,
    },
    {
      name: 'stopped-privileged',
      options: ['--privileged'],
      fate: 'stays-created',
      fails: [...careless, ...privileged],
    },
    {
      name: 'all-capabilities',
      options: guarded('--cap-add', 'ALL'),
      fails: ['no-added-capabilities'],
    },
    {
      name: 'sys-admin',
      options: guarded('--cap-add', 'SYS_ADMIN'),
      fails: ['no-added-capabilities'],
    },
    { name: 'low-ports-only', options: guarded('--cap-add', 'NET_BIND_SERVICE'), fails: [] },
    {
      name: 'can-gain-privileges',
      options: unguarded('privileges', '--security-opt', 'no-new-privileges=false'),
      fails: ['no-new-privileges'],
    },
    {
      name: 'seccomp-unconfined',
      options: guarded('--security-opt', 'seccomp=unconfined'),
      fails: ['no-seccomp-off'],
    },
    {
      name: 'seccomp-open',
      options: guarded('--security-opt', profile('open')),
      fails: ['no-seccomp-off'],
    },
    { name: 'seccomp-own', options: guarded('--security-opt', profile('own')), fails: [] },

    // Users.
    { name: 'user-zero', options: unguarded('user', '--user', '0:0'), fails: ['no-root-user'] },
    { name: 'user-zeros', options: unguarded('user', '--user', '00'), fails: ['no-root-user'] },
    { name: 'user-alias', options: unguarded('user', '--user', 'toor'), fails: ['no-root-user'] },
    { name: 'user-name', options: unguarded('user', '--user', 'www'), fails: [] },
    { name: 'image-zero', image: 'zero:1.0', options: unguarded('user'), fails: ['no-root-user'] },
    { name: 'image-named', image: 'named:1.0', options: unguarded('user'), fails: [] },
    {
      name: 'image-alias',
      image: 'alias:1.0',
      options: unguarded('user'),
      fails: ['no-root-user'],
    },
    {
      name: 'alias-never-started',
      options: unguarded('user', '--user', 'toor'),
      fate: 'stays-created',
      fails: ['no-root-user'],
    },
    {
      name: 'user-nobody-knows',
      options: unguarded('user', '--user', 'ghost'),
      fate: 'stays-created',
      fails: [],
      unknown: ['no-root-user'],
    },

    // Namespaces, also over one and two other containers.
    {
      name: 'host-network',
      options: unguarded('network', '--network', 'host'),
      fails: ['no-host-network'],
      unknown: publishes,
    },
    { name: 'host-pid', options: guarded('--pid', 'host'), fails: ['no-host-pid'] },
    { name: 'host-ipc', options: guarded('--ipc', 'host'), fails: ['no-host-ipc'] },
    { name: 'host-uts', options: guarded('--uts', 'host'), fails: ['no-host-uts'] },
    // An engine that remaps nobody has no user namespace to share.
    { name: 'host-users', options: guarded('--userns', 'host'), fails: [] },
    {
      name: 'joins-host-pid',
      options: guarded('--pid', 'container:host-pid'),
      fails: ['no-host-pid'],
    },
    {
      name: 'joins-host-pid-twice',
      options: guarded('--pid', 'container:joins-host-pid'),
      fails: ['no-host-pid'],
    },
    {
      name: 'joins-host-ipc',
      options: guarded('--ipc', 'container:host-ipc'),
      fails: ['no-host-ipc'],
    },
    { name: 'joins-private-pid', options: guarded('--pid', 'container:hardened'), fails: [] },
    {
      name: 'joins-private-pid-twice',
      options: guarded('--pid', 'container:joins-private-pid'),
      fails: [],
    },
    {
      name: 'joins-host-network',
      options: unguarded('network', '--network', 'container:host-network'),
      fails: ['no-host-network'],
      unknown: publishes,
    },
    {
      name: 'joins-private-network',
      options: unguarded('network', '--network', 'container:hardened'),
      fails: [],
    },
    {
      name: 'joins-default-bridge',
      options: unguarded('network', '--network', 'container:plain'),
      fails: ['no-default-bridge'],
    },
    { name: 'gone', options: guarded(), fate: 'is-removed', fails: [] },
    {
      name: 'joins-gone-pid',
      options: guarded('--pid', 'container:gone'),
      fate: 'stays-created',
      fails: [],
      unknown: ['no-host-pid'],
    },

    // Mounts and devices.
    {
      name: 'engine-socket',
      options: guarded('--volume', `${socketPath}:/var/run/docker.sock`),
      fails: ['no-docker-socket-mount'],
    },
    {
      name: 'engine-socket-folder',
      options: guarded('--volume', `${folder}:/engine:ro`),
      fails: ['no-docker-socket-mount'],
    },
    {
      name: 'whole-host',
      options: guarded('--volume', '/:/host:ro'),
      fails: ['no-docker-socket-mount', 'no-sensitive-mount'],
    },
    {
      name: 'disguised-mount',
      options: guarded('--volume', `${disguisedVolume.name}:/data`),
      fails: ['no-sensitive-mount'],
    },
    { name: 'volume-at-etc', options: guarded('--volume', 'settings:/etc'), fails: [] },
    { name: 'tmpfs', options: guarded('--tmpfs', '/run'), fails: [] },
    {
      name: 'shared-mount',
      options: guarded('--volume', `${folder}/shared:/data:rshared`),
      fails: ['no-shared-propagation'],
    },
    {
      name: 'device',
      options: guarded('--device', '/dev/kmsg:/dev/disk'),
      fails: ['no-host-device'],
    },
    {
      name: 'device-rule',
      options: guarded('--device-cgroup-rule', 'b 8:* rwm'),
      fails: ['no-host-device'],
    },

    // Ports and networks.
    { name: 'default-bridge', options: unguarded('network'), fails: ['no-default-bridge'] },
    {
      name: 'local-port',
      options: networked('--publish', '127.0.0.1:1024:80'),
      fails: [],
      unknown: publishes,
    },
    {
      name: 'web-port',
      options: networked('--publish', '0.0.0.0:80:80'),
      fails: ['no-privileged-port', 'no-public-port'],
      unknown: publishes,
    },
    {
      name: 'ipv6-port',
      options: networked('--publish', '[::]:8443:443'),
      fails: ['no-public-port'],
      unknown: publishes,
    },

    // Limits.
    { name: 'cpu-quota', options: unguarded('cpu', '--cpu-quota', '50000'), fails: [] },
    { name: 'cpu-weight', options: unguarded('cpu', '--cpu-shares', '512'), fails: [] },
    {
      name: 'cpu-default-weight',
      options: unguarded('cpu', '--cpu-shares', '1024'),
      fails: ['cpu-limit'],
    },
    {
      name: 'no-pids-limit',
      options: unguarded('pids', '--pids-limit', '-1'),
      fails: ['pids-limit'],
    },
    { name: 'restart-always', options: guarded('--restart', 'always'), fails: ['restart-limit'] },
    {
      name: 'restart-on-failure',
      options: guarded('--restart', 'on-failure'),
      fails: ['restart-limit'],
    },
    { name: 'restart-limited', options: guarded('--restart', 'on-failure:5'), fails: [] },
    ...contents,
  ];
}

/** What is inside and how it lives. */
const contents: readonly ZooContainer[] = [
  {
    name: 'environment-secret',
    options: guarded('--env', 'DB_PASSWORD=correct-horse-battery'),
    fails: ['no-env-secret'],
  },
  { name: 'secret-file', options: guarded('--env', 'DB_PASSWORD_FILE=/run/secrets/db'), fails: [] },
  {
    name: 'image-secret',
    image: 'secretive:1.0',
    options: guarded(),
    fails: ['no-env-secret'],
  },
  { name: 'ssh-server', options: guarded(), command: ['sshd'], fails: ['no-sshd'] },
  { name: 'sshd', options: guarded(), fails: [] },
  { name: 'healthy', image: 'healthy:1.0', options: unguarded('health'), fails: [] },
  {
    name: 'health-off',
    image: 'healthy:1.0',
    options: unguarded('health', '--no-healthcheck'),
    fails: ['healthcheck'],
  },
  {
    name: 'image-health-off',
    image: 'health-off:1.0',
    options: unguarded('health'),
    fails: ['healthcheck'],
  },
  { name: 'late-update', image: 'late-update:1.0', options: guarded(), fails: [] },
  { name: 'macaddress', image: 'macaddress:1.0', options: guarded(), fails: [] },
  { name: 'no-tag', image: 'floating', options: guarded(), fails: ['no-mutable-tag'] },
  { name: 'paused', options: guarded(), fate: 'is-paused', fails: [] },
  { name: 'exited', options: guarded(), command: ['true'], fate: 'exits', fails: [] },
  {
    name: 'shop-web-1',
    options: unguarded('memory', ...composeLabels('shop', 'web')),
    fails: ['memory-limit'],
  },
  {
    name: 'shop-web-2',
    options: unguarded('rootfs', ...composeLabels('shop', 'web')),
    fails: ['read-only-rootfs'],
  },
];

function composeLabels(project: string, service: string): string[] {
  return [
    ...['--label', `com.docker.compose.project=${project}`],
    ...['--label', `com.docker.compose.service=${service}`],
  ];
}
