import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeRootFilesystem, type RealEngine } from '../../support/real-engine.ts';

// What a container really can do to the host: every way that is known is tried from within it by
// try-ways.pl, and root looks from outside whether it worked.

/** An image with busybox and perl, and the program that tries. */
export const waysImage = 'ways:1.0';

const HERE = import.meta.dirname;
const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  x64: [
    ...['mount 165', 'umount2 166', 'init_module 175', 'mknodat 259', 'open_by_handle_at 304'],
    ...['add_key 248', 'keyctl 250', 'mmap 9', 'perf_event_open 298'],
    ...['ptrace 101', 'clone 56', 'prctl 157', 'seccomp 317', 'ioctl 16', 'wait4 61'],
  ],
  arm64: [
    ...['mount 40', 'umount2 39', 'init_module 105', 'mknodat 33', 'open_by_handle_at 265'],
    ...['add_key 217', 'keyctl 219', 'mmap 222', 'perf_event_open 241'],
    ...['ptrace 117', 'clone 220', 'prctl 167', 'seccomp 277', 'ioctl 29', 'wait4 260'],
  ],
};
/** Number of name_to_handle_at. */
const NAME_TO_HANDLE: Readonly<Record<string, number>> = { x64: 303, arm64: 264 };

/**
 * Folders in which root finds programs, code or settings of what it runs, by the manuals: PATH,
 * ld.so(8), crontab(5), systemd.unit(5), pam.conf(5), sudoers(5), perlrun(1), apt.conf(5),
 * modprobe.d(5), bootup(7), the Container Device Interface, and so on.
 */
const ROOT_FOLDERS: readonly string[] = [
  ...['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'],
  ...['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib', '/usr/lib/systemd/system'],
  ...['/etc/cron.d', '/etc/cron.daily', '/etc/cron.hourly', '/etc/cron.weekly'],
  ...['/var/spool/cron/crontabs', '/etc/systemd/system', '/etc/systemd/system-generators'],
  ...['/etc/systemd/system-environment-generators'],
  ...['/run/systemd/system', '/etc/init.d', '/etc/rc2.d', '/etc/rcS.d', '/etc/profile.d'],
  ...['/etc/pam.d', '/etc/sudoers.d', '/etc/security', '/etc/ld.so.conf.d', '/etc/udev/rules.d'],
  ...['/etc/cdi', '/run/cdi', '/run/modprobe.d', '/run/initramfs'],
  ...['/etc/modprobe.d', '/etc/modules-load.d', '/etc/sysctl.d', '/etc/tmpfiles.d'],
  ...[
    '/usr/lib/tmpfiles.d',
    '/etc/binfmt.d',
    '/etc/kernel/postinst.d',
    '/etc/initramfs-tools/hooks',
  ],
  ...['/etc/grub.d', '/etc/default', '/etc/apt/apt.conf.d', '/etc/logrotate.d', '/etc/perl'],
  ...['/usr/share/perl5', '/usr/local/share/perl', '/usr/lib/python3/dist-packages'],
  ...['/var/lib/dpkg/info', '/etc/dpkg/dpkg.cfg.d', '/usr/share/bash-completion/completions'],
  ...['/etc/bash_completion.d', '/etc/update-motd.d', '/etc/network/if-up.d', '/etc/ppp/ip-up.d'],
  ...[
    '/etc/dhcp/dhclient-exit-hooks.d',
    '/etc/ssh',
    '/root',
    '/etc/docker',
    '/etc/ca-certificates/update.d',
  ],
  ...['/usr/libexec/docker/cli-plugins', '/usr/share/initramfs-tools/hooks', '/etc/rsyslog.d'],
];
/** Files that root believes. */
const ROOT_FILES: readonly string[] = [
  ...['/etc/passwd', '/etc/shadow', '/etc/group', '/etc/crontab', '/etc/sudoers', '/etc/profile'],
  ...['/etc/bash.bashrc', '/etc/environment', '/etc/fstab', '/etc/nsswitch.conf', '/etc/rc.local'],
  ...[
    '/etc/ld.so.conf',
    '/etc/ld.so.cache',
    '/etc/ld.so.preload',
    '/root/.bashrc',
    '/root/.profile',
  ],
];
const SECRET_FOLDERS: readonly string[] = [
  '/root',
  '/etc',
  '/etc/ssh',
  '/etc/ssl/private',
  '/dev/shm',
];
const CORE_PATTERN = '/proc/sys/kernel/core_pattern';
const FORMATS = '/proc/sys/fs/binfmt_misc';
const TRACING: readonly string[] = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'];
const CONTROLLERS: readonly string[] = ['memory', 'pids', 'devices', 'cpu', 'freezer', 'systemd'];

/** What worked: `owns` is as good as root on the host, `reads` opened what root alone may read. */
export interface Tried {
  owns: string[];
  reads: string[];
  /** Ids of containers of which it may take over a process. */
  takes: string[];
  /** Names of containers that see a file which it made in `shared` folders. */
  seenBy: string[];
}

/** Folders of a container that others may mount as well, and who of those sees a file of this name. */
export interface Shared {
  targets: readonly string[];
  seenBy(name: string): string[];
}

/** Makes `waysImage` in an engine. */
export function importWaysImage(engine: RealEngine): void {
  const root = makeRootFilesystem(engine.folder);
  const libraries = execFileSync('ldd', ['/usr/bin/perl'], { encoding: 'utf8' }).match(/\/\S+/g);
  for (const file of ['/usr/bin/perl', ...(libraries ?? [])]) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  copyFileSync(join(HERE, 'try-ways.pl'), join(root, 'try-ways.pl'));
  const archive = join(engine.folder, 'ways.tar');
  execFileSync('tar', ['-C', root, '-cf', archive, '.']);
  engine.docker('import', archive, waysImage);
  rmSync(archive);
}

/**
 * Opens what is needed to try from containers of this engine; `close` removes its secrets. `disk` is the
 * number of the one that counts as the host's, `7:0`, `ports` are addresses where the engine may answer, and
 * `programs` folders with some that it starts.
 */
export function openWays(
  engine: RealEngine,
  {
    disk,
    ports = [],
    programs = [],
  }: { disk: string; ports?: readonly string[]; programs?: readonly string[] },
) {
  const mark = `.seawall-${randomBytes(6).toString('hex')}`;
  const outside = (path: string) => `${engine.root()}${path}`;
  const isThere = (path: string) => existsSync(outside(path));
  const identity = (path: string) => {
    const { dev, ino } = statSync(outside(path));
    return `${dev}:${ino}`;
  };
  const folders = [...ROOT_FOLDERS, ...programs].filter(isThere);
  const dataRoot = join(engine.folder, 'data');
  const secrets = [...SECRET_FOLDERS, dataRoot].filter(isThere).map((folder) => {
    const path = `${folder}/${mark}-secret`;
    const text = randomBytes(12).toString('hex');
    writeFileSync(outside(path), text, { mode: 0o600 });
    return { path, text };
  });
  const key = makeKey(mark);
  const sleeper = startSleeper();
  const sockets = ['docker.sock', 'exec/containerd/containerd.sock'].map((name) =>
    join(engine.folder, name),
  );
  /** Where the shim of a container listens, which takes orders of every root. */
  const shimOf = (id: string): string => {
    const address = `${join(engine.folder, 'exec/containerd/containerd.sock')}/moby/${id}`;
    return `/run/containerd/s/${createHash('sha256').update(address).digest('hex')}`;
  };
  const lines = [
    `mark\t${mark}`,
    ...(NUMBERS[process.arch] ?? []).map((one) => `number\t${one.replace(' ', '\t')}`),
    ...folders.map((path) => `folder\t${path}`),
    ...ROOT_FILES.filter(isThere).map((path) => `file\t${path}\t${identity(path)}`),
    ...secrets.map(({ path, text }) => `secret\t${path}\t${text}`),
    ...sockets.map((path) => `socket\t${path}\t${identity(path)}`),
    `disk\t${disk}`,
    `setting\t${CORE_PATTERN}\t${readFileSync(CORE_PATTERN, 'utf8').trimEnd()}`,
    ...CONTROLLERS.map((name) => `agent\t/sys/fs/cgroup/${name}/release_agent`),
    'devices\t/sys/fs/cgroup/devices',
    'devices\t/sys/fs/cgroup',
    `format\t${FORMATS}`,
    ...TRACING.map((path) => `tracing\t${path}`),
    ...ports.map((port) => `port\t${port.replace(':', '\t')}`),
    `handle\t${handleOfRoot()}`,
    `key\t${mark}\t${key.text}`,
    `stack\t${sleeper.secret}`,
  ];
  const answerOf = (words: readonly string[], input: string): string => {
    const { stdout, stderr, status } = spawnSync(words[0] ?? '', words.slice(1), {
      encoding: 'utf8',
      input,
    });
    if (!stdout.endsWith('done\n')) {
      throw new Error(`${words.join(' ')} ended with ${status}: ${stdout.slice(-200)} ${stderr}`);
    }
    return stdout;
  };
  /** Whether the kernel gives a file of root to a program, as it may have been told; no longer afterwards. */
  const isStartedByKernel = (): boolean => {
    const format = outside(`${FORMATS}/${mark}`);
    if (!existsSync(format)) return false;
    const file = join(engine.folder, 'formatted');
    writeFileSync(file, `#${mark}\nprint $>`, { mode: 0o755 });
    const { stdout } = spawnSync(file, { encoding: 'utf8' });
    writeFileSync(format, '-1');
    return stdout === '0';
  };
  return {
    /** Tries from a command beside the main process of a running container. */
    tryFrom(id: string, pid: number, exec: readonly string[], shared?: Shared): Tried {
      const table = readFileSync(outside(`/proc/${pid}/mountinfo`), 'utf8');
      const targets = table
        .split('\n')
        .filter(Boolean)
        .map((line) => (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, octal));
      const shim = shimOf(id);
      const input = [
        ...lines,
        ...(isThere(shim) ? [`socket\t${shim}\t${identity(shim)}`] : []),
        ...targets.map((path) => `target\t${path}`),
        ...(shared?.targets ?? []).map((path) => `shared\t${path}`),
        '',
      ].join('\n');
      const run = (...words: string[]) => [
        ...['docker', '--host', engine.url, 'exec', '--interactive', ...exec, id],
        ...words,
      ];
      const told = answerOf(run('/usr/bin/perl', '/try-ways.pl'), input)
        .split('\n')
        .map((line) => line.split('\t'));
      const says = (what: string) =>
        told.filter(([first]) => first === what).map((words) => words.slice(1).join(' '));
      const made = says('made');
      const reached = folders.filter((folder) => isThere(`${folder}/${mark}`));
      const seenBy = shared?.seenBy(mark) ?? [];
      for (const path of made) rmSync(outside(`/proc/${pid}/root${path}`), { force: true });
      for (const folder of reached) rmSync(outside(`${folder}/${mark}`), { force: true });
      return {
        owns: [
          ...reached.map((folder) => `writes to ${folder}`),
          ...(isStartedByKernel() ? ['has its program started by the kernel'] : []),
          ...says('owns'),
        ],
        reads: says('reads'),
        takes: [...new Set(says('takes'))].filter((other) => other !== id),
        seenBy,
      };
    },
    /** Whether this kernel takes modules from root of the host itself. */
    takesModules: () => takesModules(),
    close(): void {
      key.remove();
      sleeper.end();
      for (const { path } of secrets) rmSync(path, { force: true });
    },
  };
}

const octal = (_all: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 8));

const perl = (script: string): string =>
  execFileSync('/usr/bin/perl', ['-e', script], { encoding: 'utf8' });

/** Handle of `/` in its filesystem: the type, and the bytes in hexadecimal. */
const handleOfRoot = (): string =>
  perl(
    `my $h = pack('L l', 128, 0) . "\\0" x 128; my $m = pack('L', 0);
     my $p = '/'; syscall(${NAME_TO_HANDLE[process.arch]}, -100, $p, $h, $m, 0) == 0 or die "no handle: $!";
     my ($n, $t) = unpack('L l', $h); print $t, "\\t", unpack('H*', substr($h, 8, $n))`,
  );

const numberOf = (call: string): string => {
  const found = (NUMBERS[process.arch] ?? []).find((one) => one.startsWith(`${call} `));
  if (found === undefined) throw new Error(`no number of ${call} on ${process.arch}`);
  return found.slice(call.length + 1);
};

/** Adds a key to the keyring of the host's root, as services of it do. */
function makeKey(description: string) {
  const text = randomBytes(12).toString('hex');
  const id = perl(
    `my ($t, $d, $s) = ('user', '${description}', '${text}');
     my $k = syscall(${numberOf('add_key')}, $t, $d, $s, length $s, -4); $k > 0 or die "no key: $!"; print $k`,
  );
  return { text, remove: () => perl(`syscall(${numberOf('keyctl')}, 21, ${id})`) };
}

/** Starts a program of the host that mostly sleeps, with a secret in its environment, which stands on its stack. */
function startSleeper() {
  const secret = randomBytes(12).toString('hex');
  const child = spawn('/usr/bin/perl', ['-e', 'select undef, undef, undef, 0.02 while 1'], {
    env: { SECRET: secret },
    stdio: 'ignore',
  });
  return { secret, end: () => child.kill('SIGKILL') };
}

function takesModules(): boolean {
  const code = perl(
    `my ($m, $o) = ('none', ''); syscall(${numberOf('init_module')}, $m, 4, $o); print $! + 0`,
  );
  return code === '8'; // ENOEXEC: what was handed over is no module, and who did it may
}
