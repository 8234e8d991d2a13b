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

/**
 * As the table below writes a path: with a question mark behind it, it is one of some hosts alone, or of what was changed
 * there root runs nothing by itself (a copy, or what belongs to the user of a service).
 */
const written = (text: string): Pick<DangerousPlace, 'path' | 'isUnsure'> =>
  text.endsWith('?') ? { path: text.slice(0, -1), isUnsure: true } : { path: text };

const places = (reading: string | null, writing: string | null, paths: string): DangerousPlace[] =>
  paths.split(' ').map((path) => ({ ...written(path), writing, reading }));

const service = (path: string): DangerousPlace => ({ ...socket(''), ...written(path) });

/** A place of one kind; null where nothing becomes of reading or of writing. */
export const place = (
  reading: string | null,
  writing: string | null,
  path: string,
): DangerousPlace => ({
  ...{ path, writing, reading },
  ...(unsure.has(path) ? { isUnsure: true } : {}),
});

/** A socket by which programs are run as root. */
export const socket = (path: string): DangerousPlace => ({
  ...{ path, writing: null, reading: null, connecting: ORDERS },
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
/** Of a project in the home of root. */
export const MAYBE_RUN = 'changes files of root, who may run them';
const ORDERS = 'has programs run as root';
const PASSWORDS = 'finds password hashes';
export const KEYS = 'finds private keys';
export const CREDENTIALS = 'finds passwords and keys of that user for other places';
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
interface KernelPlace extends DangerousPlace {
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
  ...helperSettings.sure.map((path) => kernelPlace(path, HELPERS)),
  ...helperSettings.unsure.map((path) => kernelPlace(path, HELPERS, { isUnsure: true })),
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
  ...places(null, PROGRAMS, '/bin /sbin /usr/bin /usr/sbin /usr/libexec /usr/local/bin'),
  ...places(null, PROGRAMS, '/usr/local/sbin /opt/cni? /opt/containerd'),
  // Of Flatcar, NixOS and Guix, and the system itself where OSTree keeps it.
  ...places(null, PROGRAMS, '/opt/bin? /nix? /gnu? /ostree? /sysroot? /run/current-system?'),
  ...places(null, PROGRAMS, '/run/wrappers? /var/usrlocal?'),
  // Plugins of NRI, which engines start, and devices by the Container Device Interface, which come with hooks.
  ...places(null, HOOKS, '/opt/nri? /etc/cdi? /run/cdi?'),
  // What runc and crun keep of a running container names its hooks; so does what Podman keeps of one.
  ...places(null, HOOKS, '/run/runc? /run/crun? /run/containers? /run/libpod?'),
  ...places(null, LIBRARIES, '/lib /lib32? /lib64 /libx32? /usr/lib /usr/lib32? /usr/lib64'),
  ...places(null, LIBRARIES, '/usr/local/lib /usr/local/lib64? /usr/libx32? /usr/share/perl5'),
  ...places(null, LIBRARIES, '/usr/share/python3 /etc/alternatives /etc/perl /etc/python3'),
  ...places(null, LIBRARIES, '/usr/local/share/perl /etc/ld.so.cache /etc/environment'),
  ...places(null, LIBRARIES, '/etc/environment.d /etc/ld.so.conf /etc/ld.so.conf.d'),
  ...places(null, LIBRARIES, '/etc/ld.so.preload'),
  ...places(null, JOBS, '/etc/anacrontab? /etc/cron.d /etc/cron.daily /etc/cron.hourly'),
  ...places(null, JOBS, '/etc/cron.monthly /etc/cron.weekly /etc/crontab /etc/apt'),
  ...places(null, JOBS, '/etc/logrotate.d /etc/logrotate.conf /etc/dhcp /etc/network?'),
  ...places(null, JOBS, '/var/spool/at? /var/spool/cron /var/lib/dpkg /var/lib/rpm'),
  // What a package manager has checked and installs in the next moment, and the scripts of packages.
  ...places(null, JOBS, '/var/cache/apt? /var/cache/debconf? /var/cache/dnf? /var/lib/apt?'),
  ...places(null, JOBS, '/var/cache/libdnf5? /var/cache/yum? /var/cache/pacman? /var/lib/pacman?'),
  // Of agents and servers whose programs and scripts root runs from there.
  ...places(null, JOBS, '/var/cache/salt? /var/ossec? /opt/gitlab? /opt/puppetlabs? /opt/aws?'),
  ...places(null, JOBS, '/opt/CrowdStrike?'),
  // In folders of who makes them, where others keep their data as well.
  ...places(null, JOBS, '/opt/google/chrome? /opt/google/chrome-remote-desktop?'),
  ...places(null, JOBS, '/opt/google/cloud-ops-agent? /opt/google/earth? /opt/microsoft/auoms?'),
  ...places(null, JOBS, '/opt/microsoft/azuremonitoragent? /opt/microsoft/dependency-agent?'),
  ...places(null, JOBS, '/opt/microsoft/mdatp? /opt/microsoft/msedge? /opt/microsoft/omsagent?'),
  ...places(null, JOBS, '/opt/microsoft/omsconfig? /opt/microsoft/scx?'),
  ...places(null, JOBS, '/opt/splunkforwarder/bin? /opt/splunkforwarder/etc?'),
  ...places(null, JOBS, '/opt/splunkforwarder/lib?'),
  // Of the rest its container writes to `run`.
  ...places(null, JOBS, '/opt/datadog-agent/bin? /opt/datadog-agent/embedded?'),
  ...places(null, JOBS, '/opt/nessus_agent? /opt/rapid7?'),
  // Scripts that Proxmox runs around a machine.
  ...places(null, JOBS, '/var/lib/vz/snippets?'),
  ...places(null, JOBS, '/var/lib/ceph? /var/lib/k0s? /var/lib/minikube?'),
  ...places(KEYS, JOBS, '/var/lib/cloud?'),
  ...places(null, JOBS, '/etc/cloud? /etc/NetworkManager? /etc/profile /etc/profile.d'),
  ...places(null, JOBS, '/etc/bash.bashrc /etc/update-motd.d /etc/udev /run/udev /var/lib/snapd?'),
  ...places(null, JOBS, '/etc/bash_completion.d /etc/zsh? /usr/share/bash-completion /etc/dpkg'),
  ...places(null, JOBS, '/etc/ca-certificates /etc/kernel /etc/initramfs-tools?'),
  ...places(null, JOBS, '/usr/share/initramfs-tools? /etc/dracut.conf.d? /etc/ppp? /etc/acpi?'),
  ...places(null, JOBS, '/etc/needrestart? /etc/rsyslog.conf /etc/rsyslog.d /etc/inetd.conf?'),
  ...places(null, JOBS, '/etc/xinetd.d? /etc/tmpfiles.d /etc/sysusers.d /etc/X11?'),
  ...places(null, BOOT, '/boot /efi? /etc/default /etc/fstab /etc/init.d /etc/rc.local'),
  ...places(null, BOOT, '/etc/modprobe.d /etc/modules-load.d /etc/sysctl.d /etc/systemd'),
  ...places(null, BOOT, '/run/systemd /run/dbus /etc/rc.d'),
  // With its key for credentials, and what programs of root had in memory when they crashed.
  ...places(KEYS, BOOT, '/var/lib/systemd?'),
  ...places(null, BOOT, '/etc/rc0.d /etc/rc1.d /etc/rc2.d /etc/rc3.d /etc/rc4.d /etc/rc5.d'),
  ...places(null, BOOT, '/etc/rc6.d /etc/rcS.d /etc/inittab? /etc/grub.d /etc/binfmt.d'),
  ...places(null, BOOT, '/etc/sysconfig /etc/crypttab'),
  // As those below /etc (modprobe.d(5), tmpfiles.d(5)), and what systemd-shutdown(8) runs last of all.
  ...places(null, BOOT, '/run/modprobe.d /run/modules-load.d? /run/sysctl.d? /run/tmpfiles.d?'),
  ...places(null, BOOT, '/run/binfmt.d? /run/initramfs /run/dbus-1?'),
  ...places(null, ACCOUNTS, '/etc/group /etc/nsswitch.conf /etc/pam.d /etc/passwd /etc/polkit-1'),
  ...places(null, ACCOUNTS, '/etc/sudoers /etc/sudoers.d /run/polkit-1? /var/lib/polkit-1?'),
  ...places(PASSWORDS, ACCOUNTS, '/etc/gshadow /etc/shadow /var/backups? /var/lib/sss?'),
  // With the passwords of before.
  ...places(PASSWORDS, ACCOUNTS, '/etc/security'),
  // The home of root, and that of OSTree.
  ...places(KEYS, ACCOUNTS, '/etc/ssh /root /var/roothome?'),
  ...places(KEYS, BOOT, '/etc/docker /etc/containerd /etc/kubernetes? /etc/ssl/private?'),
  ...places(OTHERS, WORKLOADS, '/var/lib/docker /var/lib/containerd /var/lib/containers?'),
  ...places(OTHERS, WORKLOADS, '/var/lib/kubelet? /var/lib/rancher? /var/lib/etcd? /var/lib/lxc?'),
  ...places(OTHERS, WORKLOADS, '/var/lib/lxd? /var/lib/incus? /var/lib/machines?'),
  ...places(OTHERS, WORKLOADS, '/var/lib/libvirt? /run/secrets? /run/containerd /run/docker'),
  ...places(OTHERS, WORKLOADS, '/var/lib/vz/images?'),
  // What systemd hands to services, and a cloud to its machine.
  ...places(KEYS, null, '/run/credentials? /run/cloud-init?'),
  // Agents that run there what they were told, with the keys by which they believe it.
  ...places(KEYS, JOBS, '/var/lib/amazon? /var/lib/puppet? /var/lib/waagent?'),
  // Its key signs the modules that it builds from there.
  ...places(KEYS, MODULES, '/var/lib/dkms?'),
  ...places(null, CONFINEMENT, '/var/lib/selinux?'),
  // Their group of devices is open to every container (runc `specconv`).
  ...places(TYPED, null, '/dev/pts'),
  ...places(SHARED, null, '/dev/shm /dev/mqueue /dev/hugepages'),
  ...kernelPlaces,
  // Of services that do what root may. A mounted socket of an engine is told apart, its folder is not.
  ...['/run/dbus/system_bus_socket', '/run/systemd/private', '/run/snapd.socket'].map(service),
  ...['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock', MACHINES, SHIMS].map(service),
  ...['/var/lib/lxd/unix.socket', '/var/snap/lxd/common/lxd/unix.socket'].map(service),
  ...['/var/lib/incus/unix.socket', '/run/fail2ban/fail2ban.sock'].map(service),
  // By its property REMOVE_CMD, which rules of systemd run when a device goes (`udevadm control --property`, systemd
  // 257), but not those of every version.
  service('/run/udev/control?'),
  ...['/run/podman/podman.sock', '/run/crio/crio.sock', '/run/nri/nri.sock'].map(service),
  // Root may have it serve any folder of the host to others, and let them in by SSH (`tailscale serve`, `tailscale set --ssh`).
  { ...service('/run/tailscale/tailscaled.sock?'), connecting: 'opens files of root to others' },
  // Of a manager of a swarm: it asks nobody there who he is (moby `daemon/cluster`).
  service('/run/docker/swarm/control.sock?'),
  ...['/run/k3s/containerd/containerd.sock', '/run/k0s/containerd.sock'].map(service),
  ...['/var/snap/microk8s/common/run/containerd.sock', '/run/cri-dockerd.sock'].map(service),
];

const unsure: ReadonlySet<string> = new Set(
  dangerousPlaces.flatMap(({ path, isUnsure }) => (isUnsure ? [path] : [])),
);

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
