// Containers that get at the host, or seem to, in unusual ways: by mounts, devices, sockets and privileges.

export interface WayCase {
  name: string;
  /**
   * Options of `docker run`. `FOLDER` stands for the engine's folder, `DISK` for the disk of the host, and `RUNTIMES` for the
   * folder of a program that the engine starts for containers of one runtime.
   */
  options: readonly string[];
  /** Options of a command beside its main process from which the ways are tried; none: its own. */
  exec: readonly string[];
}

/** What `prepareHost` makes in the engine's folder. */
export const links: Readonly<Record<string, string>> = {
  'link-etc': '/etc',
  'link-cron': '/etc/cron.d',
  'link-programs': '/usr/local/bin',
  'link-root': '/',
  'link-of-link': 'link-cron',
  'link-keys': '/root',
  'link-generators': '/etc/systemd/system-environment-generators',
  'link-proc': '/proc',
  'link-socket': 'docker.sock',
  'link-nest': 'nest/a/b',
};

const volume = (target: string, ...rest: string[]) => ['--volume', `${target}:/x`, ...rest];
/** A local volume by its options, in one word of `--mount`. */
const local = (...options: string[]) => [
  '--mount',
  ['type=volume', 'dst=/x', ...options.map((option) => `"volume-opt=${option}"`)].join(','),
];
/** A folder of such a volume alone, which then needs a name. */
const localPart = (part: string, ...options: string[]) => {
  const [option = '', words = ''] = local(...options);
  return [option, `${words},src=with-${part},volume-subpath=${part}`];
};
const bindMount = (...words: string[]) => ['--mount', ['type=bind', 'dst=/x', ...words].join(',')];
/** Read-only at its top, and writable as before in what is mounted below it. */
const leftWritable = (path: string) =>
  bindMount(`src=${path}`, 'readonly', 'bind-recursive=writable');
const cap = (...names: string[]) => names.flatMap((name) => ['--cap-add', name]);
const someUser = ['--user', '1000:1000'];
const openSeccomp = ['--security-opt', 'seccomp=unconfined'];

const nothing: Record<string, readonly string[]> = {
  plain: [],
  'plain-folder': volume('FOLDER/plain'),
  'plain-volume': volume('some'),
  'host-names': ['--volume', '/etc/hostname:/x:ro'],
  'certificates-to-read': volume('/etc/ssl/certs', '--read-only'),
  'media-folder': volume('/media'),
  'temporary-folder': volume('/var/tmp'),
  'no-capabilities': ['--cap-drop', 'ALL'],
  'ordinary-user': someUser,
};

const byMount: Record<string, readonly string[]> = {
  'whole-host': volume('/'),
  'whole-host-to-read': ['--volume', '/:/x:ro'],
  'whole-host-alone': bindMount('src=/', 'bind-recursive=disabled'),
  'whole-host-some-user': volume('/', ...someUser),
  'whole-host-no-capabilities': volume('/', '--cap-drop', 'ALL'),
  etc: volume('/etc'),
  'etc-to-read': ['--volume', '/etc:/x:ro'],
  'etc-some-user': volume('/etc', ...someUser),
  'jobs-folder': volume('/etc/cron.d'),
  'jobs-no-capabilities': volume('/etc/cron.d', '--cap-drop', 'ALL'),
  'accounts-file': volume('/etc/passwd'),
  'accounts-to-read': ['--volume', '/etc/passwd:/x:ro'],
  'hashes-to-read': ['--volume', '/etc/shadow:/x:ro'],
  units: volume('/etc/systemd/system'),
  'shell-profile': volume('/etc/profile.d'),
  'loader-settings': volume('/etc/ld.so.conf.d'),
  'loader-cache': volume('/etc/ld.so.cache'),
  'local-programs': volume('/usr/local/bin'),
  'system-programs': volume('/usr/sbin'),
  libraries: volume('/usr/lib'),
  'libraries-by-link': volume('/lib'),
  'package-scripts': volume('/var/lib/dpkg/info'),
  'perl-modules': volume('/etc/perl'),
  'boot-scripts': volume('/etc/rc2.d'),
  'module-settings-of-now': volume('/run/modprobe.d'),
  'last-of-all-programs': volume('/run/initramfs'),
  'device-specifications': volume('/etc/cdi'),
  'runtime-program': volume('RUNTIMES'),
  'runtime-program-to-read': ['--volume', 'RUNTIMES:/x:ro'],
  'device-specifications-of-now': volume('/run/cdi'),
  'kernel-hooks': volume('/etc/kernel'),
  'environment-file': volume('/etc/environment'),
  'temporary-files-settings': volume('/etc/tmpfiles.d'),
  'completion-scripts': volume('/usr/share/bash-completion'),
  'shared-data': volume('/usr/share'),
  keys: volume('/root'),
  'keys-to-read': ['--volume', '/root:/x:ro'],
  'state-folder': volume('/var/lib'),
  'engine-data': volume('FOLDER/data'),
  'engine-data-to-read': ['--volume', 'FOLDER/data:/x:ro'],
  'engine-data-left-writable': leftWritable('FOLDER/data'),
  'layers-left-writable': leftWritable('FOLDER/data/overlay2'),
  'handles-of-networks': volume('FOLDER/exec/netns'),
  'handles-of-networks-alone': bindMount('src=FOLDER/exec/netns', 'bind-recursive=disabled'),
  'volume-of-other': volume('FOLDER/data/volumes/some/_data'),
  'dotted-path': volume('/media/../etc/./cron.d'),
  'whole-host-slave': ['--volume', '/:/x:rslave'],
  'jobs-to-read': bindMount('src=/etc/cron.d', 'readonly'),
  'folder-of-others': ['--volumes-from', 'plain-volume'],
  'shared-back': ['--volume', '/media:/x:rshared'],
};

const byAnotherName: Record<string, readonly string[]> = {
  'link-to-etc': volume('FOLDER/link-etc'),
  'link-to-jobs': volume('FOLDER/link-cron'),
  'link-to-programs': volume('FOLDER/link-programs'),
  'link-to-all': volume('FOLDER/link-root'),
  'link-to-link': volume('FOLDER/link-of-link'),
  'link-to-keys-to-read': ['--volume', 'FOLDER/link-keys:/x:ro'],
  'link-on-the-way': volume('FOLDER/link-root/etc/cron.d'),
  'folder-over-folder': volume('FOLDER/bound-jobs'),
  'folder-held-by-host': volume('FOLDER/held-jobs'),
  'folder-with-mount-below': volume('FOLDER/holder'),
  'mount-below-hidden': volume('FOLDER/holder', '--tmpfs', '/x/below'),
  'mount-below-left-writable': bindMount(
    'src=FOLDER/holder',
    'readonly',
    'bind-recursive=writable',
  ),
  'second-name-of-file': volume('FOLDER/second-profile'),
  'folder-with-second-name': volume('FOLDER/names'),
  'folder-of-process': volume('/proc/self/cwd'),
  'part-of-bind-volume': localPart('cron.d', 'type=none', 'o=bind', 'device=/etc'),
  'harmless-part-of-bind-volume': localPart('media', 'type=none', 'o=bind', 'device=/'),
  'bind-volume': local('type=none', 'o=bind', 'device=/etc/cron.d'),
  'bind-volume-by-link': local('type=none', 'o=bind', 'device=FOLDER/link-cron'),
  'bind-volume-recursive': local('type=none', 'o=rbind,rw', 'device=/etc'),
  'bind-volume-to-read': local('type=none', 'o=bind,ro', 'device=/root'),
  'disk-volume': local('type=FSTYPE', 'device=ROOTDISK'),
  'overlay-of-jobs': local(
    'type=overlay',
    'device=overlay',
    'o=lowerdir=FOLDER/plain,upperdir=FOLDER/upper,workdir=FOLDER/work',
  ),
  'overlay-on-accounts': local('type=overlay', 'device=overlay', 'o=lowerdir=/root:FOLDER/plain'),
  'overlay-into-jobs': local(
    'type=overlay',
    'device=overlay',
    'o=lowerdir=FOLDER/plain,upperdir=/etc/systemd/system-generators,workdir=FOLDER/work-jobs',
  ),
  'overlay-by-link': local(
    'type=overlay',
    'device=overlay',
    'o=lowerdir=FOLDER/plain,upperdir=FOLDER/link-generators,workdir=FOLDER/work-link',
  ),
  // Nobody connects through it to what listens in the folder.
  'overlay-on-socket': local('type=overlay', 'device=overlay', 'o=lowerdir=FOLDER:/media'),
  'overlay-of-host': volume('FOLDER/merged'),
  'overlay-of-host-below': volume('FOLDER/merged-holder'),
  // Neither through one of the host's own.
  'overlay-of-host-on-socket': volume('FOLDER/merged-api'),
  'overlay-of-host-to-read': ['--volume', 'FOLDER/merged-keys:/x:ro'],
  'volume-of-no-device': local('type=proc', 'device=none'),
  'volume-of-no-device-and-comma': local('type=proc', 'device=none', 'o=,'),
  'volume-of-no-device-and-comma-traced': [
    ...local('type=proc', 'device=none', 'o=,'),
    ...cap('SYS_PTRACE'),
  ],
  'empty-volume': local('type=tmpfs', 'device=tmpfs'),
  'hidden-by-tmpfs': volume('/etc/cron.d', '--tmpfs', '/x/y'),
};

const byKernelFiles: Record<string, readonly string[]> = {
  'kernel-settings': volume('/proc/sys'),
  'kernel-settings-to-read': ['--volume', '/proc/sys:/x:ro'],
  'network-settings': volume('/proc/sys/net'),
  'one-harmless-setting': volume('/proc/sys/kernel/core_uses_pid'),
  'kernel-settings-folder': volume('/proc/sys/kernel'),
  'core-pattern': volume('/proc/sys/kernel/core_pattern'),
  'processes-volume': local('type=proc', 'device=proc'),
  'kernel-objects': volume('/sys'),
  'kernel-objects-volume': local('type=sysfs', 'device=sysfs'),
  'devices-volume': local('type=devtmpfs', 'device=devtmpfs'),
  'whole-proc': volume('/proc'),
  'whole-proc-to-read': ['--volume', '/proc:/x:ro'],
  'proc-by-link': ['--volume', 'FOLDER/link-proc:/x:ro', ...cap('SYS_PTRACE')],
  'whole-proc-traced': ['--volume', '/proc:/x:ro', ...cap('SYS_PTRACE')],
  'one-process-traced': ['--volume', '/proc/1:/x:ro', ...cap('SYS_PTRACE')],
  'one-process': volume('/proc/1'),
  'own-process': volume('/proc/self'),
  'own-process-traced': ['--volume', '/proc/self:/x:ro', ...cap('SYS_PTRACE')],
  'own-thread-traced': ['--volume', '/proc/thread-self:/x:ro', ...cap('SYS_PTRACE')],
  'control-groups': volume('/sys/fs/cgroup'),
  'control-groups-to-read': ['--volume', '/sys/fs/cgroup:/x:ro'],
  'control-groups-no-nodes': volume('/sys/fs/cgroup', '--cap-drop', 'MKNOD'),
  'control-groups-of-devices': volume('/sys/fs/cgroup/devices'),
  'control-groups-beside': volume('/sys/fs/cgroup/unified'),
  'control-groups-of-memory': volume('/sys/fs/cgroup/memory'),
  'control-groups-of-memory-admin': volume('/sys/fs/cgroup/memory', ...cap('SYS_ADMIN')),
  'control-groups-volume': local('type=cgroup', 'device=cgroup', 'o=devices'),
  'control-groups-admin': volume('/sys/fs/cgroup', ...cap('SYS_ADMIN')),
  'formats-of-programs': volume('/proc/sys/fs/binfmt_misc'),
  'formats-of-programs-to-read': ['--volume', '/proc/sys/fs/binfmt_misc:/x:ro'],
  'formats-left-writable': leftWritable('/proc/sys'),
  'processes-left-writable': leftWritable('/proc'),
  'kernel-objects-left-writable': leftWritable('/sys'),
  'kernel-files-left-writable': leftWritable('/sys/kernel'),
  'kernel-files-left-writable-some-user': [...leftWritable('/sys/kernel'), ...someUser],
  'kernel-files-to-read': ['--volume', '/sys/kernel:/x:ro'],
  'kernel-files-alone': bindMount('src=/sys/kernel', 'bind-recursive=disabled'),
  tracing: volume('/sys/kernel/tracing'),
  'tracing-volume': local('type=tracefs', 'device=tracefs'),
  'tracing-to-read': ['--volume', '/sys/kernel/tracing:/x:ro'],
  debugging: volume('/sys/kernel/debug'),
  'security-modules': volume('/sys/kernel/security'),
  'open-system-paths': ['--security-opt', 'systempaths=unconfined'],
  'open-system-paths-some-user': ['--security-opt', 'systempaths=unconfined', ...someUser],
  'open-system-paths-no-capabilities': [
    ...['--security-opt', 'systempaths=unconfined'],
    ...['--cap-drop', 'ALL'],
  ],
};

const bySocket: Record<string, readonly string[]> = {
  socket: volume('FOLDER/docker.sock'),
  'socket-to-read': ['--volume', 'FOLDER/docker.sock:/x:ro'],
  'socket-by-link': volume('FOLDER/link-socket'),
  'socket-by-second-name': volume('FOLDER/second.sock'),
  'socket-without-its-name': volume('FOLDER/api'),
  'socket-by-name-that-is-gone': volume('FOLDER/gone.sock'),
  'socket-in-its-folder': volume('FOLDER'),
  'socket-in-folder-of-others': volume('FOLDER/names'),
  'socket-some-user': volume('FOLDER/docker.sock', ...someUser),
  'socket-in-its-group': [...volume('FOLDER/docker.sock', ...someUser), '--group-add', 'GROUP'],
  'socket-in-its-primary-group': volume('FOLDER/docker.sock', '--user', '1000:GROUP'),
  'socket-no-capabilities': volume('FOLDER/docker.sock', '--cap-drop', 'ALL'),
  'socket-of-containerd': volume('FOLDER/exec/containerd'),
  'socket-by-volume': local('type=none', 'o=bind', 'device=FOLDER/exec'),
  'sockets-of-shims': ['--volume', '/run/containerd/s:/x:ro'],
  'sockets-of-shims-some-user': ['--volume', '/run/containerd/s:/x:ro', ...someUser],
  'other-socket': volume('FOLDER/other.sock'),
};

const byDevice: Record<string, readonly string[]> = {
  disk: ['--device', 'DISK'],
  'disk-by-another-name': ['--device', 'DISK:/dev/null2'],
  'disk-to-read': ['--device', 'DISK:/dev/x:r'],
  'disk-to-write-alone': ['--device', 'DISK:/dev/x:w'],
  'disk-to-make-alone': ['--device', 'DISK:/dev/x:m'],
  'disk-twice': ['--device', 'DISK:/dev/x:r', '--device', 'DISK:/dev/y:rwm'],
  'disk-by-a-longer-way': ['--device', '/dev/../DISK:/dev/x'],
  'disk-some-user': ['--device', 'DISK', ...someUser],
  'disk-no-capabilities': ['--device', 'DISK', '--cap-drop', 'ALL'],
  'node-outside-dev': ['--device', 'FOLDER/node:/dev/x'],
  'node-by-link': ['--device', 'FOLDER/link-node:/dev/x'],
  'nodes-in-a-folder': ['--device', 'FOLDER/nodes:/dev/nodes'],
  'node-of-group': ['--device', 'FOLDER/group-node:/dev/x', ...someUser, '--group-add', '4242'],
  'node-of-another-group': ['--device', 'FOLDER/group-node:/dev/x', ...someUser],
  'node-of-primary-group': ['--device', 'FOLDER/group-node:/dev/x', '--user', '1000:4242'],
  'node-as-mount': volume('FOLDER/node'),
  'node-as-mount-and-rule': [...volume('FOLDER/node'), '--device-cgroup-rule', 'b NUMBER rwm'],
  'node-for-all-and-rule': [
    ...volume('FOLDER/open-node', ...someUser),
    ...['--device-cgroup-rule', 'b NUMBER rwm'],
  ],
  'node-for-all-to-read': ['--device', 'FOLDER/open-node:/dev/x:r', ...someUser],
  'node-for-all': ['--device', 'FOLDER/open-node:/dev/x', ...someUser],
  'null-device': ['--device', '/dev/null:/dev/x'],
  'disk-group-by-number': ['--device', 'DISK', ...someUser, '--group-add', '6'],
  'rule-for-disks': ['--device-cgroup-rule', 'b NUMBER rwm'],
  'rule-for-all': ['--device-cgroup-rule', 'a *:* rwm'],
  'rule-to-write-alone': ['--device-cgroup-rule', 'b NUMBER w'],
  'rule-to-read': ['--device-cgroup-rule', 'b *:* rm'],
  'rule-no-nodes': ['--device-cgroup-rule', 'b NUMBER rwm', '--cap-drop', 'MKNOD'],
  'rule-for-terminals': ['--device-cgroup-rule', 'c 5:* rwm'],
  'rule-and-dev': [...volume('/dev', '--cap-drop', 'MKNOD'), '--device-cgroup-rule', 'b *:* rw'],
  'rule-and-node': [
    ...volume('FOLDER/nodes', '--cap-drop', 'MKNOD'),
    ...['--device-cgroup-rule', 'b *:* rw'],
  ],
  'dev-alone': volume('/dev'),
  'memory-of-host': ['--volume', '/dev/shm:/x:ro'],
};

const byPrivilege: Record<string, readonly string[]> = {
  privileged: ['--privileged'],
  'privileged-some-user': ['--privileged', ...someUser],
  'privileged-held-down': ['--privileged', ...someUser, ...['--security-opt', 'no-new-privileges']],
  'privileged-dropped': ['--privileged', '--cap-drop', 'ALL'],
  'sys-admin': cap('SYS_ADMIN'),
  'sys-admin-alone': ['--cap-drop', 'ALL', ...cap('SYS_ADMIN')],
  'privileged-read-only': ['--privileged', '--read-only'],
  'sys-admin-some-user': [...cap('SYS_ADMIN'), ...someUser],
  'sys-admin-open': [...cap('SYS_ADMIN'), ...openSeccomp],
  'sys-admin-own-profile': [...cap('SYS_ADMIN'), '--security-opt', 'seccomp=FOLDER/no-mount.json'],
  ...Object.fromEntries(
    ['held', 'by-parent', 'by-agent'].map((how) => [
      `sys-admin-traced-${how}`,
      [...cap('SYS_ADMIN'), '--security-opt', `seccomp=FOLDER/traced-${how}.json`],
    ]),
  ),
  'sys-module': cap('SYS_MODULE'),
  'read-search': cap('DAC_READ_SEARCH'),
  'read-search-alone': ['--cap-drop', 'ALL', ...cap('DAC_READ_SEARCH')],
  'read-search-some-user': [...cap('DAC_READ_SEARCH'), ...someUser],
  'ptrace-alone': cap('SYS_PTRACE'),
  'net-admin': cap('NET_ADMIN'),
  'all-capabilities': cap('ALL'),
  'all-but-two': [...cap('ALL'), '--cap-drop', 'SYS_ADMIN', '--cap-drop', 'SYS_MODULE'],
  'all-added-all-dropped': [...cap('ALL'), '--cap-drop', 'ALL'],
  'seccomp-off': openSeccomp,
  'seccomp-off-no-capabilities': [...openSeccomp, '--cap-drop', 'ALL'],
  'seccomp-off-held-down': [
    ...[...openSeccomp, ...someUser],
    ...['--security-opt', 'no-new-privileges'],
  ],
  'perfmon-alone': ['--cap-drop', 'ALL', ...cap('PERFMON')],
  'perfmon-some-user': [...cap('PERFMON'), ...someUser],
  'host-processes': ['--pid', 'host'],
  'host-processes-traced': ['--pid', 'host', ...cap('SYS_PTRACE')],
  'host-processes-traced-some-user': ['--pid', 'host', ...cap('SYS_PTRACE'), ...someUser],
  'host-processes-all': ['--pid', 'host', ...cap('ALL'), '--cap-drop', 'SYS_PTRACE'],
  'host-processes-of-other': ['--pid', 'container:host-processes', ...cap('SYS_PTRACE')],
  'processes-of-other': ['--pid', 'container:plain', ...cap('SYS_PTRACE')],
  'processes-of-privileged': ['--pid', 'container:privileged', ...cap('SYS_PTRACE')],
  'processes-of-socket': ['--pid', 'container:socket'],
  'processes-of-socket-and-less': ['--pid', 'container:socket', '--cap-drop', 'NET_RAW'],
  'processes-of-socket-some-user': ['--pid', 'container:socket', ...someUser],
  'processes-of-plain-with-socket': ['--pid', 'container:plain', ...volume('FOLDER/docker.sock')],
  'processes-of-plain': ['--pid', 'container:plain'],
  'host-memory': ['--ipc', 'host'],
  'host-name': ['--uts', 'host'],
  'host-network': ['--network', 'host'],
  'network-of-other': ['--network', 'container:host-network'],
  'host-network-some-user': ['--network', 'host', ...someUser],
  bridge: ['--network', 'bridge'],
  'host-control-groups': ['--cgroupns', 'host'],
};

/** Commands that somebody opened in a container, by the name of the case. */
const opened: Record<string, { options: readonly string[]; exec: readonly string[] }> = {
  'privileged-command': { options: [], exec: ['--privileged'] },
  'privileged-command-some-user': { options: someUser, exec: ['--privileged'] },
  'privileged-command-as-root': { options: someUser, exec: ['--privileged', '--user', '0'] },
  'privileged-command-open': { options: openSeccomp, exec: ['--privileged'] },
  'privileged-command-host-processes': { options: ['--pid', 'host'], exec: ['--privileged'] },
  'root-command': { options: volume('/etc/cron.d', ...someUser), exec: ['--user', '0'] },
};

const all = {
  ...nothing,
  ...byMount,
  ...byAnotherName,
  ...byKernelFiles,
  ...bySocket,
  ...byDevice,
};

/** Who joins another's namespace stands behind it. */
export const wayCases: readonly WayCase[] = [
  ...Object.entries({ ...all, ...byPrivilege }).map(([name, options]) => ({
    name,
    options,
    exec: [],
  })),
  ...Object.entries(opened).map(([name, one]) => ({ name, ...one })),
];

/** They stand beside others, or are of a kind that nothing else tells, so they are there in any run. */
export const neededByOthers: readonly string[] = [
  'plain',
  'overlay-of-host-on-socket',
  'plain-volume',
  'socket',
  'socket-in-folder-of-others',
  'folder-with-second-name',
  'handles-of-networks',
  'node-outside-dev',
  'privileged',
  'host-processes',
  'host-network',
];

interface Hidden {
  why: string;
  /** At which levels it is not seen. */
  at: readonly string[];
}
const secondName: Hidden = { why: 'no answer tells that a file has a second name', at: ['api'] };
const inFolder: Hidden = {
  why: 'no call lists the names in a folder without what the files hold',
  at: ['api', 'files'],
};
const execRoot: Hidden = {
  why: 'an engine of this version does not tell where its containerd listens',
  at: ['api', 'files'],
};

/** Ways that are not seen, with the reason. */
export const hidden: Readonly<Record<string, Hidden>> = {
  'second-name-of-file': secondName,
  'folder-with-second-name': inFolder,
  'socket-without-its-name': secondName,
  'socket-by-name-that-is-gone': secondName,
  'socket-of-containerd': execRoot,
  'socket-by-volume': execRoot,
};
