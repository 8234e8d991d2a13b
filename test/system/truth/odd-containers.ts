// Containers that are configured, and behave, in unusual ways: every kind alone, and kinds together.

export interface OddContainer {
  name: string;
  /** `FOLDER` stands for the engine's folder, `ID(name)` for the id of another container. */
  options: string[];
  command: string[];
  /** Options of a command that is started in it beside its own. */
  exec: string[] | null;
  /** That command, where it is none that only waits. */
  execCommand?: string[];
  /** Its seccomp profile is one that forbids nothing, which no file of /proc tells. */
  isOpenProfile: boolean;
  /** Nothing can be started in it: what is in it is all that there will be. */
  isSealed?: boolean;
  /** What becomes of it once others have joined it. */
  afterwards?: 'removed' | 'restarted';
}

/** Kinds of one group exclude each other. */
const groups: readonly (readonly string[][])[] = [
  [
    [],
    ['--privileged'],
    ['--cap-drop', 'ALL'],
    ['--cap-add', 'SYS_ADMIN'],
    ['--cap-add', 'ALL'],
    ['--cap-add', 'ALL', '--cap-drop', 'CHOWN'],
    ['--cap-drop', 'ALL', '--cap-add', 'NET_BIND_SERVICE'],
    ['--cap-drop', 'ALL', '--cap-add', 'SYS_PTRACE'],
    ['--privileged', '--cap-drop', 'ALL'],
    ['--privileged', '--cap-add', 'SYS_ADMIN'],
  ],
  [
    [],
    ['--user', '1000'],
    ['--user', '1000:1000'],
    ['--user', '0:1000'],
    ['--user', 'toor'],
    ['--user', 'www'],
  ],
  [[], ['--group-add', '0'], ['--group-add', '42']],
  [
    [],
    ['--security-opt', 'seccomp=unconfined'],
    ['--security-opt', 'seccomp=FOLDER/open.json'],
    ['--security-opt', 'systempaths=unconfined'],
  ],
  [[], ['--security-opt', 'no-new-privileges']],
  [[], ['--read-only']],
  [[], ['--pid', 'host'], ['--pid', 'container:plain-first']],
  [[], ['--network', 'host'], ['--network', 'none'], ['--network', 'container:plain-first']],
  [[], ['--ipc', 'host'], ['--ipc', 'private'], ['--ipc', 'none']],
  [[], ['--uts', 'host']],
  [[], ['--cgroupns', 'private']],
  [[], ['-m', '64m'], ['-m', '900g']],
  [
    [],
    ['--pids-limit', '50'],
    ['--pids-limit', '-1'],
    ['--pids-limit', '40000'],
    ['--pids-limit', '4194304'],
  ],
  [
    [],
    ['--cpus', '0.5'],
    ['--cpu-quota', '25000', '--cpu-period', '50000'],
    ['--cpu-shares', '512'],
  ],
];

export const SLEEP = ['busybox', 'sleep', 'infinity'];
/** A process that holds itself down, and one beside the first. */
const commands: readonly string[][] = [
  SLEEP,
  ['busybox', 'su', 'www', '-s', '/bin/sh', '-c', 'sleep infinity'],
  ['busybox', 'sh', '-c', 'su www -s /bin/sh -c "sleep infinity" & sleep infinity'],
  ['busybox', 'setpriv', '--nnp', ...SLEEP],
];
const execs: readonly (string[] | null)[] = [
  null,
  ['--privileged'],
  ['--user', '0'],
  ['--user', '1000:1000'],
];

/** Puts itself into the control groups at the top, from which nothing holds it, and then runs the rest. */
const leaving = (...words: string[]) => [
  'sh',
  '-c',
  `for one in /cg/*/ /cg; do echo $$ > $one/cgroup.procs; done 2>/dev/null; exec "$@" </dev/null >/dev/null 2>&1`,
  'sh',
  ...words,
];
/** Runs it, a program of busybox, beside a main process that only waits. */
export const besideIt = (words: readonly string[]) => [
  ...['busybox', 'sh', '-c', '"$@" & exec busybox sleep infinity', 'sh', 'busybox', ...words],
];
/** Whoever opened it has gone, and what it started has not. */
const leftBehind = ['busybox', 'sh', '-c', '"$@" & exit 0', 'sh', ...leaving(...SLEEP)];
export const groupsInReach = ['--volume', '/sys/fs/cgroup:/cg'];
const limited = ['-m', '64m', '--pids-limit', '50', '--cpus', '0.5'];

/** Processes that leave the control groups of their container. */
const left: readonly (readonly [string[], string[]])[] = [
  [['--privileged', ...groupsInReach, ...limited], besideIt(leaving(...SLEEP))],
  [[...groupsInReach, ...limited], besideIt(leaving(...SLEEP))],
  [['--pid', 'host', ...groupsInReach, ...limited], besideIt(leaving(...SLEEP))],
  [
    ['--cap-add', 'SYS_ADMIN', ...groupsInReach],
    besideIt(leaving('busybox', 'setpriv', '--nnp', ...SLEEP)),
  ],
  [
    groupsInReach,
    besideIt(
      leaving('busybox', 'sh', '-c', 'busybox sleep infinity & exec busybox sleep infinity'),
    ),
  ],
];

/** Threads and namespaces that a container's processes make for themselves. */
const ownMaking: readonly (readonly [string[], string[]])[] = [
  [['--user', '1000:1000'], ['threads']],
  [['--user', '1000:1000', '--security-opt', 'no-new-privileges'], ['threads']],
  [[], ['threads']],
  [
    ['--security-opt', 'seccomp=unconfined'],
    ['busybox', 'unshare', '-r', ...SLEEP],
  ],
  [
    ['--security-opt', 'seccomp=unconfined', '--user', '1000:1000'],
    ['busybox', 'sh', '-c', 'busybox unshare -r sleep infinity & sleep infinity'],
  ],
  [
    ['--security-opt', 'seccomp=unconfined', '--user', '1000:1000'],
    ['busybox', 'unshare', '-r', ...SLEEP],
  ],
  [
    ['--cap-add', 'SYS_ADMIN'],
    ['busybox', 'unshare', '-r', ...SLEEP],
  ],
];

/** Every kind alone, then mixtures by `draw`, which gives a whole number below its argument. */
export function oddContainers(count: number, draw: (below: number) => number): OddContainer[] {
  const make = (index: number, options: string[], command: string[], exec: string[] | null) => ({
    name: `odd-${index}`,
    options,
    command,
    exec,
    isOpenProfile: options.some((option) => option.endsWith('open.json')),
  });
  const alone = [
    ...groups.flatMap((kinds) =>
      kinds.filter((kind) => kind.length > 0).map((kind) => [kind, SLEEP, null] as const),
    ),
    ...commands.slice(1).map((command) => [[], command, null] as const),
    ...ownMaking.map(([options, command]) => [options, command, null] as const),
    ...left.map(([options, command]) => [options, command, null] as const),
    ...execs.slice(1).map((exec) => [[], SLEEP, exec] as const),
  ];
  const mixed = Array.from({ length: Math.max(0, count - alone.length) }, () => {
    const pick = <T>(from: readonly T[]): T => from[draw(from.length)] as T;
    // Two in three settings stay as they are, so that what is set shows.
    const options = groups.flatMap((kinds) => (draw(3) === 0 ? pick(kinds) : []));
    return [options, pick(commands), draw(3) === 0 ? pick(execs) : null] as const;
  });
  const all = [...alone, ...mixed]
    .slice(0, Math.max(count, alone.length))
    .map(([options, command, exec], index) =>
      make(index, [...options], [...command], exec && [...exec]),
    );
  const byExec = ['--privileged', '--user', '0'];
  const options = [...groupsInReach, '--user', '1000:1000', ...limited];
  return [...all, { ...make(all.length, options, SLEEP, byExec), execCommand: leftBehind }];
}
