import { besideIt, groupsInReach, type OddContainer, SLEEP } from './odd-containers.ts';

// Containers whose processes make, or enter, namespaces of their own; that join one with more power, or are
// given devices by a rule; and commands that somebody opened, or left behind, in them.

type Inner = readonly [
  options: readonly string[],
  command: readonly string[],
  exec?: readonly string[],
  execCommand?: readonly string[],
];

const cap = (...names: string[]) => names.flatMap((name) => ['--cap-add', name]);
const admin = cap('SYS_ADMIN');
const someUser = ['--user', '1000:1000'];
const openSeccomp = ['--security-opt', 'seccomp=unconfined'];
const openPaths = ['--security-opt', 'systempaths=unconfined'];
const gainsNone = ['--security-opt', 'no-new-privileges'];

const then = (deed: string) => ['sh', '-c', `${deed}; exec busybox sleep infinity`];
/** Does it in namespaces of its own, given as to unshare(1), and stays there. */
const apart = (kinds: string, deed = ':') => ['unshare', kinds, 'busybox', ...then(deed)];
/** Stays in namespaces of the first process that it sees. */
const entered = (...kinds: string[]) => ['nsenter', '-t', '1', ...kinds, ...SLEEP];
const asMain = (words: readonly string[]) => ['busybox', ...words];
const uncover = 'busybox umount /proc/kcore; busybox umount /proc/keys';
const unlock = 'busybox umount /proc/sys';
const anew = 'busybox mount -t proc proc /proc';
const openRoot = 'busybox mount -o remount,rw /';
/** The kernel's own files once more, with nothing over them, and a root in which a program has them. */
const procTwice = 'busybox mkdir /m; busybox mount --bind / /m; busybox mount -t proc proc /m/proc';
const openPart =
  'busybox mount --bind /proc/sys/kernel /proc/sys/kernel; busybox mount -o remount,bind,rw /proc/sys/kernel';
const rootTwice =
  'busybox mkdir /m/m; busybox mount --bind / /m/m; busybox mount -o remount,bind,rw /m/m';
/** The next command gets a root over the one that the others have, and nothing covers a path there. */
const rootOver =
  'busybox mount --rbind / /; busybox nsenter -t 1 -m busybox umount /proc/keys; busybox mount --bind /dev/null /proc/keys';
const ownRoot = 'busybox mkdir -p /m/bin; busybox cp /bin/busybox /m/bin';
const rootedIn = (folder: string, deed: string) => [
  'sh',
  '-c',
  `${deed}; exec busybox chroot ${folder} busybox sleep infinity`,
];
const rootedInHost = ['chroot', '/x', '/usr/bin/busybox', 'sleep', 'infinity'];

const ownNamespaces: readonly Inner[] = [
  ...[uncover, unlock, anew].flatMap((deed): Inner[] => [
    [admin, besideIt(apart('-m', deed))],
    [admin, asMain(apart('-m', deed))],
    [admin, asMain(then(deed))],
  ]),
  [[...admin, '--read-only'], besideIt(apart('-m', openRoot))],
  [[...admin, '--read-only'], asMain(apart('-m', openRoot))],
  [admin, besideIt(apart('-m'))],
  [admin, besideIt(apart('-nui'))],
  [[...admin, ...someUser], SLEEP, ['--privileged', '--user', '0'], asMain(apart('-m', uncover))],
  [openSeccomp, besideIt(apart('-rm', uncover))],
  [openSeccomp, asMain(apart('-rm', uncover))],
  [[...openSeccomp, ...someUser], besideIt(apart('-rm', openRoot))],
  [[...openSeccomp, ...someUser, '--read-only'], besideIt(apart('-rm', openRoot))],
];

/** What one of its processes mounts anew, without a table of its own, passes by what the engine covered. */
const coversPassed: readonly Inner[] = [
  [
    admin,
    asMain(rootedIn('/m', `busybox mkdir /m; busybox mount --bind / /m; ${uncover}; ${unlock}`)),
  ],
  [
    [...admin, '--read-only', '--tmpfs', '/m'],
    asMain(rootedIn('/m/m', `busybox mkdir /m/m; busybox mount --bind / /m/m; ${openRoot}`)),
  ],
  ...[[], ['--read-only', '--tmpfs', '/m:exec']].map(
    (options): Inner => [options, asMain(rootedIn('/m', ownRoot))],
  ),
  [admin, besideIt(rootedIn('/m', procTwice))],
  [admin, asMain(rootedIn('/m', procTwice))],
  [admin, asMain(then(openPart))],
  [admin, asMain(then(rootOver))],
  [[...admin, '--read-only', '--tmpfs', '/m'], besideIt(rootedIn('/m/m', rootTwice))],
  [admin, asMain(then('busybox mount -t tmpfs none /proc/sys'))],
  // The host's own files, with its /proc and no covers.
  [['--volume', '/:/x'], besideIt(rootedInHost)],
  [
    [...openSeccomp, ...someUser, '--cap-drop', 'ALL', '--volume', '/:/x'],
    besideIt(['unshare', '-r', 'busybox', ...rootedInHost]),
  ],
  // Parts of them at the place where a program with another root looks for them.
  ...['/proc/sys', '/proc/keys', '/sys/firmware'].map(
    (path): Inner => [
      ['--tmpfs', '/m:exec', '--volume', `${path}:/m${path}`],
      besideIt(rootedIn('/m', ownRoot)),
    ],
  ),
  // Another filesystem to write to, of which a process makes its root.
  [['--read-only', '--tmpfs', '/m:exec'], besideIt(rootedIn('/m', ownRoot))],
  // As an agent that watches the host has them.
  [['--volume', '/proc:/h/proc:ro', '--volume', '/sys:/h/sys:ro'], besideIt(SLEEP.slice(1))],
  [admin, ['thread-apart']],
  [[], ['thread-apart']],
  [admin, ['thread-leaves']],
  [[...admin, '--read-only'], ['thread-leaves']],
  [[...admin, '--read-only'], ['thread-writes']],
];

const intoTheHost = [['-n'], ['-u'], ['-i'], ['-m'], ['-n', '-u']].flatMap((kinds): Inner[] => {
  const options = ['--pid', 'host', ...cap('SYS_ADMIN', 'SYS_PTRACE')];
  return [
    [options, besideIt(entered(...kinds))],
    [options, asMain(entered(...kinds))],
  ];
});

/** Agents of many threads that see the processes of the host, of which one has entered its network. */
const byThread: readonly Inner[] = [
  [['--pid', 'host', ...cap('SYS_ADMIN', 'SYS_PTRACE')], ['thread-enters']],
  [['--pid', 'host'], ['thread-enters']],
  [[...cap('SYS_ADMIN'), '--volume', '/proc:/h/proc:ro'], ['threads']],
];

/** A server that listens on every address of the network of the host, or on one of the container's own. */
const serve = (port: number) => ['busybox', 'httpd', '-f', '-p', String(port)];
const servers: readonly Inner[] = [
  [
    ['--pid', 'host', ...cap('SYS_ADMIN', 'SYS_PTRACE')],
    besideIt(['nsenter', '-t', '1', '-n', ...serve(7001)]),
  ],
  [
    ['--volume', '/proc:/h:ro', ...cap('SYS_ADMIN', 'SYS_PTRACE')],
    besideIt(['nsenter', '-n/h/1/ns/net', ...serve(7002)]),
  ],
  [
    ['--pid', 'host', ...openSeccomp],
    SLEEP,
    ['--privileged'],
    ['busybox', 'sh', '-c', `busybox nsenter -t 1 -n ${serve(7003).join(' ')} & exit 0`],
  ],
  [[], besideIt(serve(7004).slice(1))],
  [['--network', 'none'], SLEEP, [], serve(7005)],
];

/** A share of the processors that its container may set for itself. */
const ownShares: readonly Inner[] = [
  ['--cpu-shares', '512'],
  ['--cpus', '0.5'],
  ['--cpus', '0.5', '--user', '1000:1000'],
].map((options): Inner => [[...options, ...groupsInReach], SLEEP]);

const visitor = cap('SYS_ADMIN', 'SYS_PTRACE');
/** Who enters a network while it shares one, who enters all that another has, and who joins one that has entered. */
const visits: readonly Inner[] = [
  [['--network', 'container:plain-first', '--pid', 'host', ...visitor], besideIt(entered('-n'))],
  [['--pid', 'container:inner-visited', ...visitor], besideIt(entered('-m', '-n', '-u', '-i'))],
  [['--network', 'container:inner-entered'], SLEEP],
];

/** Nodes may be made by everybody, and every container has some devices. */
const rules = ['a *:* m', 'a *:* rwm', 'c 1:* r', 'b 8:* w', 'c 1:3 rwm', 'b *:* m'];

const byOptions: readonly (readonly string[])[] = [
  ...rules.map((rule) => ['--device-cgroup-rule', rule]),
  ['--volume', '/dev/loop-control:/x'],
  ['--volume', '/dev/shm:/x'],
  ['--device', '/dev/null:/dev/x'],
  // What all have anyway, and a processor that is named twice.
  ['--device', '/dev/net/tun', '--device-cgroup-rule', 'c 5:1 rw', '--cpuset-cpus', '0,0'],
  // The engine looks a name up below what is mounted.
  ['--user', 'www', '--mount', 'type=bind,src=FOLDER/passwd,dst=/etc/passwd'],
  ['--read-only', '--volume', '/:/x'],
  ['--device', '/dev/kmsg'],
  ['--device', '/dev/kmsg:/dev/kmsg:m'],
  ['--tmpfs', '/sys/firmware'],
  ['--tmpfs', '/sys/firmware', ...openPaths],
  [...openPaths, '--tmpfs', '/sys/firmware', '--cap-drop', 'ALL'],
  [...openPaths, ...someUser],
  [...openPaths, ...someUser, ...gainsNone],
  ['--cgroupns', 'host'],
  ['--cgroupns', 'host', ...groupsInReach],
  ['--pid', 'container:inner-power'],
  ['--network', 'container:inner-power'],
  ['--ipc', 'container:inner-power'],
  ['--cgroup-parent', '/docker/ID(inner-weak)'],
  ...['inner-gone', 'inner-anew'].flatMap((other) =>
    ['--pid', '--network', '--ipc'].map((kind) => [kind, `container:${other}`]),
  ),
  ['--pid', 'container:inner-host'],
  ['--network', 'container:inner-host'],
  ['--ipc', 'container:inner-host'],
  [...someUser, '--group-add', '6'],
  [...someUser, '--group-add', 'root'],
  [...someUser, '--group-add', 'wheel'],
  ['--user', '1000:wheel'],
  [...someUser, ...cap('NET_ADMIN', 'SYS_ADMIN')],
  ['--user', '1000', ...cap('SYS_ADMIN'), ...gainsNone],
];

/** `busybox-raw` and `busybox-admin` have capabilities as files. */
const byFile: readonly Inner[] = [
  [someUser, ['busybox-raw', 'sleep', 'infinity']],
  [
    [...someUser, ...gainsNone],
    ['busybox-raw', 'sleep', 'infinity'],
  ],
  [
    [...someUser, ...admin],
    ['busybox-admin', 'sleep', 'infinity'],
  ],
  [[...someUser, ...admin, ...gainsNone], besideIt(['sh', '-c', 'busybox-admin sleep infinity'])],
];

/** A process whose first thread has ended goes on as the others are. */
const withoutFirst: readonly Inner[] = [
  [someUser, ['thread-left']],
  [someUser, besideIt(['sh', '-c', 'exec thread-left'])],
  [[], besideIt(['sh', '-c', 'exec thread-left'])],
];

/** Whoever becomes another user loses the groups that the next one has again. */
const byUser: readonly Inner[] = [
  [
    ['--user', '0:1000', '--group-add', 'wheel'],
    ['busybox', 'su', 'www', '-s', '/bin/sh', '-c', 'sleep infinity'],
  ],
];

const left = ['busybox', 'sh', '-c', 'busybox sleep infinity & exit 0'];
const leftHolding = ['busybox', 'sh', '-c', 'drop-bounding & exit 0'];
/** Out of the control groups by which the engine finds it, and not out of all. */
const leftByMounting = [
  ...['busybox', 'sh', '-c', '"$@" & exit 0', 'sh', 'busybox', 'sh', '-c'],
  `for one in cpu devices freezer memory pids; do busybox mkdir -p /c/$one
  busybox mount -t cgroup -o $one none /c/$one; echo $$ >/c/$one/cgroup.procs; done
  exec busybox sleep infinity`,
];
const leftInNetwork = ['busybox', 'sh', '-c', `busybox ${entered('-n').join(' ')} & exit 0`];
const commands: readonly Inner[] = [
  [[], SLEEP, ['--privileged'], left],
  [[], SLEEP, ['--privileged'], leftHolding],
  [someUser, SLEEP, ['--privileged'], left],
  [someUser, SLEEP, ['--privileged', '--user', '0'], left],
  [someUser, SLEEP, ['--user', '0'], left],
  [[...someUser, ...gainsNone], SLEEP, ['--user', '0'], left],
  [someUser, SLEEP, ['--user', '0']],
  [[...someUser, ...admin, '-m', '64m'], SLEEP, ['--user', '0'], leftByMounting],
  [someUser, SLEEP, ['--privileged']],
  [['--cap-drop', 'ALL'], SLEEP, ['--privileged']],
  [cap('ALL'), SLEEP, ['--privileged']],
  [['--pid', 'container:inner-power', ...someUser], SLEEP, ['--privileged', '--user', '0'], left],
  [['--pid', 'host', ...openSeccomp], SLEEP, ['--privileged'], leftInNetwork],
];

const weak = [...someUser, ...gainsNone, '--cap-drop', 'ALL', '-m', '64m', '--pids-limit', '50'];
const ofTheHost = ['--pid', 'host', '--ipc', 'host', '--network', 'host'];

/** Those that others join stand first. */
export function innerContainers(): OddContainer[] {
  const make = (name: string, [options, command, exec, execCommand]: Inner): OddContainer => ({
    name,
    options: [...options],
    command: [...command],
    exec: exec ? [...exec] : null,
    ...(execCommand ? { execCommand: [...execCommand] } : {}),
    isOpenProfile: false,
    // The namespaces of a main process whose first thread has ended cannot be entered.
    ...(command[0] === 'thread-left' ? { isSealed: true } : {}),
  });
  const all = [
    ...byOptions.map((options): Inner => [options, SLEEP]),
    ...[
      ...ownNamespaces,
      ...coversPassed,
      ...intoTheHost,
      ...byThread,
      ...servers,
      ...ownShares,
      ...visits,
      ...byFile,
      ...withoutFirst,
      ...byUser,
      ...commands,
    ],
  ];
  return [
    make('inner-power', [['--privileged', '--ipc', 'shareable'], SLEEP]),
    make('inner-host', [ofTheHost, SLEEP]),
    { ...make('inner-gone', [ofTheHost, SLEEP]), afterwards: 'removed' },
    { ...make('inner-anew', [['--ipc', 'shareable'], SLEEP]), afterwards: 'restarted' },
    make('inner-visited', [[], SLEEP]),
    make('inner-entered', [['--pid', 'host', ...visitor], asMain(entered('-n'))]),
    // Another one lies in its control groups.
    make('inner-weak', [weak, SLEEP]),
    ...all.map((one, index) => make(`inner-${index}`, one)),
  ];
}
