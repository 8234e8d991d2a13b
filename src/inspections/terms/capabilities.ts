import type { Term } from './term.ts';

const explained: readonly [name: string, text: string, more?: readonly string[]][] = [
  [
    'SYS_ADMIN',
    'The capability of everything that has none of its own: mounting, joining namespaces, tracing with perf, dozens of device calls. It undoes most of what separates a container from its host, and many known escapes ask for nothing else. Look for the narrower capability, or let the host do the mount.',
  ],
  [
    'NET_ADMIN',
    'Allows to configure interfaces, routes, firewall rules and traffic control of the network namespace. In a namespace of its own that is bounded, though it opens large parts of kernel code to attack. With the host’s network it is control over the traffic of the host.',
    ['no-host-network'],
  ],
  [
    'SYS_PTRACE',
    'Allows to trace any process that is in sight: read its memory, change its registers, run code in it. Within a PID namespace of its own it reaches the container’s processes alone; with the host’s PID namespace it reaches every process of the host, and so is root there.',
    ['no-host-pid'],
  ],
  [
    'DAC_READ_SEARCH',
    'Passes by the permissions for reading files and searching folders, and allows `open_by_handle_at`. With that call a container can open files of the host’s filesystem that are mounted nowhere inside of it, as the “shocker” exploit showed in 2014. Docker does not grant it.',
  ],
  [
    'DAC_OVERRIDE',
    'Passes by the permissions for reading, writing and executing files. Docker grants it by default, so root in a container may write whatever is mounted there, whoever owns it. A service that runs as an ordinary user does not need it: drop it.',
    ['no-root-user'],
  ],
  [
    'SYS_MODULE',
    'Allows to load and unload kernel modules. The kernel is shared, so a module that a container loads runs with every right on the host: this capability is root on the host. Load modules on the host at boot instead.',
  ],
  [
    'NET_RAW',
    'Allows raw and packet sockets: ping, but also forged source addresses and ARP spoofing against neighbours on the same bridge. Docker grants it by default. Most services never need it, and ping can do without where `net.ipv4.ping_group_range` allows.',
    ['no-default-bridge', 'default-bridge-icc-off'],
  ],
  [
    'SYS_RAWIO',
    'Allows to access I/O ports and raw memory devices such as /dev/mem. Whoever reads and writes the memory of the machine is above the kernel, so this is root on the host wherever the devices can be reached.',
    ['no-host-device'],
  ],
  [
    'SYS_BOOT',
    'Allows `reboot` and loading another kernel with `kexec_load`. In a PID namespace of its own `reboot` only ends that namespace, but a kernel that is loaded replaces the host’s.',
  ],
  [
    'SYS_TIME',
    'Allows to set the system clock, which no namespace separates. A wrong clock on the host breaks certificates, logs, tickets and schedules of everything that runs there.',
  ],
  [
    'BPF',
    'Allows to load BPF programs and to use most of their kinds (Linux 5.8; before that it took SYS_ADMIN). Together with PERFMON such programs read the memory of the whole kernel, and their checker has had several holes that led to root.',
  ],
  [
    'PERFMON',
    'Allows performance monitoring and tracing of the whole system (Linux 5.8; before that it took SYS_ADMIN). It watches what other containers and the kernel do, and samples the stack of every process of the host, secrets on it included.',
  ],
  [
    'SYSLOG',
    'Allows to read and clear the kernel’s log and to see kernel addresses where they are hidden. The addresses defeat the randomised layout that makes exploits of the kernel harder.',
  ],
  [
    'MKNOD',
    'Allows to create device files. Docker grants it by default; the device cgroup still decides which devices may be opened, so it becomes dangerous together with devices or device rules that were handed in. It can nearly always be dropped.',
    ['no-host-device'],
  ],
  [
    'SETUID',
    'Allows to become any user of the user namespace, root included; SETGID does the same for groups. Docker grants both by default, because entry points start as root and step down. An image that names its user needs neither.',
    ['no-root-user', 'image-user-set', 'no-new-privileges'],
  ],
  [
    'SETFCAP',
    'Allows to give files capabilities, which later processes gain by starting them. Docker grants it by default. It is needed when an image is built or packages are installed, hardly ever when a service runs.',
    ['no-new-privileges'],
  ],
  [
    'CHOWN',
    'Allows to give a file to any user and group. Docker grants it by default. On a folder of the host that is mounted writable, it changes owners on the host.',
    ['no-sensitive-mount'],
  ],
  [
    'NET_BIND_SERVICE',
    'Allows to bind ports below 1024. Docker grants it by default, and since Docker 20.10 containers may bind low ports without it, because the engine sets `net.ipv4.ip_unprivileged_port_start` to 0 in their network namespaces. So it can nearly always be dropped.',
    ['no-privileged-port'],
  ],
];

/** Single capabilities, under their kernel name and without `CAP_`. */
export const capabilityTerms: readonly Term[] = explained.map(([name, text, more = []]) => {
  const full = `CAP_${name}`;
  return {
    id: full.toLowerCase().replaceAll('_', '-'),
    name: full,
    aliases: [name],
    text,
    source: 'capabilities(7)',
    rules: ['no-added-capabilities', 'no-privileged-container', ...more],
    containers: {
      label: 'Configured with it',
      match: ({ configuredCapabilities }) => configuredCapabilities.includes(full),
    },
  };
});
