import { isWithin } from '../snapshot/normalise/host-path.ts';

/** What a container is given of the folders of programs and settings everywhere, and nobody runs. */
const DATA_OF_ROOT: readonly string[] = [
  ...['/etc/hostname', '/etc/localtime', '/etc/machine-id', '/etc/timezone'],
  ...['/usr/share/zoneinfo', '/var/lib/dbus/machine-id', '/etc/services', '/etc/protocols'],
  ...['/usr/share/doc', '/usr/share/man', '/usr/share/fonts', '/usr/share/icons'],
  ...['/usr/share/nginx', '/usr/games'],
  // Sockets to which every program of the host may write lines, and that do nothing else for who connects.
  ...['/dev/log', '/run/systemd/journal/dev-log', '/run/systemd/journal/socket'],
  ...['/run/systemd/journal/stdout', '/run/systemd/journal/syslog', '/run/systemd/notify'],
];
/** No secrets either, and programs of root believe it: names and addresses, whom to trust, what system it is. */
const BELIEVED_DATA: readonly string[] = [
  // With the folders to which /etc/resolv.conf leads.
  ...['/etc/hosts', '/etc/resolv.conf', '/run/systemd/resolve', '/run/resolvconf'],
  ...['/etc/ssl/certs', '/usr/share/ca-certificates', '/usr/local/share/ca-certificates'],
  ...['/etc/os-release'],
];
/**
 * What a container has in its own /proc: a runtime that follows these is its main process a moment later. Left out is what
 * leads elsewhere before that.
 */
const OF_OWN_PROCESS =
  /^\/proc\/((self|thread-self)(?!\/(.*\/)?(root|cwd|exe|fd|map_files|ns)(\/|$))|net|mounts)(\/|$)/;
/** What each process tells everybody of itself, and nobody can write. */
const OF_ANY_PROCESS =
  /^\/proc\/\d+\/(cgroup|limits|mountinfo|mounts|mountstats|stat|statm|status)$/;

/** What everybody on a host may read and no secret lies in, among what root runs or believes. */
const READ_BY_ALL: readonly string[] = [
  ...['/etc/group', '/etc/passwd'],
  // Programs and what they load.
  ...[
    '/bin',
    '/lib',
    '/lib32',
    '/lib64',
    '/libx32',
    '/sbin',
    '/usr/bin',
    '/usr/include',
    '/usr/lib',
  ],
  ...['/usr/lib32', '/usr/lib64', '/usr/libexec', '/usr/libx32', '/usr/sbin', '/usr/share'],
  ...[
    '/usr/local/bin',
    '/usr/local/lib',
    '/usr/local/lib64',
    '/usr/local/sbin',
    '/usr/local/share',
  ],
  // The same as every container has at its own /proc and /sys.
  ...['cpuinfo', 'diskstats', 'filesystems', 'loadavg', 'meminfo', 'partitions', 'stat'].map(
    (one) => `/proc/${one}`,
  ),
  // Handles of networks, which nobody enters without CAP_SYS_ADMIN (setns(2)).
  ...['/run/docker/netns', '/run/netns'],
  ...['/proc/swaps', '/proc/uptime', '/proc/version', '/proc/vmstat', '/sys/block', '/sys/class'],
];

/** True where a path is one of these folders or lies in one. */
export const isOneOf = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => isWithin(path, folder));

const isOfProcess = (path: string): boolean =>
  OF_OWN_PROCESS.test(path) || OF_ANY_PROCESS.test(path);

/** Of the system, and neither secret nor run. */
export const isDataOfRoot = (path: string): boolean =>
  isOneOf(path, DATA_OF_ROOT) || isOneOf(path, BELIEVED_DATA) || isOfProcess(path);

/** True where nothing becomes of a mount: of such data that nobody can write, or that nobody believes. */
export const isHarmless = (path: string, isWritable: boolean): boolean =>
  isWritable
    ? isOneOf(path, DATA_OF_ROOT) || isOfProcess(path)
    : isDataOfRoot(path) || isOneOf(path, READ_BY_ALL);
