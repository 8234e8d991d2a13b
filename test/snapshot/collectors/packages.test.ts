import type { Endpoint } from '../../../src/snapshot/collector.ts';
import { packages } from '../../../src/snapshot/collectors/packages.ts';
import type { ContainerPackages } from '../../../src/snapshot/facts/packages.ts';
import { createPackageMemory } from '../../../src/snapshot/packages/package-memory.ts';
import { type ArchiveContainer, archiveRoutes } from '../../support/archive-engine.ts';
import { useEngines } from '../../support/engine-door.ts';
import { runCollector } from '../../support/run-collector.ts';

const { serve, reader } = useEngines();
const allowedEndpoints = packages.reads as Endpoint[];

const dpkgOf = (...names: string[]) =>
  names
    .map(
      (name) =>
        `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1-1\n\n`,
    )
    .join('');
const status = { '/var/lib/dpkg/status': { content: dpkgOf('bash', 'apt') } };
const apkOf = (name: string) => ({ content: `P:${name}\nV:2-r0\nA:x86_64\n\n` });
const osRelease = {
  '/etc/os-release': { linkTarget: '/usr/lib/os-release' },
  '/usr/lib/os-release': { content: 'ID=debian\nVERSION_ID="13"\n' },
};

const context = { ownerLabel: null, takenAt: '2026-01-03T00:00:00Z', knownImages: [] };

/** Scans with one memory; each gives what was found and every call below `/containers/…/archive`. */
async function scans(containers: readonly ArchiveContainer[], memory = createPackageMemory()) {
  const engine = await serve({ routes: archiveRoutes(containers) });
  const scan = async () => {
    const from = engine.requests.length;
    const options = { ...context, packageMemory: memory };
    const door = reader(engine.url, { allowedEndpoints });
    const found = await runCollector(packages, { engine: door, context: options });
    const asked = engine.requests.slice(from).filter(({ path }) => path.endsWith('/archive'));
    return { found, asked: asked.map(({ method, query }) => `${method} ${query.path ?? ''}`) };
  };
  return { scan };
}

async function readOne(container: Omit<ArchiveContainer, 'name'>) {
  const { scan } = await scans([{ name: 'a', ...container }]);
  const { found, asked } = await scan();
  return { installed: found[0]?.facts, asked };
}

const reasonOf = (installed: ContainerPackages['facts'] | undefined) =>
  installed?.state === 'unread' ? installed.reason : '';

it('come in order, with the system and without a claim that the container changed them', async () => {
  const { installed } = await readOne({ files: { ...status, ...osRelease } });

  expect(installed).toMatchObject({
    state: 'read',
    value: {
      isOwn: false,
      inventory: {
        manager: 'dpkg',
        operatingSystem: { id: 'debian', versionId: '13' },
        packages: [{ name: 'apt' }, { name: 'bash', version: '1-1' }],
      },
    },
  });
});

it.each<[string, ArchiveContainer['files'], string, string[]]>([
  [
    'distroless',
    {
      '/var/lib/dpkg/status.d/base': { content: dpkgOf('base-files').replace(/Status.*\n/, '') },
      '/var/lib/dpkg/status.d/libc6': { content: dpkgOf('libc6').replace(/Status.*\n/, '') },
      '/var/lib/dpkg/status.d/libc6.md5sums': { content: 'd41d8cd9  usr/lib/libc.so.6\n' },
    },
    'dpkg',
    ['base-files', 'libc6'],
  ],
  [
    'distroless with others that dpkg installed',
    {
      ...status,
      '/var/lib/dpkg/status.d/libc6': { content: dpkgOf('libc6').replace(/Status.*\n/, '') },
      '/var/lib/dpkg/status.d/bash': { content: dpkgOf('bash').replace('1-1', '0-1') },
    },
    'dpkg',
    ['apt', 'bash', 'libc6'],
  ],
  ['apk', { '/lib/apk/db/installed': apkOf('musl') }, 'apk', ['musl']],
  [
    'apk where /lib is a symlink',
    {
      '/lib': { linkTarget: 'usr/lib' },
      '/usr/lib/apk/db/installed': apkOf('musl'),
    },
    'apk',
    ['musl'],
  ],
  [
    'apk beside an empty database of dpkg',
    { '/var/lib/dpkg/status': { content: '' }, '/lib/apk/db/installed': apkOf('musl') },
    'apk',
    ['musl'],
  ],
  [
    'dpkg beside an empty database of rpm',
    { ...status, '/var/lib/rpm/Packages': { content: 'x' } },
    'dpkg',
    ['apt', 'bash'],
  ],
])('are found of %s', async (_case, files, manager, names) => {
  const { installed } = await readOne({ files });

  const value = installed?.state === 'read' ? installed.value.inventory : null;
  expect(value?.manager).toBe(manager);
  expect(value?.packages.map(({ name }) => name)).toEqual(names);
});

it('are none that is known where there is no database, which is not an error', async () => {
  const { installed, asked } = await readOne({ files: { '/app': { content: 'x' } } });

  expect(installed).toMatchObject({
    state: 'read',
    value: { inventory: { manager: null, operatingSystem: null, packages: [] } },
  });
  expect(asked.filter((call) => call.startsWith('GET'))).toEqual([]);
  expect(asked.length).toBeLessThan(8);
});

it('leave out a container that has gone, of which every path is missing', async () => {
  expect((await readOne({ files: {} })).installed).toBeUndefined();
});

it.each<[string, Omit<ArchiveContainer, 'name'>, string]>([
  ['on a mount', { files: status, mounts: ['/var/lib/'] }, 'below the mount /var/lib,'],
  [
    'a symlink into a mount',
    { files: { '/var/lib/dpkg': { linkTarget: '/data/x' } }, mounts: ['/data'] },
    'below the mount /data,',
  ],
  [
    'below a mount that is named by way of a symlink',
    {
      files: {
        '/lib': { linkTarget: 'usr/lib' },
        '/usr/lib/apk/db/installed': apkOf('musl'),
      },
      mounts: ['/lib/apk'],
    },
    'below the mount /usr/lib/apk,',
  ],
  [
    'below one of so many mounts that each would take a call',
    { files: { '/': {} }, mounts: Array.from({ length: 65 }, (_, index) => `/d${index}`) },
    'has 65 mounts, of which each may hide packages',
  ],
  [
    'a circle of symlinks',
    { files: { '/var/lib': { linkTarget: '/var/lib' } } },
    'circle of symlinks',
  ],
  [
    'huge',
    { files: { '/var/lib/dpkg/status': { content: 'x', size: 99_000_000 } } },
    'has 95 MB, more than',
  ],
  [
    'another than its size',
    { files: { '/var/lib/dpkg/status': { content: dpkgOf('a'), size: 5 } } },
    'changed while it was read',
  ],
  ['emptied', { files: { '/var/lib/dpkg/status': { content: '' } } }, 'lists no package'],
  [
    'left with what was removed',
    {
      files: {
        '/var/lib/dpkg/status': { content: dpkgOf('a').replace('installed', 'config-files') },
      },
    },
    'lists no package',
  ],
  [
    'one of two',
    { files: { ...status, '/lib/apk/db/installed': apkOf('musl') } },
    'has packages of dpkg in /var/lib/dpkg/status and of apk in /lib/apk/db/installed',
  ],
  [
    'one of two of rpm, of which the other is damaged',
    {
      files: {
        ...status,
        '/usr/lib/sysimage/rpm/rpmdb.sqlite': { content: 'x'.repeat(5000) },
      },
    },
    'of rpm in /usr/lib/sysimage/rpm/rpmdb.sqlite',
  ],
  ['no text', { files: { '/var/lib/dpkg/status': { content: '\0\0' } } }, 'not a text'],
  [
    'an rpm database that is none',
    { files: { '/var/lib/rpm/rpmdb.sqlite': { content: 'x'.repeat(5000) } } },
    'SQLite database is damaged',
  ],
  [
    'an rpm database with a journal',
    {
      files: {
        '/usr/lib/sysimage/rpm/rpmdb.sqlite': { content: 'x' },
        '/usr/lib/sysimage/rpm/rpmdb.sqlite-wal': { content: 'x' },
      },
    },
    'changes in a journal',
  ],
  ['in the old format', { files: { '/var/lib/rpm/Packages': { content: 'x' } } }, 'Berkeley DB'],
  [
    'without a time',
    { files: { '/var/lib/dpkg/status': { content: dpkgOf('a'), modifiedAt: 'never' } } },
    'no size and time',
  ],
])('are unread with a reason when the database is %s', async (_case, container, reason) => {
  expect(reasonOf((await readOne(container)).installed)).toContain(reason);
});

describe('over several scans', () => {
  const three = ['a', 'b', 'c'].map((name) => ({ name, files: { ...status }, layers: ['x', 'y'] }));

  it('are read once for containers of the same layers, and not again', async () => {
    const { scan } = await scans(three);
    const first = await scan();
    const second = await scan();

    expect(first.asked.filter((call) => call.startsWith('GET'))).toEqual([
      'GET /var/lib/dpkg/status',
    ]);
    expect(second.asked).toEqual(Array(3).fill('HEAD /var/lib/dpkg/status'));
    expect(second.found).toEqual(first.found);
  });

  it('are looked for again at few paths where there were none', async () => {
    const { scan } = await scans([{ name: 'a', files: { '/usr/bin/app': { content: 'x' } } }]);
    await scan();

    const { found, asked } = await scan();
    expect(found).toMatchObject([{ facts: { value: { inventory: { manager: null } } } }]);
    expect(asked.every((call) => call.startsWith('HEAD'))).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  const bare = (name: string): ArchiveContainer => ({
    name,
    files: { '/usr/bin/app': { content: 'x' } },
    layers: ['x'],
  });

  it('are looked for in one container of an image without any, and of the others not claimed', async () => {
    const { scan } = await scans(['a', 'b', 'c'].map(bare));
    const { scan: scanOne } = await scans([bare('a')]);

    const { found, asked } = await scan();
    expect(found).toMatchObject(
      [false, null, null].map((isOwn) => ({ facts: { value: { isOwn } } })),
    );
    expect(found).toMatchObject(
      Array(3).fill({ facts: { value: { inventory: { manager: null } } } }),
    );
    expect(asked.toSorted()).toEqual((await scanOne()).asked.toSorted());
  });

  it('are not looked for in others where the first wrote into folders on the way', async () => {
    const changes = [
      { Path: '/usr', Kind: 0 },
      { Path: '/usr/lib', Kind: 1 },
    ];
    const { scan } = await scans([{ ...bare('a'), changes }, bare('b'), bare('c')]);
    const { scan: scanOne } = await scans([bare('a')]);

    expect((await scan()).asked.toSorted()).toEqual((await scanOne()).asked.toSorted());
  });

  it.each<[string, NonNullable<ArchiveContainer['changes']>]>([
    ['deleted its own', [{ Path: '/var', Kind: 2 }]],
    ['deleted a folder on the way', [{ Path: '/usr', Kind: 2 }]],
    ['changed what is no folder', [{ Path: '/var', Kind: 0 }]],
    ['does not tell what it changed', 'untold'],
  ])(
    'are looked for in every container where the first has none and %s',
    async (_case, changes) => {
      const { scan } = await scans([
        { ...bare('a'), changes },
        { ...bare('b'), files: status },
        bare('c'),
      ]);

      const { found } = await scan();
      expect(found).toMatchObject([
        { facts: { value: { isOwn: false, inventory: { manager: null } } } },
        { facts: { value: { isOwn: false, inventory: { packages: [{}, {}] } } } },
        { facts: { value: { isOwn: false, inventory: { manager: null } } } },
      ]);
    },
  );

  it('are those of the container where it changed them, and where it lost them', async () => {
    const { scan: before } = await scans(three);
    await before();
    const [a, b, c] = three;
    if (!(a && b && c)) throw new Error('there are three');
    const later = '2026-03-01T00:00:00Z';
    const own = { '/var/lib/dpkg/status': { content: dpkgOf('bash'), modifiedAt: later } };
    const { scan } = await scans([a, { ...b, files: own }, { ...c, files: { '/x': {} } }]);

    const { found } = await scan();
    expect(found).toMatchObject([
      { facts: { value: { isOwn: false, inventory: { packages: [{}, {}] } } } },
      { facts: { value: { isOwn: true, inventory: { packages: [{ name: 'bash' }] } } } },
      { facts: { value: { isOwn: false, inventory: { manager: null } } } },
    ]);
  });

  it('are read anew when what lies on the way to a known place became a mount', async () => {
    const memory = createPackageMemory();
    const engine = await serve({
      routes: archiveRoutes([
        { name: 'a', files: status, layers: ['x'] },
        { name: 'b', files: status, layers: ['x'], mounts: ['/var'] },
      ]),
    });
    const door = reader(engine.url, { allowedEndpoints });
    const options = { ...context, packageMemory: memory };

    const [first, second] = await runCollector(packages, { engine: door, context: options });
    expect(first?.facts.state).toBe('read');
    expect(reasonOf(second?.facts)).toContain('below the mount /var,');
  });

  it('are not taken from another engine with the same layers', async () => {
    const memory = createPackageMemory();
    const lying = { '/var/lib/dpkg/status': { content: dpkgOf('bash', 'ape') } };
    const { scan: ofLiar } = await scans([{ name: 'a', files: lying, layers: ['x'] }], memory);
    await ofLiar();
    const { scan } = await scans([{ name: 'a', files: status, layers: ['x'] }], memory);

    expect((await scan()).found).toMatchObject([
      { facts: { value: { inventory: { packages: [{ name: 'apt' }, { name: 'bash' }] } } } },
    ]);
  });

  it('are kept by container when the image is gone', async () => {
    const { scan } = await scans([{ name: 'a', files: status, hasImage: false }]);
    await scan();

    expect((await scan()).asked).toEqual(['HEAD /var/lib/dpkg/status']);
  });
});
