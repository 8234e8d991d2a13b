import { assess } from '../../src/assessment/assess.ts';
import { BY_LIST, BY_STATUS } from '../../src/controls/control.ts';
import type { AttackPath } from '../../src/paths/attack-paths.ts';
import { unresolvedMounts } from '../../src/paths/unresolved-mounts.ts';
import { deviceKind, deviceRule } from '../../src/rules/dangerous-devices.ts';
import {
  bind,
  capabilities,
  driverVolume,
  hostNamespace,
  localVolume,
  network,
  privileged,
  running,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { presentFile, withSettings } from '../../src/rules/example-host-files.ts';
import {
  kernelMount,
  kernelProcess,
  kernelSays,
  noLimits,
  readonlyOver,
} from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';
import type { OwnUse } from '../../src/snapshot/facts/host-files.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';
import { attackPaths } from '../support/attack-paths.ts';

const root = { user: { declared: '', uid: 0, reason: null } };
const someUser = { user: { declared: '1000', uid: 1000, reason: null } };
const withMknod = capabilities(['CAP_MKNOD']);
const tracer = capabilities(['CAP_SYS_PTRACE']);
const readonly = { isWritable: false };
const inDiskGroup = <T extends object>(process: T) => ({ ...process, groups: [6, 1000] });

const certainties = (
  container: Partial<ContainerFacts>,
  host: Omit<ExampleHost, 'container'> = {},
) =>
  attackPaths(assess(exampleSnapshot({ container: { ...root, ...container }, ...host }))).paths.map(
    ({ certainty }) => certainty,
  );
/** These beside the read-only settings that each container has. */
const shows = (...mounts: KernelMount[]) => ({
  kernel: kernelSays([], { mounts: [readonlyOver('/proc/sys'), ...mounts] }),
});
const engineFile = kernelMount('/etc/hosts', {
  device: '8:1',
  root: `/var/lib/docker/containers/${'a'.repeat(64)}/hosts`,
});

type Case = [title: string, facts: Partial<ContainerFacts>, host?: Omit<ExampleHost, 'container'>];
const cases = (...rows: Case[]) =>
  rows.map(([title, facts, host = {}]) => ({ title, facts, host }));

// Who has the handle of a network enters it with CAP_SYS_ADMIN alone, and the engine makes new ones by names that may be links.
it.each<[path: string, rest: Partial<MountFact>, found: AttackPath['certainty'][]]>([
  ['/run/docker/netns', {}, ['conditional']],
  ['/run/docker/netns/default', {}, ['conditional']],
  ['/run/docker/netns', readonly, []],
  ['/run/docker', {}, ['direct']],
  ['/run/docker/netnsx', {}, ['direct']],
  ['/srv/state/netns', {}, ['conditional']],
  ['/srv/state', {}, ['direct']],
  ['/var/lib/lxc/netns', {}, ['unproven']],
])('finds by the mount of %s with %j the ways %j', (path, rest, found) => {
  const own = withSettings({ ownPaths: [{ path: '/srv/state', use: 'state' }] });
  expect(certainties({ mounts: [bind(path, rest)] }, own)).toEqual(found);
});

it.each<[OwnUse, AttackPath['certainty'], boolean]>([
  ['program', 'direct', true],
  ['settings', 'direct', true],
  ['seccomp', 'conditional', true],
  ['init', 'conditional', true],
  ['program', 'direct', false],
])(
  'a mount of what the engine has as its %s is %s if it is written: %s',
  (use, certainty, isWritable) => {
    const mounts = [bind('/srv/own', { isWritable })];
    const told = withSettings({ ownPaths: [{ path: '/srv/own/file', use }] });

    expect(certainties({ mounts })).toEqual([]);
    expect(certainties({ mounts }, told)).toEqual(isWritable ? [certainty] : []);
  },
);

describe('a mount is direct', () => {
  it.each(
    cases(
      ['of a session of root', { mounts: [bind('/run/user/0', readonly)] }],
      ['of an engine of root in its session', { mounts: [bind('/run/user/0/docker.sock')] }],
      ['of the kernel settings by a volume', { mounts: [localVolume('proc', 'proc')] }],
      [
        'of an overlay of the accounts',
        {
          mounts: [localVolume('overlay', 'overlay', { layers: ['/etc'], upperLayer: '/etc' })],
        },
      ],
      [
        "of the host's own disk",
        { mounts: [localVolume('ext4', '/dev/sda1')] },
        shows(engineFile, kernelMount('/mnt', { device: '8:1' })),
      ],
      [
        'of a link to programs',
        { mounts: [bind('/srv/link')] },
        shows(kernelMount('/mnt', { root: '/usr/bin' })),
      ],
      [
        'of a link to the socket',
        { mounts: [bind('/srv/link', readonly)] },
        shows(kernelMount('/mnt', { root: '/docker.sock', filesystem: 'tmpfs' })),
      ],
      [
        'whose part below is left writable by an old engine',
        { mounts: [bind('/etc', readonly)] },
        shows(
          kernelMount('/mnt', { root: '/etc' }),
          kernelMount('/mnt/cron.d', { root: '/cron', options: ['rw'] }),
        ),
      ],
      [
        'below which another folder is left writable',
        { mounts: [bind('/srv/data', readonly)] },
        shows(
          kernelMount('/mnt', { root: '/srv/data' }),
          kernelMount('/mnt/jobs', { root: '/etc/cron.d', options: ['rw'] }),
        ),
      ],
      [
        'of the processes, read-only, for who traces',
        { ...tracer, mounts: [bind('/proc', readonly)] },
      ],
      [
        'of control groups of version 1',
        { ...withMknod, mounts: [bind('/sys/fs/cgroup')] },
        { engine: { cgroupVersion: '1' } },
      ],
      [
        'of the control groups for devices alone',
        { ...withMknod, mounts: [bind('/sys/fs/cgroup/cpu,devices')] },
        { engine: { cgroupVersion: '1' } },
      ],
      [
        'of /sys with control groups of version 1',
        { ...withMknod, mounts: [bind('/sys')] },
        { engine: { cgroupVersion: '1' } },
      ],
      ...['/sys/fs/cgroup', '/sys/fs/cgroup/system.slice', '/sys'].map(
        (path): Case => [
          `of ${path} with control groups of version 2, in the host’s namespace of these`,
          { ...withMknod, cgroupNamespace: hostNamespace, mounts: [bind(path)] },
          { engine: { cgroupVersion: '2' } },
        ],
      ),
      [
        // The profile of the engine lets everybody write to these alone (moby `profiles/apparmor`).
        'of /sys with control groups, in place',
        {
          ...{ ...withMknod, cgroupNamespace: hostNamespace, appArmorProfile: 'docker-default' },
          mounts: [bind('/sys', { destination: '/sys' })],
        },
        { engine: { cgroupVersion: '2', hasAppArmor: true } },
      ],
      [
        'of /proc/sys at a place that the profile does not name',
        { appArmorProfile: 'docker-default', mounts: [bind('/proc/sys')] },
      ],
      ['of a part of the system that root may run', { mounts: [bind('/etc/grub.d')] }],
      ['of the bus, read-only', { mounts: [bind('/run/dbus', readonly)] }],
      ['of the sockets of systemd, read-only', { mounts: [bind('/run/systemd', readonly)] }],
      ['of the socket of libvirt', { mounts: [bind('/run/libvirt/libvirt-sock')] }],
      ['of all that runs, read-only', { mounts: [bind('/run', readonly)] }],
      ['of the socket of another engine', { mounts: [bind('/run/crio/crio.sock', readonly)] }],
      ['of the folder of such a socket', { mounts: [bind('/run/podman', readonly)] }],
      ['of the sockets of shims', { mounts: [bind('/run/containerd/s', readonly)] }],
      ['of the socket of a shim', { mounts: [bind('/run/containerd/s/0a1b', readonly)] }],
      ['of the sockets of machines', { mounts: [bind('/run/qemu-server', readonly)] }],
      ['of the socket of a machine', { mounts: [bind('/run/qemu-server/100.qmp', readonly)] }],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties(facts, host)).toContain('direct');
  });
});

describe('a mount is unproven', () => {
  it.each(
    cases(
      ['of a disk of which nobody knows', { mounts: [localVolume('ext4', '/dev/sdb1')] }],
      [
        'of another disk than the engine’s',
        { mounts: [localVolume('ext4', '/dev/sdb1')] },
        shows(engineFile, kernelMount('/mnt', { device: '8:17' })),
      ],
      ['of /sys, of which nobody knows what the kernel does', { mounts: [bind('/sys')] }],
      ['of system files that no list names', { mounts: [bind('/etc/ours')] }],
      ['of data that programs of root believe', { mounts: [bind('/etc/hosts')] }],
      ['of a socket that may be of an engine', { mounts: [bind('/srv/app.sock')] }],
      ['of the socket of Tailscale', { mounts: [bind('/run/tailscale', readonly)] }],
      ['of a socket with another ending', { mounts: [bind('/srv/app-sock', readonly)] }],
      ['of keys of a user', { mounts: [bind('/home/web/.ssh/authorized_keys')] }],
      ['of tables of the firmware', { mounts: [bind('/sys/kernel/config/acpi')] }],
      ['of buses of the hardware', { mounts: [bind('/sys/bus/pci')] }],
      ['of the same buses as processes have them', { mounts: [bind('/proc/bus')] }],
      ['of one of them', { mounts: [bind('/proc/bus/pci/00')] }],
      ['of the homes of all users', { mounts: [bind('/home')] }],
      ['of the home of one', { mounts: [bind('/home/web')] }],
      ['of an agent with keys of a user', { mounts: [bind('/tmp/ssh-Xk3v9q', readonly)] }],
      ['of the session of a user', { mounts: [bind('/run/user/1000/bus', readonly)] }],
      ['of the sessions of all users', { mounts: [bind('/run/user', readonly)] }],
      ['of the screens of all users', { mounts: [bind('/run/screen', readonly)] }],
      ['of the screen of a user', { mounts: [bind('/tmp/.X11-unix', readonly)] }],
      [
        'of /tmp, in which a user has a session',
        { mounts: [bind('/tmp', readonly)] },
        { temporarySockets: ['/tmp/tmux-1000/default', '/tmp/app.sock'] },
      ],
      ['of the engine of a user', { mounts: [bind('/run/user/1000/podman/podman.sock')] }],
      ['of the home of one in /var', { mounts: [bind('/var/home/web')] }],
      ['of what a shell of a user reads', { mounts: [bind('/home/ann/.bashrc')] }],
      ['of what tools of a user run', { mounts: [bind('/home/ann/.docker/cli-plugins')] }],
      ['of what a package manager installs', { mounts: [bind('/var/cache/apt')] }],
      ['of where packages are made', { mounts: [bind('/var/tmp')] }],
      ['of all devices', { mounts: [bind('/dev')] }],
      ['of the orders of udev', { mounts: [bind('/run/udev', readonly)] }],
      ['of the orders of udev alone', { mounts: [bind('/run/udev/control')] }],
      ['of what runc keeps', { mounts: [bind('/run/runc')] }],
      ['of the bus, for another user', { ...someUser, mounts: [bind('/run/dbus', readonly)] }],
      [
        'of the bus where the profile may refuse it',
        { appArmorProfile: 'docker-default', mounts: [bind('/run/dbus', readonly)] },
        { engine: { hasAppArmor: true } },
      ],
      [
        'of /sys where the profile may refuse it',
        { appArmorProfile: 'docker-default', mounts: [bind('/sys', { destination: '/sys' })] },
        { engine: { hasAppArmor: true } },
      ],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties({ mounts: [bind('/run')] })).toContain('direct');
    expect(certainties(facts, host)).toContain('unproven');
    expect(certainties(facts, host)).not.toContain('direct');
  });
});

describe('a mount is conditional', () => {
  it.each(
    cases(
      ['of a home, read-only', { mounts: [bind('/home/web', readonly)] }],
      ['of the logs of the host', { mounts: [bind('/var/log')] }],
      ['of what follows the kernel', { mounts: [bind('/sys/kernel/tracing')] }],
      ['of a folder of it', { mounts: [bind('/sys/kernel/tracing/instances')] }],
      ['of what follows the kernel, by a volume', { mounts: [localVolume('tracefs', 'none')] }],
      ['of policies of the kernel', { mounts: [bind('/sys/kernel/security/ima')] }],
      ['of terminals, which every container may open', { mounts: [bind('/dev/pts', readonly)] }],
      [
        'of the folder from which Compose made it',
        { composeFiles: ['/srv/shop/compose.yaml'], mounts: [bind('/srv/shop')] },
      ],
      [
        'of the file from which Compose made it',
        { composeFiles: ['/srv/shop/compose.yaml'], mounts: [bind('/srv/shop/compose.yaml')] },
      ],
      ['of all devices, of which terminals are open', { mounts: [bind('/dev', readonly)] }],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties(facts, host)).toEqual(['conditional']);
  });
});

test.each<[string, MountFact]>([
  ['is only read', bind('/srv/shop', readonly)],
  ['is another', bind('/srv/shop/data')],
])('a folder from which Compose made nothing is no way: it %s', (_title, mount) => {
  const composeFiles = ['/srv/shop/compose.yaml'];
  expect(certainties({ composeFiles, mounts: [mount] })).toEqual([]);
});

describe('the socket of the engine by its group', () => {
  const socketGroups = read([{ name: 'docker', gid: 998, members: [] }]);
  const waysOf = (container: Partial<ContainerFacts>, host: Omit<ExampleHost, 'container'> = {}) =>
    certainties({ ...someUser, ...container }, { hostFiles: { socketGroups }, ...host });
  const group = (...addedGroups: string[]) => ({ addedGroups });
  const mounts = [bind('/run/docker.sock')];

  it.each<[string, Partial<ContainerFacts>, Omit<ExampleHost, 'container'>, string]>([
    ['that it asks for', { mounts, ...group('998') }, {}, 'direct'],
    [
      'of its user',
      { mounts, user: { declared: '1000:998', uid: 1000, reason: null } },
      {},
      'direct',
    ],
    [
      'whoever its user is',
      { mounts, ...group('998'), user: { declared: 'app', uid: null, reason: 'no passwd' } },
      {},
      'direct',
    ],
    ['in the folder of it', { mounts: [bind('/run')], ...group('998') }, {}, 'direct'],
    ['by a name, which is that of the image', { mounts, ...group('docker') }, {}, 'unproven'],
    ['by another number', { mounts, ...group('999') }, {}, 'unproven'],
    [
      'in a user namespace',
      { mounts, ...group('998') },
      { engine: { remapsUsers: true } },
      'unproven',
    ],
    [
      'that is containerd’s',
      { mounts: [bind('/run/containerd/containerd.sock')], ...group('998') },
      {},
      'unproven',
    ],
  ])('is open to the one %s', (_title, container, host, expected) => {
    expect(waysOf(container, host)[0]).toBe(expected);
  });

  it.each<[string, number, number, string, string?]>([
    ['that the socket has, whatever the settings say', 0o660, 1001, 'unproven'],
    ['where the mode lets no group in', 0o600, 998, 'unproven'],
    ['that both name', 0o660, 998, 'direct'],
    ['or any other where the mode lets all in', 0o666, 998, 'direct', '1001'],
    ['that the settings do not name', 0o660, 1001, 'direct', '1001'],
  ])('goes by the mode and group of the file: %s', (_title, mode, gid, expected, own = '998') => {
    const files = { 'engine-socket': [presentFile('/run/docker.sock', mode, { uid: 0, gid })] };

    expect(waysOf({ mounts, ...group(own) }, { hostFiles: { files, socketGroups } })).toEqual([
      expected,
    ]);
  });

  it('is not known where nobody read which', () => {
    const hostFiles = { socketGroups: unread('needs evidence level files') };

    expect(waysOf({ mounts, ...group('998') }, { hostFiles })).toEqual(['unproven']);
    expect(waysOf({ mounts })).toEqual(['unproven']);
  });
});

it('of control groups of version 2 leads out of a namespace of these without nsdelegate', () => {
  const engine = { cgroupVersion: '2' } as const;
  const mounts = [bind('/sys/fs/cgroup')];
  const found = (...superOptions: string[]) =>
    certainties(
      { ...withMknod, mounts },
      { engine, ...shows(kernelMount('/mnt', { filesystem: 'cgroup2', superOptions })) },
    );

  expect(certainties({ ...withMknod, mounts }, { engine })).toEqual(['unproven']);
  // An engine gives none to those that say nothing, and tells nothing either.
  const cgroupNamespace = { mode: '', resolved: 'unknown' as const, via: [] };
  const delegates = kernelMount('/mnt', { filesystem: 'cgroup2', superOptions: ['nsdelegate'] });
  expect(
    certainties({ ...withMknod, mounts, cgroupNamespace }, { engine, ...shows(delegates) }),
  ).toEqual(['unproven']);
  expect(found('rw')).toEqual(['direct']);
  expect(found('rw', 'nsdelegate')).toEqual(['conditional']);
  // A node of a disk is still to be made.
  const inHosts = { cgroupNamespace: hostNamespace, mounts, droppedCapabilities: ['CAP_MKNOD'] };
  expect(certainties({ ...inHosts, configuredCapabilities: [] }, { engine })).toEqual([
    'conditional',
  ]);
});

it.each(['docker/0123', 'system.slice/docker-0123.scope', 'init.scope', 'cron.service'])(
  'of the control group %s of version 2 may have no devices open',
  (group) => {
    const facts = { ...withMknod, cgroupNamespace: hostNamespace };
    const mounts = [bind(`/sys/fs/cgroup/${group}`)];

    expect(certainties({ ...facts, mounts }, { engine: { cgroupVersion: '2' } })).toEqual([
      'unproven',
    ]);
  },
);

it('of /sys brings no control groups without what is below it', () => {
  const engine = { cgroupVersion: '2' } as const;
  const mount = { ...bind('/sys'), isNonRecursive: true } as const;
  const facts = { ...withMknod, cgroupNamespace: hostNamespace };

  expect(certainties({ ...facts, mounts: [mount] }, { engine })).toEqual(['unproven']);
  expect(
    certainties(
      { ...facts, mounts: [{ ...mount, ...readonly, isReadonlyOnTop: true }] },
      { engine },
    ),
  ).toEqual([]);
});

it('of control groups for memory alone asks for more than a node', () => {
  const facts = { ...withMknod, mounts: [bind('/sys/fs/cgroup/memory')] };

  const found = (...superOptions: string[]) =>
    shows(kernelMount('/mnt', { filesystem: 'cgroup', device: '0:30', superOptions }));
  const engine = { cgroupVersion: '1' } as const;

  expect(certainties(facts, { engine })).toEqual(['conditional']);
  expect(certainties(facts, { engine, ...found('rw', 'memory') })).toEqual(['conditional']);
  expect(certainties(facts, { engine, ...found('rw', 'devices') })).toContain('direct');
});

it('is none of the tree of version 2 that stands beside those of version 1', () => {
  const powers = { ...withMknod, cgroupNamespace: hostNamespace };
  const of = (path: string, cgroupVersion: '1' | '2', ...table: KernelMount[]) => {
    const host = { engine: { cgroupVersion }, ...(table.length > 0 ? shows(...table) : {}) };
    return certainties({ ...powers, mounts: [bind(path)] }, host);
  };
  const tree = kernelMount('/mnt', { filesystem: 'cgroup2', device: '0:30' });

  expect(of('/sys/fs/cgroup/unified', '1')).toEqual([]);
  expect(of('/sys/fs/cgroup/unified/docker', '1')).toEqual([]);
  expect(of('/sys/fs/cgroup/unified', '1', tree)).toEqual([]);
  expect(of('/sys/fs/cgroup', '1')).toEqual(['direct']);
  // A group of that name.
  expect(of('/sys/fs/cgroup/unified', '2')).toEqual(['direct']);
});

describe('a read-only mount above control groups', () => {
  const old = { cgroupVersion: '1', kernelVersion: '5.10.0' } as const;
  const onTop = { ...bind('/sys', readonly), isReadonlyOnTop: true } as const;
  const onePath = (engine: NonNullable<ExampleHost['engine']>, mount = bind('/sys', readonly)) =>
    certainties({ ...withMknod, mounts: [mount] }, { engine });

  it.each(['/sys', '/sys/fs', '/sys/fs/cgroup'])('at %s may leave them writable', (path) => {
    expect(onePath(old, bind(path, readonly))).toEqual(['unproven']);
  });

  it('leaves them so where that was asked for', () => {
    expect(onePath({ cgroupVersion: '1' }, onTop)).toEqual(['direct']);
  });

  it('leaves them so as far as the label allows', () => {
    const facts = { ...withMknod, processLabel: 'system_u:system_r:container_t:s0:c1,c2' };
    const engine = { cgroupVersion: '1', hasSelinux: true } as const;

    expect(certainties({ ...facts, mounts: [onTop] }, { engine })).toEqual(['unproven']);
  });

  it('closes them where the engine makes all of it read-only', () => {
    expect(onePath({ cgroupVersion: '1' })).toEqual([]);
  });

  it('leaves those of version 2 so too, but at their own top', () => {
    const facts = { ...withMknod, cgroupNamespace: hostNamespace };
    const waysBy = (path: string) =>
      certainties(
        { ...facts, mounts: [{ ...onTop, ...bind(path, readonly) }] },
        { engine: { cgroupVersion: '2' } },
      );

    expect(waysBy('/sys')).toEqual(['direct']);
    expect(waysBy('/sys/fs/cgroup')).toEqual([]);
  });

  it('is what the kernel shows of it, where it was asked', () => {
    const found = (...options: string[]) =>
      shows(
        kernelMount('/mnt', { filesystem: 'sysfs', device: '0:21', options: ['ro'] }),
        kernelMount('/mnt/fs/cgroup/devices', {
          ...{ filesystem: 'cgroup', device: '0:30', options, superOptions: ['rw', 'devices'] },
        }),
      );
    const facts = { ...withMknod, mounts: [bind('/sys', readonly)] };

    expect(certainties(facts, { engine: old, ...found('ro') })).toEqual([]);
    expect(certainties(facts, { engine: old, ...found('rw') })).toContain('direct');
  });
});

describe("a read-only mount of the container's own filesystem", () => {
  const found = (path: string, mount: Partial<MountFact>, more: Partial<ContainerFacts> = {}) => {
    const mounts = [{ ...bind(path), ...readonly, ...mount }];
    const container = { ...root, ...more, mounts };
    const engine = { dataRoot: '/var/lib/docker', hasAppArmor: true } as const;
    const { paths } = attackPaths(assess(exampleSnapshot({ container, engine })));
    return paths.flatMap(({ certainty, sentence }) =>
      sentence.includes('come with its own files') ? [certainty] : [],
    );
  };
  const onTop = { isReadonlyOnTop: true } as const;

  it.each([
    '/var/lib/docker',
    '/var',
    '/var/lib/docker/overlay2',
    '/var/lib/docker/rootfs/overlayfs',
  ])('at %s shows settings of the kernel that nothing covers', (path) => {
    expect(found(path, onTop)).toEqual(['direct']);
    expect(found(path, onTop, { appArmorProfile: 'docker-default' })).toEqual(['direct']);
  });

  it.each<[string, string, Partial<MountFact>, Partial<ContainerFacts>, string[]]>([
    ['where all below it is read-only as well', '/var/lib/docker', {}, {}, []],
    [
      'of a volume, which was mounted before',
      '/var/lib/docker',
      { ...onTop, kind: 'volume' },
      {},
      [],
    ],
    ['of what volumes hold', '/var/lib/docker/volumes', onTop, {}, []],
    ['without what is below it', '/var/lib/docker', { ...onTop, isNonRecursive: true }, {}, []],
    ['for another user', '/var/lib/docker', onTop, someUser, ['conditional']],
  ])('is no sure way %s', (_what, path, mount, more, expected) => {
    expect(found(path, mount, more)).toEqual(expected);
  });
});

describe('a read-only mount above filesystems of the kernel', () => {
  const leftAt = (path: string, kernelVersion: string, mount: Partial<MountFact> = readonly) => {
    const facts = { ...root, mounts: [{ ...bind(path), ...readonly, ...mount }] };
    const engine = { cgroupVersion: '2', kernelVersion } as const;
    const { paths } = attackPaths(assess(exampleSnapshot({ container: facts, engine })));
    return paths.flatMap(({ certainty, sentence }) =>
      (/can write to (\S+) below/.exec(sentence)?.slice(1) ?? []).map((at) => [at, certainty]),
    );
  };
  const binfmt = ['/proc/sys/fs/binfmt_misc', 'unproven'];
  const config = ['/sys/kernel/config', 'unproven'];
  const debug = ['/sys/kernel/debug', 'unproven'];
  const firmware = ['/sys/firmware/efi/efivars', 'unproven'];

  it.each([
    ['/proc', [binfmt]],
    ['/proc/sys', [binfmt]],
    ['/sys', [firmware, config, debug]],
    ['/sys/kernel', [config, debug]],
    ['/proc/sys/fs/binfmt_misc', []],
    ['/sys/class', []],
  ])('at %s may leave them writable', (path, expected) => {
    expect(leftAt(path, '5.10.0')).toEqual(expected);
    expect(leftAt(path, '6.1.0')).toEqual([]);
  });

  it('leaves them so where that was asked for', () => {
    expect(leftAt('/proc', '6.1.0', { isReadonlyOnTop: true })).toEqual([binfmt]);
    expect(leftAt('/proc', '5.10.0', { isNonRecursive: true })).toEqual([]);
  });

  it('is what the kernel shows of it, where it was asked', () => {
    const below = (filesystem: string, target: string) =>
      certainties(
        { mounts: [bind('/sys/kernel', readonly)] },
        shows(
          kernelMount('/mnt', { filesystem: 'sysfs', device: '0:21', root: '/kernel' }),
          kernelMount(`/mnt/${target}`, { filesystem, device: '0:30', options: ['rw'] }),
        ),
      );

    expect(below('configfs', 'config')).toEqual(['unproven']);
    expect(below('tracefs', 'tracing')).toEqual(['conditional']);
    expect(below('securityfs', 'security')).toEqual(['conditional']);
  });
});

describe('a mount leads nowhere', () => {
  it.each(
    cases(
      ['of what every container has of the system', { mounts: [bind('/etc/localtime')] }],
      ['of such data, read-only', { mounts: [bind('/etc/hosts', readonly)] }],
      ['of an empty volume', { mounts: [localVolume('tmpfs', 'tmpfs')] }],
      ['of the journal, read-only', { mounts: [bind('/run/systemd/journal', readonly)] }],
      ['of a socket of the journal', { mounts: [bind('/run/systemd/journal/socket')] }],
      [
        'of the socket of the log, which leads to one of these',
        { mounts: [bind('/dev/log')] },
        {
          mountSources: [{ path: '/dev/log', leadsTo: read('/run/systemd/journal/dev-log') }],
        },
      ],
      ...['/run/podman/other.txt', '/run/crio/version', '/run/qemu-server/100.pid'].map(
        (path): Case => [`of ${path}, read-only`, { mounts: [bind(path, readonly)] }],
      ),
      ['of a part of a home', { mounts: [bind('/home/web/site')] }],
      ['of a share', { mounts: [localVolume('nfs', ':/etc', { server: '10.0.0.1' })] }],
      [
        'of a folder on a filesystem of its own',
        { mounts: [bind('/srv/data')] },
        shows(engineFile, kernelMount('/mnt', { device: '8:17', root: '/data' })),
      ],
      [
        'below which a dangerous one is hidden',
        { mounts: [bind('/srv/web')] },
        shows(
          kernelMount('/mnt', { root: '/srv/web' }),
          kernelMount('/mnt/jobs', { root: '/etc/cron.d', options: ['rw'] }),
          kernelMount('/mnt/jobs', { filesystem: 'tmpfs', options: ['rw'] }),
        ),
      ],
      [
        'hidden by a later one',
        { mounts: [bind('/srv/web')] },
        shows(kernelMount('/mnt', { root: '/etc' }), kernelMount('/mnt', { root: '/srv/web' })),
      ],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties(facts, host)).toEqual([]);
  });
});

it('of what a driver mounts leaves open whether it is a way', () => {
  const opens = (host: Omit<ExampleHost, 'container'> = {}) => {
    const mounts = [driverVolume('local-persist')];
    return [
      ...unresolvedMounts(assess(exampleSnapshot({ container: { mounts }, ...host }))).values(),
    ];
  };

  expect(opens()).toEqual([expect.stringContaining('what the driver local-persist mounts')]);
  expect(opens(shows(kernelMount('/mnt', { filesystem: 'fuse.bindfs' })))).toHaveLength(1);
  const share = { filesystem: 'nfs4', superOptions: ['addr=10.0.0.1'] };
  expect(opens(shows(kernelMount('/mnt', share)))).toEqual([]);
});

// A name that was removed since, of a socket that is listened on by another.
it('of a file that was not compared leaves open whether it is a way', () => {
  const opens = (alike: string[] | null) => {
    const mounts = [bind('/srv/api', { destination: '/x' })];
    const mountSources = [{ path: '/srv/api', leadsTo: unread<string>('not shown'), alike }];
    const table = shows(kernelMount('/x', { root: '/srv/api//deleted' }));
    return [
      ...unresolvedMounts(
        assess(exampleSnapshot({ container: { mounts }, mountSources, ...table })),
      ).values(),
    ];
  };

  expect(opens(null)).toEqual(['what /srv/api of the host really is was not resolved']);
  expect(opens([])).toEqual([]);
});

it('of devices by CDI, and of other runtimes, leaves open what comes with them', () => {
  const opens = (container: Partial<ContainerFacts>, host: Omit<ExampleHost, 'container'> = {}) => [
    ...unresolvedMounts(assess(exampleSnapshot({ container, ...host }))).values(),
  ];
  const devices = { deviceRequests: ['cdi (1)'] };
  // It says of itself what runc says to which it hands all on.
  const other = { name: 'other', path: '/opt/other', runcVersion: '1.1.15' };
  const engine = { runtimes: [other, { ...other, name: 'runsc', path: '/usr/bin/runsc' }] };

  expect(opens(devices)).toEqual([expect.stringContaining('what the devices cdi (1) bring')]);
  // Nodes stand in no table of mounts, and the numbers of those that are open in a list of version 1.
  expect(opens(devices, shows())).toEqual([expect.stringContaining('which nodes come with')]);
  const limits = read({ ...noLimits, devices: ['c 195:0 rw'] });
  const listed = kernelSays([], { mounts: [kernelMount('/')], limits });
  expect(opens(devices, { kernel: listed })).toEqual([]);
  expect(opens({ deviceRequests: ['nvidia (all)'] })).toEqual([]);
  expect(opens({ runtime: 'other' }, { engine })).toEqual([
    expect.stringContaining('what its runtime /opt/other gives it'),
  ]);
  expect(opens({ runtime: 'other' }, { engine, ...shows() })).toEqual([
    'which nodes of devices its runtime /opt/other gives it was not read',
  ]);
  expect(opens({ runtime: 'runsc' }, { engine })).toEqual([]);
});

it('of files that belong to one other container leaves open whether it is a way', () => {
  const data = '/var/lib/docker';
  const id = 'ab'.repeat(32);
  const at = (path: string) => certainties({ mounts: [bind(`${data}/${path}`)] });

  for (const path of [
    'volumes/some/_data',
    `overlay2/${id}/diff`,
    `containers/${id}/${id}-json.log`,
  ]) {
    expect(at(path)).toEqual(['unproven']);
  }
  // The engine reads the options of a volume back: as a bind of `/` it would be all of the host.
  const ofEngine = ['volumes/some', 'volumes/some/opts.json', 'volumes/metadata.db'];
  for (const path of ['', 'volumes', ...ofEngine, 'overlay2', `containers/${id}`, 'image']) {
    expect(at(path)).toEqual(['direct']);
  }
});

it('leads to programs of the engine’s own runtimes, wherever these are', () => {
  const runtimes = [{ name: 'own', path: '/srv/bin/runc', runcVersion: null }];
  const waysBy = (path: string) =>
    certainties({ ...root, mounts: [bind(path)] }, { engine: { runtimes } });

  expect(waysBy('/srv/bin')).toEqual(['direct']);
  expect(waysBy('/srv/bin/runc')).toEqual(['direct']);
  expect(waysBy('/srv/data')).toEqual([]);
});

it.each<[string, Partial<ContainerFacts>, Omit<ExampleHost, 'container'>]>([
  ['made as a volume', { mounts: [localVolume('overlay', 'overlay', { layers: ['/run'] })] }, {}],
  [
    'that the host itself has',
    { mounts: [bind('/srv/merged')] },
    {
      ...shows(
        kernelMount('/mnt', {
          ...{ filesystem: 'overlay', device: '0:91', options: ['rw'] },
          superOptions: ['ro', 'lowerdir=/run:/srv/low'],
        }),
      ),
      hostMounts: [
        { device: '8:1', root: '/', target: '/' },
        { device: '0:91', root: '/', target: '/srv/merged' },
      ],
    },
  ],
])(
  'a socket below an overlay %s is no sure way: newer kernels refuse a connect',
  (_title, facts, host) => {
    expect(certainties({ mounts: [bind('/run')] })).toContain('direct');
    expect(certainties(facts, host)).toContain('unproven');
    expect(certainties(facts, host)).not.toContain('direct');
  },
);

describe('an overlay whose upper folder is a link', () => {
  const layers = ['/srv/lower', '/srv/link'];
  const mounts = [localVolume('overlay', 'overlay', { layers, upperLayer: '/srv/link' })];
  const table = shows(kernelMount('/mnt', { filesystem: 'overlay', options: ['rw'] }));
  const to = (path: string, leadsTo: string) => ({ path, leadsTo: read(leadsTo) });

  it('is what that leads to, whoever read the table of mounts', () => {
    const mountSources = [to('/srv/lower', '/srv/lower'), to('/srv/link', '/etc/cron.d')];

    expect(certainties({ mounts }, { mountSources })).toEqual(['direct']);
    expect(certainties({ mounts }, { mountSources, ...table })).toEqual(['direct']);
  });

  it('is open where nobody followed it', () => {
    const mountSources = [{ path: '/srv/lower', leadsTo: unread<string>('not followed') }];
    const host = exampleSnapshot({ container: { mounts }, mountSources, ...table });

    expect([...unresolvedMounts(assess(host)).values()]).toEqual([
      'what /srv/lower and /srv/link of the host really is was not resolved',
    ]);
  });
});

describe('a device, by the numbers that its control groups open', () => {
  const found = (container: Partial<ContainerFacts>, ...devices: string[]) => {
    const limits = read({ ...noLimits, devices: ['c 1:3 rwm', ...devices] });
    return certainties(container, { kernel: kernelSays([], { limits }) });
  };
  const ofCdi = { deviceRequests: ['cdi (1)'] };
  const named = { devices: ['/srv/node'] };

  it.each<[string, Partial<ContainerFacts>, string[], string[]]>([
    ['a disk that came by CDI', ofCdi, ['b 8:0 rw'], ['direct']],
    ['one that may only be read', ofCdi, ['b 8:0 r'], ['conditional']],
    ['one to make nodes of alone', ofCdi, ['b 8:0 m'], []],
    ['graphics that came by CDI', ofCdi, ['c 195:0 rw'], []],
    ['a number that the kernel chose', ofCdi, ['c 511:0 rw'], ['unproven']],
    ['a disk of a name that tells nothing', named, ['b 8:0 rwm'], ['direct']],
    ['a name that is no disk', named, ['c 10:229 rwm'], []],
    ['a disk for another user', { ...someUser, ...ofCdi }, ['b 8:0 rw'], ['unproven']],
    ['the memory', ofCdi, ['c 1:1 rw'], ['conditional']],
    ['a disk that is named', { devices: ['/dev/sda'] }, ['b 8:0 rwm'], ['direct']],
  ])('is %s', (_what, container, devices, certainties) => {
    expect(found(container, ...devices)).toEqual(certainties);
  });
});

describe('a device', () => {
  it.each<[string, Partial<ContainerFacts>, string[]]>([
    ['that is a disk', { devices: ['/dev/mapper/vg-root'] }, ['direct']],
    ['that makes such disks, for who may', { devices: ['/dev/mapper/control'] }, []],
    ['that is every device', { devices: ['/dev'] }, ['direct']],
    [
      'that may only be read',
      { devices: ['/dev/sda'], readonlyDevices: ['/dev/sda'] },
      ['conditional'],
    ],
    ['that nobody may open', { devices: ['/dev/sda'], closedDevices: ['/dev/sda'] }, []],
    ['by a longer way to its name', { devices: ['/dev/../dev/sda'] }, ['direct']],
    ['of a name that tells nothing', { devices: ['/tmp/disk'] }, ['unproven']],
    [
      'of a name that tells nothing, to read',
      { devices: ['/tmp/disk'], readonlyDevices: ['/tmp/disk'] },
      ['conditional'],
    ],
    [
      'by a rule, with a node that another user may open',
      { ...someUser, mounts: [bind('/srv/x')], deviceCgroupRules: ['b *:* rwm'] },
      ['unproven'],
    ],
    [
      'by a rule alone, for another user',
      { ...someUser, ...withMknod, deviceCgroupRules: ['b *:* rwm'] },
      ['unproven'],
    ],
    [
      'of a name that tells nothing, for another user',
      { ...someUser, devices: ['/srv/x'] },
      ['unproven'],
    ],
    [
      'by a rule, with a node in what it mounts',
      { mounts: [bind('/srv/x')], deviceCgroupRules: ['b *:* rwm'] },
      ['unproven'],
    ],
    // The image may bring one.
    ['by a rule, without a known node', { deviceCgroupRules: ['b *:* rwm'] }, ['unproven']],
    ['by a rule to make alone', { ...withMknod, deviceCgroupRules: ['b *:* m'] }, []],
    [
      'by a rule for all to make alone',
      { ...withMknod, deviceCgroupRules: ['a *:* m'] },
      ['direct'],
    ],
    [
      'by a rule, with a node that is handed in closed',
      { devices: ['/dev/sda'], closedDevices: ['/dev/sda'], deviceCgroupRules: ['b 8:* rw'] },
      ['direct'],
    ],
    [
      'by a rule, with a closed node of a name that tells nothing',
      { devices: ['/srv/x'], closedDevices: ['/srv/x'], deviceCgroupRules: ['b 8:* rw'] },
      ['unproven'],
    ],
    ['that is no disk', { devices: ['/dev/kvm', '/dev/null'] }, []],
    [
      'for the group of disks',
      { ...someUser, devices: ['/dev/sda'], addedGroups: ['6'] },
      ['unproven'],
    ],
    ['for another user', { ...someUser, devices: ['/dev/sda'] }, ['conditional']],
    ['by a rule for memory', { ...withMknod, deviceCgroupRules: ['c 1:1 rw'] }, ['conditional']],
    ['by which somebody types', { devices: ['/dev/uinput', '/dev/snd'] }, ['conditional']],
    ['by which consoles are read', { devices: ['/dev/tty1', '/dev/vcs'] }, ['conditional']],
    ['on which keyboards are', { devices: ['/dev/bus/usb'] }, ['conditional']],
    ['that is one of these, or an adapter', { devices: ['/dev/bus/usb/1/2', '/dev/ttyUSB0'] }, []],
    [
      'by a rule for keyboards',
      { ...withMknod, deviceCgroupRules: ['c 13:* rmw'] },
      ['conditional'],
    ],
    [
      'by a rule for what types',
      { ...withMknod, deviceCgroupRules: ['c 10:223 w'] },
      ['conditional'],
    ],
    ['by a rule for consoles', { ...withMknod, deviceCgroupRules: ['c 4:0 rw'] }, ['conditional']],
    [
      'by a rule for serial lines',
      { ...withMknod, deviceCgroupRules: ['c 4:64 rw'] },
      ['conditional'],
    ],
    ['for a serial line', { devices: ['/dev/ttyS0'] }, ['conditional']],
    ['for the console', { devices: ['/dev/console'] }, ['conditional']],
    ['by a rule for tunnels', { ...withMknod, deviceCgroupRules: ['c 10:200 rwm'] }, []],
    ['for memory and a disk', { devices: ['/dev/mem', '/dev/sda'] }, ['direct', 'conditional']],
    [
      'for memory, with the capability that opens it',
      { devices: ['/dev/mem'], configuredCapabilities: ['CAP_SYS_RAWIO'] },
      ['direct', 'unproven'],
    ],
    ['for registers of a processor', { devices: ['/dev/cpu/0/msr'] }, ['conditional']],
    [
      'by a rule for such registers, with that capability',
      {
        ...root,
        ...{ configuredCapabilities: ['CAP_MKNOD', 'CAP_SYS_RAWIO'] },
        deviceCgroupRules: ['c 202:* rwm'],
      },
      ['direct', 'unproven'],
    ],
    ['by a rule to read disks', { ...withMknod, deviceCgroupRules: ['b 8:* r'] }, ['conditional']],
    [
      'by a rule for SCSI as it is',
      { ...withMknod, deviceCgroupRules: ['c 21:* rwm'] },
      ['direct'],
    ],
    [
      'by a rule for what the kernel numbers',
      { ...withMknod, deviceCgroupRules: ['c 243:* rwm'] },
      ['unproven'],
    ],
    [
      'of all of them, for the group of disks',
      {
        ...{ ...someUser, ...privileged, addedGroups: ['6'], noNewPrivileges: true },
      },
      ['unproven', 'conditional'],
    ],
    [
      'by a rule for terminals',
      { ...withMknod, deviceCgroupRules: ['c 5:* rwm'] },
      ['conditional'],
    ],
    ['by a rule for one’s own', { ...withMknod, deviceCgroupRules: ['c 5:0 rwm'] }, []],
    [
      'by a rule, with /dev by another name',
      { mounts: [bind('/dev', { destination: '/x' })], deviceCgroupRules: ['b *:* rwm'] },
      ['direct', 'unproven'],
    ],
  ])('%s', (_title, facts, expected) => {
    expect(certainties(facts)).toEqual(expected);
  });

  it.each<[string, string, Omit<ExampleHost, 'container'>]>([
    [
      'ps',
      BY_LIST,
      {
        processes: running(['web', 1000]).map(({ facts, ...own }) => ({
          ...own,
          facts: facts.state === 'read' ? read(facts.value.map(inDiskGroup)) : facts,
        })),
      },
    ],
    ['the kernel', BY_STATUS, { kernel: kernelSays([kernelProcess({ groups: [6, 1000] })]) }],
  ])(
    'for a user whom its image puts into the group of disks, as %s shows',
    (_who, source, host) => {
      // Of who became another user nobody knows whether a name is root's group, but what showed the numbers.
      const named = { user: { declared: 'app:users', uid: 1001, reason: null } };
      const pathsOf = (user: object) =>
        attackPaths(
          assess(exampleSnapshot({ container: { ...user, isPrivileged: true }, ...host })),
        ).paths;
      const shown = [someUser, named].map((user) =>
        pathsOf(user)
          .flatMap(({ steps }) => steps.flatMap(({ evidence }) => evidence))
          .filter(({ path }) => path === 'groups (effective)'),
      );

      expect(certainties({ ...someUser, devices: ['/dev/sda'] }, host)).toEqual(['unproven']);
      expect(shown).toEqual([
        [expect.objectContaining({ source })],
        [expect.objectContaining({ source })],
      ]);
    },
  );

  it.each<readonly [string, string]>([
    ['/dev/null', 'harmless'],
    ['/dev/nvme0n1p1', 'raw'],
    ['/dev/sg0', 'raw'],
    ['/dev/ng0n1', 'raw'],
    ['/dev/mtd0', 'raw'],
    ['/', 'raw'],
    ['/dev/ttyUSB0', 'other'],
    // As the manuals of software for them hand them in.
    ...[
      ...['/dev/kmsg', '/dev/apex_0', '/dev/hailo0', '/dev/vchiq', '/dev/vcsm-cma', '/dev/dvb'],
      ...['/dev/dma_heap', '/dev/mali0', '/dev/accel', '/dev/lirc0', '/dev/cec0', '/dev/sr0'],
    ].map((path) => [path, 'other'] as const),
    ['/dev/vcio', 'unclear'],
    ['/dev/vg0/root', 'unclear'],
    ['/srv/disk', 'unclear'],
  ])('%s is %s', (path, kind) => {
    expect(deviceKind(path)).toBe(kind);
  });

  it.each([
    ['a *:* rwm', { isRaw: true, isUnclear: false, isWritable: true }],
    ['a *:* m', { isRaw: true, isUnclear: false, isWritable: true }],
    ['a 1:3 r', { isRaw: true, isUnclear: false, isWritable: true }],
    ['b 8:0 r', { isRaw: true, isUnclear: false, isWritable: false }],
    ['b 8:0 m', { isRaw: false, isUnclear: false, isWritable: false }],
    ['c 1:3 rwm', { isRaw: false, isUnclear: false, isWritable: true }],
    ['c *:* rwm', { isRaw: true, isUnclear: false, isWritable: true }],
    ['c *:3 rwm', { isRaw: true, isUnclear: false, isWritable: true }],
    ['c 21:* rwm', { isRaw: true, isUnclear: false, isWritable: true }],
    ['c 21:0 rw', { isRaw: true, isUnclear: false, isWritable: true }],
    ['c 90:0 r', { isRaw: true, isUnclear: false, isWritable: false }],
    ['c 10:229 rwm', { isRaw: false, isUnclear: false, isWritable: true }],
    ['c 243:* rwm', { isRaw: false, isUnclear: true, isWritable: true }],
  ])('rule %s', (rule, expected) => {
    expect(deviceRule(rule)).toEqual(expected);
  });
});

describe('the settings of the kernel in its own /proc', () => {
  const open = { hasUnmaskedSystemPaths: true, maskedPaths: [], readonlyPaths: [] };

  it.each<[string, Partial<ContainerFacts>, string[]]>([
    ['are open to root', open, ['direct']],
    ['are open to no other user', { ...open, ...someUser }, ['conditional']],
    ['may be kept by a profile', { ...open, appArmorProfile: 'docker-default' }, ['unproven']],
    ['are kept where only masks are gone', { ...open, readonlyPaths: ['/proc/sys'] }, []],
    // What core_pattern and modprobe name is started on every host, what ocfs2 does not.
    ['may be of no use', { ...open, readonlyPaths: ['/proc/sys/kernel'] }, ['unproven']],
  ])('%s', (_title, facts, expected) => {
    // Of AppArmor alone the name of a profile says something.
    expect(certainties(facts, { engine: { hasAppArmor: true } })).toEqual(expected);
  });

  it('are open where the kernel shows no read-only mount over them', () => {
    const kernel = kernelSays([], { mounts: [kernelMount('/')] });

    expect(certainties({}, { kernel })).toEqual(['direct']);
  });
});

describe("the engine's API without a certificate on a loopback address", () => {
  const warnings = ['WARNING: API is accessible on http://127.0.0.1:2375 without encryption.'];
  const mode = (resolved: 'host' | 'private') => ({
    networkNamespace: { mode: resolved, resolved, via: [] },
  });
  const waysOf = (facts: Partial<ContainerFacts>) =>
    attackPaths(
      assess(
        exampleSnapshot({ container: { ...root, networks: [], ...facts }, engine: { warnings } }),
      ),
    ).paths.filter(({ container, certainty }) => container !== null && certainty === 'direct');

  it("is open to who is on the host's network, and to no other", () => {
    expect(waysOf(mode('host'))).toHaveLength(1);
    expect(waysOf({ ...mode('host'), ...someUser })).toHaveLength(1);
    expect(waysOf(mode('private'))).toEqual([]);
  });
});

describe("the engine's API without a certificate on an address that bridges lead to", () => {
  const networks = [
    network('bridge', { isDefaultBridge: true, gateways: ['172.17.0.1'] }),
    network('inner', { isInternal: true, gateways: ['172.18.0.1'] }),
    network('apart', { isInternal: true, gateways: ['172.19.0.1'], isWithoutHost: true }),
    network('office', { driver: 'macvlan', gateways: ['10.9.0.1'] }),
    network('lent', { gateways: ['10.8.0.1'], mayLackHost: true }),
    network('card', { gateways: ['10.7.0.1'], mayHoldOthers: true }),
  ];
  const pathsWith = (address: string, facts: Partial<ContainerFacts>) =>
    attackPaths(
      assess(
        exampleSnapshot({
          container: { ...someUser, networks: ['bridge'], ...facts },
          engine: {
            warnings: [`WARNING: API is accessible on http://${address} without encryption.`],
          },
          networks,
        }),
      ),
    ).paths;
  const own = (address: string, facts: Partial<ContainerFacts> = {}) =>
    pathsWith(address, facts).flatMap(({ container, certainty }) => (container ? [certainty] : []));
  const mode = (resolved: 'host' | 'private', name: string) => ({
    networkNamespace: { mode: name, resolved, via: [] },
  });

  it.each<[string, string, Partial<ContainerFacts>, string[]]>([
    ['every address', '0.0.0.0:2375', {}, ['direct']],
    ['its gateway', '172.17.0.1:2375', {}, ['direct']],
    ['another address of the host', '10.0.0.5:2375', {}, ['direct']],
    ['a loopback address', '127.0.0.1:2375', {}, []],
    [
      'every address, from an internal network',
      '0.0.0.0:2375',
      { networks: ['inner'] },
      ['direct'],
    ],
    [
      'every address, from a network in which the host has none',
      '0.0.0.0:2375',
      { networks: ['apart'] },
      [],
    ],
    ['another address, from an internal network', '10.0.0.5:2375', { networks: ['inner'] }, []],
    [
      'every address, without a network',
      '0.0.0.0:2375',
      { networks: ['none'], ...mode('private', 'none') },
      [],
    ],
    [
      'every address, from the host’s network',
      '0.0.0.0:2375',
      { networks: ['host'], ...mode('host', 'host') },
      ['direct'],
    ],
  ])('is reached on %s', (_title, address, facts, expected) => {
    expect(own(address, facts).filter((one) => one === 'direct')).toEqual(expected);
  });

  it('is on a gateway not open to anyone outside', () => {
    const outer = (address: string) =>
      pathsWith(address, { networks: [] }).map(({ certainty, container }) => [
        container,
        certainty,
      ]);

    expect(outer('172.17.0.1:2375')).toEqual([[null, 'conditional']]);
    expect(outer('0.0.0.0:2375')).toEqual([[null, 'direct']]);
    // The router of a network that others are in as well.
    expect(outer('10.9.0.1:2375')).toEqual([[null, 'direct']]);
    expect(outer('10.8.0.1:2375')).toEqual([[null, 'direct']]);
    expect(outer('10.7.0.1:2375')).toEqual([[null, 'direct']]);
  });

  it('is reached through the network of the container that it joined', () => {
    const joined = { mode: 'container:x', resolved: 'shared' as const, via: ['other'] };
    const { paths } = attackPaths(
      assess(
        exampleSnapshot({
          container: { ...someUser, networks: [], networkNamespace: joined },
          otherContainers: [{ ...someUser, id: 'o', name: 'other', networks: ['bridge'] }],
          engine: {
            warnings: ['WARNING: API is accessible on http://0.0.0.0:2375 without encryption.'],
          },
          networks,
        }),
      ),
    );

    expect(paths.map(({ container }) => container)).toEqual(
      expect.arrayContaining(['web', 'other']),
    );
  });
});

it('who takes over the processes of another container has its ways', () => {
  const joined = { mode: 'container:x', resolved: 'shared' as const, via: ['strong'] };
  const { paths } = attackPaths(
    assess(
      exampleSnapshot({
        container: { ...root, ...tracer, networks: [], pidNamespace: joined },
        otherContainers: [{ ...root, id: 's', name: 'strong', networks: [], isPrivileged: true }],
      }),
    ),
  );

  expect(paths.map(({ through, certainty }) => [through, certainty])).toEqual([
    [['s'], 'direct'],
    [['c0ffee000001', 's'], 'direct'],
  ]);
});
