import { bind } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  absentFile,
  exampleDaemonSettings,
  exampleHostFiles,
  ownerOther,
  presentFile,
  unreadFile,
} from '../../src/rules/example-host-files.ts';
import { kernelMount, kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import { listedLines } from '../../src/rules/mounts.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts, MountSource } from '../../src/snapshot/facts/container.ts';
import type { DaemonSettings, HostFilesFacts } from '../../src/snapshot/facts/host-files.ts';
import type { EngineProcess } from '../../src/snapshot/facts/host-processes.ts';
import { hostTree, placesOnHost } from '../../src/snapshot/host-tree.ts';
import { seenMountsOf } from '../../src/snapshot/seen-mounts.ts';
import { shownMounts } from '../../src/snapshot/shown-mounts.ts';

const OF_ENGINE = { kind: 'volume', hostPath: null, volume: 'v' } as const;

/** What a bind of `/srv/file` shows, by the table of mounts or without it. */
function shownOf(source: Omit<MountSource, 'path'> | null, isRead: boolean, isFailed = false) {
  const mount = bind('/srv/file');
  const table = kernelMount(mount.destination, { root: '/srv/file', filesystem: 'ext4' });
  const snapshot = exampleSnapshot({
    container: { mounts: [mount] },
    mountSources: source === null ? [] : [{ path: '/srv/file', ...source }],
    ...(isRead ? { kernel: kernelSays([kernelProcess()], { mounts: [table] }) } : {}),
  });
  if (snapshot.containers.state === 'unread') throw new Error(snapshot.containers.reason);
  const [container] = snapshot.containers.value.read;
  if (isFailed) snapshot.mountSources = unread('the engine is busy');
  if (container === undefined) throw new Error('the example has a container');
  return shownMounts(container, seenMountsOf(snapshot)(container.id), null).flatMap(
    ({ things }) => things,
  );
}

const limit = unread<string>('of 2000 paths 1000 are followed');

it.each<[string, Omit<MountSource, 'path'>, boolean, string]>([
  ['beyond a limit', { leadsTo: limit, alike: null }, true, '1000 are followed'],
  [
    'beyond a limit, without the table',
    { leadsTo: limit, alike: null },
    false,
    '1000 are followed',
  ],
  ['that was followed', { leadsTo: read('/srv/file'), alike: null }, true, 'another name'],
  ['that was followed, without it', { leadsTo: read('/srv/file'), alike: null }, false, 'another'],
])('is not known of a path %s that was not compared', (_what, source, isRead, reason) => {
  expect(shownOf(source, isRead)).toContainEqual({
    kind: 'unresolved',
    path: '/srv/file',
    reason: expect.stringContaining(reason),
  });
});

it.each([
  [true, 'the engine is busy'],
  [false, 'was not looked at'],
])('is not known of a path that nobody looked at, with the table', (isFailed, reason) => {
  expect(shownOf(null, true, isFailed)).toContainEqual({
    kind: 'unresolved',
    path: '/srv/file',
    reason: expect.stringContaining(reason),
  });
});

it('is what the table tells of one that was compared', () => {
  const source = { leadsTo: unread<string>('the table tells it'), alike: [] };

  expect(shownOf(source, true).map(({ kind }) => kind)).not.toContain('unresolved');
});

it.each([
  ['made before the mounts of the host were read', {}],
  ['in which they could not be', { engineMounts: unread('it was cut') }],
])('knows none of them by a snapshot %s', (_what, told) => {
  const snapshot = exampleSnapshot({ container: {}, hostMounts: [] });
  if (snapshot.hostProcesses.state === 'unread') throw new Error(snapshot.hostProcesses.reason);
  const { engineMounts, ...before } = snapshot.hostProcesses.value;
  expect(engineMounts).toEqual(read([]));
  snapshot.hostProcesses = read({ ...before, ...told });

  expect(seenMountsOf(snapshot)('x').hostMounts).toBeNull();
});

/** What the table has writable below a read-only bind of `path`. */
function leftBelow(path: string, found: readonly { name: string; filesystem: string }[]) {
  const mount = bind(path, { isWritable: false });
  const mounts = found.map(({ name, filesystem }) =>
    kernelMount(`${mount.destination}/${name}`, { filesystem, options: ['rw'] }),
  );
  const kernel = kernelSays([kernelProcess()], {
    mounts: [kernelMount(mount.destination), ...mounts],
  });
  const snapshot = exampleSnapshot({ container: { mounts: [mount] }, kernel });
  const [container] = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  if (container === undefined) throw new Error('the example has a container');
  const shown = shownMounts(container, seenMountsOf(snapshot)(container.id), null);
  return shown.filter((one) => one.mount.destination !== mount.destination);
}

it('is told of what a read-only mount leaves writable below it, but for handles of namespaces', () => {
  const below = leftBelow('/srv', [
    { name: 'disk', filesystem: 'ext4' },
    { name: 'handle', filesystem: 'nsfs' },
  ]);

  expect(below.map((one) => one.mount.hostPath)).toEqual(['/srv/disk']);
  // Who is told to remove a mount finds it among those that the engine lists.
  expect(listedLines(below)).toEqual(['/srv:/mnt:ro']);
});

it.each([
  ['overlay2', 'overlay2/1f/merged', 'overlay2/2a/merged', 'overlay2/*/merged'],
  ['containerd', onContainerd('a'), onContainerd('b'), onContainerd('*')],
  [
    'memory',
    `containers/${'a'.repeat(64)}/mounts/shm`,
    `containers/${'b'.repeat(64)}/mounts/shm`,
    'containers/*/mounts/shm',
  ],
])('is told once of what every container has there, by %s', (_what, one, other, name) => {
  const of = (found: string) => ({ name: found, filesystem: 'overlay' });
  const before = leftBelow('/var/lib/docker', [of(one)]);
  const after = leftBelow('/var/lib/docker', [of(other), of(one)]);

  expect(before.map((shown) => shown.mount.hostPath)).toEqual([`/var/lib/docker/${name}`]);
  expect(after).toEqual(before);
});

function onContainerd(id: string): string {
  return `io.containerd.runtime.v2.task/moby/${id}/rootfs`;
}

it.each<[string, Partial<ContainerFacts>, string[]]>([
  ['a volume', { mounts: [{ ...bind('/x'), ...OF_ENGINE, destination: '/mnt/srv/a' }] }, []],
  ['memory', { tmpfsPlaces: ['/mnt/srv/a'] }, []],
  ['another bind', { mounts: [{ ...bind('/data'), destination: '/mnt/srv/a' }] }, ['/data/b']],
  ['nothing', {}, ['/srv/a', '/srv/a/b']],
])('takes %s that lies over a folder of the host for no folder of it', (_what, asked, known) => {
  const mount = { ...bind('/srv', { isWritable: false }), destination: '/mnt/srv' };
  const mounts = [
    kernelMount('/mnt/srv', { device: '8:1', root: '/srv', options: ['ro'] }),
    kernelMount('/mnt/srv/a', { device: '0:50', filesystem: 'tmpfs', options: ['rw'] }),
    ...(known.length > 0
      ? [kernelMount('/mnt/srv/a/b', { device: '0:51', filesystem: 'tmpfs', options: ['rw'] })]
      : []),
  ];
  const isReadonly = asked.mounts?.map((one) => ({ ...one, isWritable: false })) ?? [];
  const snapshot = exampleSnapshot({
    container: { ...asked, mounts: [mount, ...isReadonly] },
    kernel: kernelSays([kernelProcess()], { mounts }),
  });
  const [container] = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  if (container === undefined) throw new Error('the example has a container');
  const asGiven = [mount, ...isReadonly].map((one) => one.destination);
  const shown = shownMounts(container, seenMountsOf(snapshot)(container.id), null);
  const came = shown.filter((one) => !asGiven.includes(one.mount.destination));
  const ofOther = shown.filter((one) => one.mount.hostPath === '/srv/a');

  expect([...came.map((one) => one.mount.hostPath)]).toEqual(known);
  expect(ofOther).toHaveLength(known.includes('/srv/a') ? 1 : 0);
});

it.each<[string, string[]]>([
  ['/srv/home/ann', ['/srv/home/ann', '/home/ann']],
  ['/srv/home', ['/srv/home', '/home']],
  ['/srv', ['/srv', '/home']],
  ['/srv/web', ['/srv/web']],
  ['/', ['/']],
])('shows with %s what a link to it is the place of', (path, shown) => {
  const mount = bind(path);
  const snapshot = exampleSnapshot({
    container: { mounts: [mount] },
    mountSources: [
      { path, leadsTo: read(path), alike: [] },
      { path: '/home', leadsTo: read('/srv/home'), alike: [], isPlace: true },
    ],
  });
  const [container] = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  if (container === undefined) throw new Error('the example has a container');
  const all = shownMounts(container, seenMountsOf(snapshot)(container.id), null);

  expect(all.flatMap(({ things }) => things)).toEqual(
    shown.map((one) => ({ kind: 'path', path: one })),
  );
});

it.each([
  ['the host has read-only there', '/srv/held/x', ['ro'], false],
  ['the host has read-only there, and the container not', '/srv/held/x', ['rw'], true],
  // Who asks for it so may have been led there, and is not the next time.
  ['the host has read-only by another name', '/srv/link/x', ['ro'], true],
  ['the host has writable by this name', '/etc/jobs/x', ['ro'], true],
  ['the host has writable over it', '/srv/held/over', ['ro'], true],
])('calls a mount writable but where %s', (_what, path, options, isWritable) => {
  const mount = bind(path);
  const inside = path.endsWith('over')
    ? { device: '8:2', root: '/' }
    : { device: '8:1', root: '/etc/jobs/x' };
  const snapshot = exampleSnapshot({
    container: { mounts: [mount] },
    kernel: kernelSays([kernelProcess()], {
      mounts: [kernelMount(mount.destination, { ...inside, filesystem: 'ext4', options })],
    }),
    hostMounts: [
      { target: '/', root: '/', device: '8:1' },
      { target: '/srv/held', root: '/etc/jobs', device: '8:1', isReadonly: true },
      { target: '/srv/held/over', root: '/', device: '8:2' },
    ],
  });
  const [container] = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  if (container === undefined) throw new Error('the example has a container');
  const shown = shownMounts(container, seenMountsOf(snapshot)(container.id), null);

  expect(shown.map((one) => one.mount.isWritable)).toEqual([isWritable]);
});

it('names nothing of the host that another mount hides', () => {
  const found = kernelMount('/mnt', { device: '8:1', root: '/srv/a' });
  const all = [
    { target: '/', root: '/', device: '8:1' },
    { target: '/mnt', root: '/', device: '8:1' },
  ];
  const over = { target: '/srv', root: '/', device: '8:2' };

  expect(placesOnHost(found, hostTree(all))).toEqual(['/srv/a']);
  expect(placesOnHost(found, hostTree([...all, over]))).toEqual(['/mnt/srv/a']);
  expect(placesOnHost(found, null)).toEqual([]);
});

test('that files of the engine are unread loses no socket of Podman, which has none', () => {
  const lost = (isPodman: boolean) => {
    const snapshot = exampleSnapshot({ engine: { isPodman } });
    return seenMountsOf({ ...snapshot, hostFiles: unread('none') })('x').ownUnread;
  };

  expect(lost(true)).toBeNull();
  expect(lost(false)).toBe('none');
});

describe('what engines were told to use', () => {
  const seenBy = (files: Partial<HostFilesFacts>, engine?: EngineProcess) => {
    const snapshot = exampleSnapshot({ hostFiles: files });
    if (snapshot.hostProcesses.state === 'read' && engine !== undefined)
      snapshot.hostProcesses = read({ ...snapshot.hostProcesses.value, engine: read(engine) });
    const { ownPaths, ownUnread } = seenMountsOf(snapshot)('x');
    return { own: ownPaths.map(({ path, use }) => `${use} ${path}`), ownUnread };
  };
  const linked = { ...presentFile('/etc/docker/daemon.json', 0o644), realPath: '/srv/d.json' };
  const byRole = {
    ...exampleHostFiles.files,
    'daemon-json': [linked],
    'tls-ca': [unreadFile('/srv/ca.pem', 'refused')],
    'tls-key': [absentFile('/srv/key.pem')],
  };

  it('is what settings name, and where links of files lead', () => {
    const settings = read({
      ...exampleDaemonSettings,
      ownPaths: [{ path: '/srv/init', use: 'init' } as const],
    });

    expect(seenBy({ files: byRole, settings })).toEqual({
      own: expect.arrayContaining([
        'settings /etc/docker/daemon.json',
        'settings /srv/d.json',
        'clients /srv/ca.pem',
        'key /srv/key.pem',
        'init /srv/init',
      ]),
      ownUnread: null,
    });
  });

  it.each([
    ['were not read', unread<DaemonSettings>('too large'), 'too large'],
    [
      'are those of another engine',
      read({ ...exampleDaemonSettings, owner: ownerOther }),
      '/info says otherwise',
    ],
  ])('is not known whole where settings %s, unless its process tells', (_what, settings, why) => {
    const engine = { pid: 1, settings: exampleDaemonSettings };

    expect(seenBy({ settings }).ownUnread).toContain(why);
    expect(seenBy({ settings }, engine).ownUnread).toBeNull();
    const changed = { ...exampleDaemonSettings, gaps: ['daemon.json was changed'] };
    expect(seenBy({ settings }, { pid: 1, settings: changed }).ownUnread).toBe(
      'daemon.json was changed',
    );
  });
});

describe('a /proc that a mount shows once more', () => {
  const shownBy = (
    own: Partial<ContainerFacts['pidNamespace']>,
    difference: Parameters<typeof kernelMount>[1],
  ): string[] => {
    const snapshot = exampleSnapshot({
      container: {
        mounts: [bind('/srv/layers', { destination: '/x' })],
        pidNamespace: { mode: '', resolved: 'private', via: [], ...own },
      },
      hostMounts: [
        { target: '/', root: '/', device: '8:1' },
        { target: '/proc', root: '/', device: '0:5' },
      ],
      kernel: kernelSays([kernelProcess()], {
        mounts: [
          kernelMount('/proc', { filesystem: 'proc', device: '0:79' }),
          kernelMount('/x', { root: '/srv/layers', device: '8:1', filesystem: 'ext4' }),
          kernelMount('/x/a/merged/proc', { filesystem: 'proc', device: '0:79', ...difference }),
        ],
      }),
    });
    if (snapshot.containers.state === 'unread') throw new Error(snapshot.containers.reason);
    const [container] = snapshot.containers.value.read;
    if (container === undefined) throw new Error('the example has a container');
    return shownMounts(container, seenMountsOf(snapshot)(container.id), null)
      .filter(({ cameWith }) => cameWith)
      .flatMap(({ things }) => things.map((one) => ('path' in one ? one.path : one.kind)));
  };

  it('has no process of the host where it is the own one of the container', () => {
    expect(shownBy({}, { options: ['ro'] })).toEqual(['/proc/kcore']);
    expect(shownBy({}, { options: ['ro'], root: '/sys' })).toEqual(['/proc/sys']);
    expect(shownBy({}, { options: ['ro'], root: '/1' })).toEqual([]);
  });

  it('opens the settings of the kernel where it is writable', () => {
    expect(shownBy({}, { options: ['rw'] })).toEqual(
      expect.arrayContaining(['/proc/sys', '/proc/sysrq-trigger']),
    );
  });

  it('has those of the host where the container does, where it is that one, and where nobody knows', () => {
    for (const resolved of ['host', 'unknown'] as const) {
      expect(shownBy({ resolved }, { options: ['ro'] })).toEqual(['/proc']);
    }
    expect(shownBy({}, { options: ['ro'], device: '0:5' })).toEqual(['/proc']);
  });

  it('has those of somebody where another was mounted', () => {
    expect(shownBy({}, { options: ['ro'], device: '0:80' })).toEqual(['/proc/kcore', 'unclear']);
  });
});
