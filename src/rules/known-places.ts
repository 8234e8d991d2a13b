import { helperSettings } from '../controls/system-paths.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import { FOUND_BY_READING } from './dangerous-capabilities.ts';

/** A place of the host that no container should see, with everything below and above it. */
export interface DangerousPlace {
  path: string;
  /** Completes "whoever writes there …"; null where nothing becomes of writing alone. */
  writing: string | null;
  /** Completes "whoever reads there …"; null where reading alone opens nothing. */
  reading: string | null;
  /** Of a socket: completes "whoever connects there …", which a read-only mount does not stop. Else absent. */
  connecting?: string;
  /**
   * Root runs or believes what is there on some hosts alone: others lack the software, and have the folder from the
   * mount itself. Else absent.
   */
  isUnsure?: true;
  /** What has to be found first by who writes there. Else absent. */
  after?: string;
}

const UNSURE: readonly string[] = [
  '/run/docker/swarm/control.sock',
  ...['/opt/bin', '/opt/cni', '/nix', '/gnu', '/ostree', '/sysroot', '/efi'],
  ...['/etc/kubernetes', '/var/lib/kubelet', '/var/lib/rancher', '/var/lib/etcd', '/var/lib/snapd'],
  ...['/var/lib/lxc', '/var/lib/lxd', '/var/lib/incus', '/var/lib/machines', '/var/lib/libvirt'],
  ...['/var/lib/containers', '/var/lib/cloud', '/etc/cloud', '/etc/NetworkManager', '/etc/network'],
  ...['/etc/acpi', '/etc/ppp', '/etc/needrestart', '/etc/dracut.conf.d', '/etc/initramfs-tools'],
  ...['/usr/share/initramfs-tools', '/etc/inetd.conf', '/etc/xinetd.d', '/etc/X11', '/etc/zsh'],
  ...['/etc/inittab', '/var/lib/sss', '/var/spool/at', '/etc/anacrontab', '/run/secrets'],
  ...['/lib32', '/libx32', '/usr/lib32', '/usr/libx32', '/usr/local/lib64'],
  ...[
    '/var/lib/amazon',
    '/var/lib/dkms',
    '/var/lib/puppet',
    '/var/lib/selinux',
    '/var/lib/waagent',
  ],
  ...['/etc/cdi', '/run/cdi', '/opt/nri', '/run/polkit-1', '/run/dbus-1', '/run/credentials'],
  ...['/run/tmpfiles.d', '/run/sysctl.d', '/run/binfmt.d', '/run/modules-load.d'],
  ...['/run/cloud-init'],
  ...['/var/cache/apt', '/var/cache/debconf', '/var/cache/dnf', '/var/cache/libdnf5'],
  ...['/var/cache/yum', '/var/cache/pacman', '/var/cache/salt', '/var/lib/apt', '/var/lib/pacman'],
  ...['/run/runc', '/run/crun', '/run/containers', '/run/libpod', '/var/lib/ceph', '/var/lib/k0s'],
  ...['/var/lib/minikube', '/var/lib/polkit-1', '/var/ossec', '/opt/gitlab', '/opt/puppetlabs'],
  ...['/opt/aws', '/opt/CrowdStrike', '/opt/datadog-agent/bin', '/opt/datadog-agent/embedded'],
  ...['/opt/google', '/opt/microsoft'],
  ...['/opt/nessus_agent', '/opt/rapid7', '/opt/splunkforwarder', '/run/current-system'],
  ...['/run/wrappers', '/var/lib/vz/images', '/var/lib/vz/snippets', '/var/roothome'],
  '/var/usrlocal',
  // Not by the rules of every version.
  '/run/udev/control',
  // Of what was changed in a copy, or under the name of a user, root runs nothing by itself.
  ...['/var/backups', '/etc/ssl/private', '/var/lib/systemd'],
];

/** Places of one kind; null where nothing becomes of reading or of writing. */
export const place = (reading: string | null, writing: string | null, ...paths: string[]) =>
  paths.map(
    (path): DangerousPlace => ({
      ...{ path, writing, reading },
      ...(UNSURE.includes(path) ? { isUnsure: true } : {}),
    }),
  );

/** A socket by which programs are run as root. */
export const socket = (path: string): DangerousPlace => ({
  ...{ path, writing: null, reading: null, connecting: ORDERS },
  ...(UNSURE.includes(path) ? { isUnsure: true } : {}),
});

/** Reasons, which complete "whoever writes there …" or "whoever reads there …". */
export const PROGRAMS = 'changes programs that root runs';
const LIBRARIES = 'changes code that programs of root load';
const JOBS = 'adds a job that root runs';
const BOOT = 'changes what the host starts';
const ACCOUNTS = 'makes an account that is root';
const MODULES = 'changes the kernel';
export const HOOKS = 'names programs that root runs when a container starts';
const CONFINEMENT = 'changes what SELinux forbids';
export const WORKLOADS = 'changes the files and settings of every container';
export const LOGINS = 'can log in as that user';
export const STARTS = 'has programs run as that user';
const ORDERS = 'has programs run as root';
const PASSWORDS = 'finds password hashes';
export const KEYS = 'finds private keys';
const TYPED = 'takes what somebody types on a terminal of the host';
/** Proxmox keeps the sockets of machines there, each named by the number of its machine. */
const MACHINES = '/run/qemu-server';
/**
 * Where the shims of containerd listen, wherever that has its own socket: root of the host’s users has one start whatever
 * program of the host it names, as the one to which a command writes (`binary://`).
 */
const SHIMS = '/run/containerd/s';
/** A socket in either folder. */
export const SOCKET_OF_ONE = /^\/run\/(qemu-server\/\d+\.qmp|containerd\/s\/[^/]+)$/;
const SHARED = 'finds what programs of the host share with each other';
export const FILES_OF_ONE = 'changes files of another container';
export const SECRETS_OF_ONE = 'finds what another container keeps';
export const OTHERS = 'finds the files and secrets of every container';

/** A place among the files of the kernel from which whoever writes there comes to the host. */
interface KernelPlace {
  path: string;
  /** Completes "whoever writes there …". */
  writing: string;
  reading: null;
  /** What has to be found first, since what is written there is no way by itself. Else absent. */
  after?: string;
  /** Most hosts have a filesystem of its own there, which a read-only mount above it may leave writable. Else absent. */
  isMount?: true;
}

const HELPERS = 'names a program that the kernel starts as root';
const KERNEL = 'changes the kernel';

const kernelPlace = (
  path: string,
  writing: string,
  rest: Partial<KernelPlace> = {},
): KernelPlace => ({
  ...{ path, writing, reading: null },
  ...rest,
});
const mount = (path: string, writing: string, after?: string): KernelPlace =>
  kernelPlace(path, writing, { isMount: true, ...(after === undefined ? {} : { after }) });

/** The registers of devices that `/sys/bus/pci` has as well, of whose writers no capability is asked either (`drivers/pci/proc.c`). */
export const HARDWARE = '/proc/bus/pci';
const FORBIDDEN = 'a weakness of the host that they kept shut';

/**
 * The kernel asks whoever writes there for no capability, but for policies of AppArmor, SafeSetID and IPE (CAP_MAC_ADMIN):
 * owner and mode decide, so root of a container may. Where it is locked down (kernel_lockdown(7)) it refuses most.
 */
const kernelPlaces: readonly KernelPlace[] = [
  ...helperSettings.map((path) => kernelPlace(path, HELPERS)),
  mount('/proc/sys/fs/binfmt_misc', HELPERS),
  kernelPlace('/sys/module', KERNEL),
  // Tables of the firmware are programs of the kernel (`drivers/acpi/acpi_configfs.c`).
  mount('/sys/kernel/config', KERNEL),
  mount('/sys/kernel/debug', KERNEL),
  // A probe tells what lies at any address, and what any program hands over (`kernel/trace/trace_kprobe.c`).
  mount(
    '/sys/kernel/tracing',
    'reads the memory of the kernel and of every process',
    FOUND_BY_READING,
  ),
  // That of IMA is open to every root (`security/integrity/ima/ima_fs.c`).
  mount('/sys/kernel/security', 'changes what security modules of the kernel forbid', FORBIDDEN),
  kernelPlace('/sys/kernel', KERNEL),
  mount('/sys/fs/selinux', 'changes what SELinux forbids', FORBIDDEN),
  mount('/sys/firmware/efi/efivars', 'changes what the host starts'),
  // A device that reads and writes memory is told where by its registers (`drivers/pci/pci-sysfs.c`).
  ...['/sys/bus', '/sys/devices', HARDWARE].map((path) =>
    kernelPlace(path, 'gives orders to the hardware'),
  ),
];

/**
 * Every place from which a container comes to the host, with the reason: for rules, the default of
 * the policy and the ways to the host alike.
 */
export const dangerousPlaces: readonly DangerousPlace[] = [
  ...place(null, PROGRAMS, '/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/libexec'),
  ...place(null, PROGRAMS, '/usr/local/bin', '/usr/local/sbin', '/opt/cni', '/opt/containerd'),
  // Of Flatcar, NixOS and Guix, and the system itself where OSTree keeps it.
  ...place(null, PROGRAMS, '/opt/bin', '/nix', '/gnu', '/ostree', '/sysroot'),
  ...place(null, PROGRAMS, '/run/current-system', '/run/wrappers', '/var/usrlocal'),
  // Plugins of NRI, which engines start, and devices by the Container Device Interface, which come with hooks.
  ...place(null, HOOKS, '/opt/nri', '/etc/cdi', '/run/cdi'),
  // What runc and crun keep of a running container names its hooks; so does what Podman keeps of one.
  ...place(null, HOOKS, '/run/runc', '/run/crun', '/run/containers', '/run/libpod'),
  ...place(null, LIBRARIES, '/lib', '/lib32', '/lib64', '/libx32', '/usr/lib', '/usr/lib32'),
  ...place(null, LIBRARIES, '/usr/lib64', '/usr/local/lib', '/usr/local/lib64', '/usr/libx32'),
  ...place(null, LIBRARIES, '/usr/share/perl5', '/usr/share/python3', '/etc/alternatives'),
  ...place(null, LIBRARIES, '/etc/perl', '/etc/python3', '/usr/local/share/perl'),
  ...place(null, LIBRARIES, '/etc/ld.so.cache', '/etc/environment', '/etc/environment.d'),
  ...place(null, LIBRARIES, '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/ld.so.preload'),
  ...place(null, JOBS, '/etc/anacrontab', '/etc/cron.d', '/etc/cron.daily', '/etc/cron.hourly'),
  ...place(null, JOBS, '/etc/cron.monthly', '/etc/cron.weekly', '/etc/crontab', '/etc/apt'),
  ...place(null, JOBS, '/etc/logrotate.d', '/etc/logrotate.conf', '/etc/dhcp', '/etc/network'),
  ...place(null, JOBS, '/var/spool/at', '/var/spool/cron', '/var/lib/dpkg', '/var/lib/rpm'),
  // What a package manager has checked and installs in the next moment, and the scripts of packages.
  ...place(null, JOBS, '/var/cache/apt', '/var/cache/debconf', '/var/cache/dnf', '/var/lib/apt'),
  ...place(null, JOBS, '/var/cache/libdnf5', '/var/cache/yum', '/var/cache/pacman'),
  ...place(null, JOBS, '/var/lib/pacman'),
  // Of agents and servers whose programs and scripts root runs from there.
  ...place(null, JOBS, '/var/cache/salt', '/var/ossec', '/opt/gitlab', '/opt/puppetlabs'),
  ...place(null, JOBS, '/opt/aws', '/opt/CrowdStrike', '/opt/microsoft'),
  // Of the rest its container writes to `run`.
  ...place(null, JOBS, '/opt/datadog-agent/bin', '/opt/datadog-agent/embedded'),
  ...place(null, JOBS, '/opt/google', '/opt/nessus_agent', '/opt/rapid7', '/opt/splunkforwarder'),
  // Scripts that Proxmox runs around a machine.
  ...place(null, JOBS, '/var/lib/vz/snippets'),
  ...place(null, JOBS, '/var/lib/ceph', '/var/lib/k0s', '/var/lib/minikube'),
  ...place(KEYS, JOBS, '/var/lib/cloud'),
  ...place(null, JOBS, '/etc/cloud', '/etc/NetworkManager', '/etc/profile'),
  ...place(null, JOBS, '/etc/profile.d', '/etc/bash.bashrc', '/etc/update-motd.d', '/etc/udev'),
  ...place(null, JOBS, '/run/udev', '/var/lib/snapd', '/etc/bash_completion.d', '/etc/zsh'),
  ...place(null, JOBS, '/usr/share/bash-completion', '/etc/dpkg', '/etc/ca-certificates'),
  ...place(null, JOBS, '/etc/kernel', '/etc/initramfs-tools', '/usr/share/initramfs-tools'),
  ...place(null, JOBS, '/etc/dracut.conf.d', '/etc/ppp', '/etc/acpi', '/etc/needrestart'),
  ...place(null, JOBS, '/etc/rsyslog.conf', '/etc/rsyslog.d', '/etc/inetd.conf', '/etc/xinetd.d'),
  ...place(null, JOBS, '/etc/tmpfiles.d', '/etc/sysusers.d', '/etc/X11'),
  ...place(
    null,
    BOOT,
    '/boot',
    '/efi',
    '/etc/default',
    '/etc/fstab',
    '/etc/init.d',
    '/etc/rc.local',
  ),
  ...place(null, BOOT, '/etc/modprobe.d', '/etc/modules-load.d', '/etc/sysctl.d', '/etc/systemd'),
  ...place(null, BOOT, '/run/systemd', '/run/dbus', '/etc/rc.d'),
  // With its key for credentials, and what programs of root had in memory when they crashed.
  ...place(KEYS, BOOT, '/var/lib/systemd'),
  ...place(null, BOOT, '/etc/rc0.d', '/etc/rc1.d', '/etc/rc2.d', '/etc/rc3.d', '/etc/rc4.d'),
  ...place(null, BOOT, '/etc/rc5.d', '/etc/rc6.d', '/etc/rcS.d', '/etc/inittab', '/etc/grub.d'),
  ...place(null, BOOT, '/etc/binfmt.d', '/etc/sysconfig', '/etc/crypttab'),
  // As those below /etc (modprobe.d(5), tmpfiles.d(5)), and what systemd-shutdown(8) runs last of all.
  ...place(
    null,
    BOOT,
    '/run/modprobe.d',
    '/run/modules-load.d',
    '/run/sysctl.d',
    '/run/tmpfiles.d',
  ),
  ...place(null, BOOT, '/run/binfmt.d', '/run/initramfs', '/run/dbus-1'),
  ...place(null, ACCOUNTS, '/etc/group', '/etc/nsswitch.conf', '/etc/pam.d', '/etc/passwd'),
  ...place(null, ACCOUNTS, '/etc/polkit-1', '/etc/sudoers', '/etc/sudoers.d', '/run/polkit-1'),
  ...place(null, ACCOUNTS, '/var/lib/polkit-1'),
  ...place(PASSWORDS, ACCOUNTS, '/etc/gshadow', '/etc/shadow', '/var/backups', '/var/lib/sss'),
  // With the passwords of before.
  ...place(PASSWORDS, ACCOUNTS, '/etc/security'),
  // The home of root, and that of OSTree.
  ...place(KEYS, ACCOUNTS, '/etc/ssh', '/root', '/var/roothome'),
  ...place(KEYS, BOOT, '/etc/docker', '/etc/containerd', '/etc/kubernetes', '/etc/ssl/private'),
  ...place(OTHERS, WORKLOADS, '/var/lib/docker', '/var/lib/containerd', '/var/lib/containers'),
  ...place(OTHERS, WORKLOADS, '/var/lib/kubelet', '/var/lib/rancher', '/var/lib/etcd'),
  ...place(
    OTHERS,
    WORKLOADS,
    '/var/lib/lxc',
    '/var/lib/lxd',
    '/var/lib/incus',
    '/var/lib/machines',
  ),
  ...place(OTHERS, WORKLOADS, '/var/lib/libvirt', '/run/secrets', '/run/containerd', '/run/docker'),
  ...place(OTHERS, WORKLOADS, '/var/lib/vz/images'),
  // What systemd hands to services, and a cloud to its machine.
  ...place(KEYS, null, '/run/credentials', '/run/cloud-init'),
  // Agents that run there what they were told, with the keys by which they believe it.
  ...place(KEYS, JOBS, '/var/lib/amazon', '/var/lib/puppet', '/var/lib/waagent'),
  // Its key signs the modules that it builds from there.
  ...place(KEYS, MODULES, '/var/lib/dkms'),
  ...place(null, CONFINEMENT, '/var/lib/selinux'),
  // Their group of devices is open to every container (runc `specconv`).
  ...place(TYPED, null, '/dev/pts'),
  ...place(SHARED, null, '/dev/shm', '/dev/mqueue', '/dev/hugepages'),
  ...kernelPlaces,
  // Of services that do what root may. A mounted socket of an engine is told apart, its folder is not.
  ...['/run/dbus/system_bus_socket', '/run/systemd/private', '/run/snapd.socket'].map(socket),
  ...['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock', MACHINES, SHIMS].map(socket),
  ...['/var/lib/lxd/unix.socket', '/var/snap/lxd/common/lxd/unix.socket'].map(socket),
  // By its property REMOVE_CMD, which rules of systemd run when a device goes (`udevadm control --property`, systemd 257).
  ...['/var/lib/incus/unix.socket', '/run/fail2ban/fail2ban.sock', '/run/udev/control'].map(socket),
  ...['/run/podman/podman.sock', '/run/crio/crio.sock', '/run/nri/nri.sock'].map(socket),
  // Of a manager of a swarm: it asks nobody there who he is (moby `daemon/cluster`).
  socket('/run/docker/swarm/control.sock'),
  ...['/run/k3s/containerd/containerd.sock', '/run/k0s/containerd.sock'].map(socket),
  ...['/var/snap/microk8s/common/run/containerd.sock', '/run/cri-dockerd.sock'].map(socket),
];

/** What has to be found first by who writes to a path among these; null where some of what it shows needs nothing else. */
export function afterWriting(path: string): string | null {
  const around = kernelPlaces.filter((one) => isWithin(path, one.path));
  const nearest = around.toSorted((a, b) => b.path.length - a.path.length).slice(0, 1);
  const shown = [...nearest, ...kernelPlaces.filter((one) => isWithin(one.path, path))];
  const [first] = shown;
  return shown.every(({ after }) => after !== undefined) ? (first?.after ?? null) : null;
}

/** Filesystems of the kernel below a folder of the host. */
export const kernelMountsBelow = (path: string): string[] =>
  kernelPlaces
    .filter((one) => one.isMount && one.path !== path && isWithin(one.path, path))
    .map((one) => one.path);
