import type { Term } from './term.ts';

const shared = 'Sharing the host’s';

/** What a container sees of the machine, kind by kind. */
export const namespaceTerms: readonly Term[] = [
  {
    id: 'namespace',
    name: 'namespace',
    aliases: ['namespaces', 'linux namespace', 'kernel namespace'],
    text: 'A view of one kind of system resource that a set of processes has for itself: process numbers, network, mounts, host name, users and more. A container is a process with such views of its own. It is still a process of the host’s kernel, and each namespace that it shares with the host takes one separation away.',
    source: 'namespaces(7)',
    rules: ['no-host-pid', 'no-host-network', 'no-host-ipc', 'no-host-uts', 'no-host-userns'],
    containers: {
      label: 'Sharing at least one with the host',
      match: (facts) =>
        [
          facts.pidNamespace,
          facts.networkNamespace,
          facts.ipcNamespace,
          facts.utsNamespace,
          facts.cgroupNamespace,
        ].some(({ resolved }) => resolved === 'host'),
    },
  },
  {
    id: 'user-namespace',
    name: 'user namespace',
    aliases: ['userns', 'userns remap', 'user remapping', 'user ns', 'uid mapping', 'subuid'],
    text: 'Maps the users of a container to other users of the host, so that root inside is nobody outside. Of all namespaces it helps most against an escape, and it is the only one that Docker leaves off unless `userns-remap` is set or the engine runs rootless. `--userns=host` takes one container out of it.',
    source: 'user_namespaces(7); Docker manual, “Isolate containers with a user namespace”',
    rules: ['userns-remap', 'no-host-userns', 'no-root-user'],
    containers: { label: 'Taken out of it', facet: 'host-userns' },
  },
  {
    id: 'pid-namespace',
    name: 'PID namespace',
    aliases: ['pid ns', 'process namespace', 'host pid'],
    text: 'Gives a container process numbers of its own, so that it sees only its own processes. With `--pid=host` it sees all of the host, with their arguments and often their environment, and may signal those of the same user. Who has the user and every capability of a process in sight also opens its files and sockets, through `/proc/PID/root`; the same holds for containers that share a PID namespace.',
    source: 'pid_namespaces(7)',
    rules: ['no-host-pid'],
    containers: { label: shared, facet: 'host-pid' },
  },
  {
    id: 'network-namespace',
    name: 'network namespace',
    aliases: ['net namespace', 'netns', 'net ns', 'host network'],
    text: 'Gives a container interfaces, addresses, routes and ports of its own. With `--network=host` it uses those of the host: it reaches what listens on the host’s loopback and on abstract sockets, and every port that it opens is open on the host, published or not.',
    source: 'network_namespaces(7); Docker manual, “Host network driver”',
    rules: ['no-host-network', 'no-default-bridge'],
    containers: { label: shared, facet: 'host-network' },
  },
  {
    id: 'ipc-namespace',
    name: 'IPC namespace',
    aliases: ['ipc ns', 'host ipc', 'shared memory namespace'],
    text: 'Gives a container shared memory, semaphores and message queues of its own. With `--ipc=host` it reaches those of the processes of the host, which trust whoever can attach to them.',
    source: 'ipc_namespaces(7)',
    rules: ['no-host-ipc'],
    containers: { label: shared, facet: 'host-ipc' },
  },
  {
    id: 'uts-namespace',
    name: 'UTS namespace',
    aliases: ['uts ns', 'hostname namespace', 'host uts'],
    text: 'Gives a container a host name and NIS domain name of its own. With `--uts=host` a process that holds SYS_ADMIN there can rename the host, which confuses logs, licences and clusters.',
    source: 'uts_namespaces(7)',
    rules: ['no-host-uts'],
    containers: { label: shared, facet: 'host-uts' },
  },
  {
    id: 'mount-namespace',
    name: 'mount namespace',
    aliases: ['mnt namespace', 'mount ns', 'mntns'],
    text: 'Gives a container a tree of mounts of its own, built from its image, its volumes and what is bind-mounted from the host. Docker always creates one, so the question is what is mounted into it, and whether mounts made inside spread to the host.',
    source: 'mount_namespaces(7)',
    rules: ['no-sensitive-mount', 'no-shared-propagation', 'no-docker-socket-mount'],
    containers: { label: 'With sensitive host paths in it', facet: 'sensitive-mount' },
  },
  {
    id: 'cgroup-namespace',
    name: 'cgroup namespace',
    aliases: ['cgroup ns', 'cgroupns'],
    text: 'Shows a container its own control group as the root of the tree and hides the names of all others. It is the default of Docker with cgroup v2; with `--cgroupns=host` a container sees how the whole host is divided.',
    source: 'cgroup_namespaces(7)',
    rules: [],
    containers: {
      label: shared,
      match: ({ cgroupNamespace }) => cgroupNamespace.resolved === 'host',
    },
  },
];
