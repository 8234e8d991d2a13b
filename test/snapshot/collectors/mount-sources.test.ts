import { OutsideError } from '../../../src/shared/errors.ts';
import { mountSources } from '../../../src/snapshot/collectors/index.ts';
import type { MountSource } from '../../../src/snapshot/facts/container.ts';
import { type HostDoor, type HostEntry, hostDoor } from '../../support/host-door.ts';
import { inspectAnswer } from '../../support/inspect-answer.ts';
import { kernelHost } from '../../support/kernel-host.ts';
import { db, type Fields, fails, listed, web } from '../../support/kernel-section.ts';
import { recordedReader } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const bind = (Source: string) => ({ Type: 'bind', Source, Destination: '/x', RW: true });
const volume = (Name: string, o: string, device: string, type = 'none') => ({
  Name,
  Driver: 'local',
  Options: { type, o, device },
});

/** `web` mounts the given paths; `db` has no mount. */
async function collect(
  paths: readonly string[],
  host: Record<string, HostEntry>,
  more: { answers?: Fields; door?: HostDoor; isKernel?: boolean } = {},
): Promise<Map<string, MountSource>> {
  const engine = recordedReader({
    '/containers/json': [listed(web, 'web'), listed(db, 'db')],
    [`/containers/${web}/json`]: { Mounts: paths.map(bind) },
    [`/containers/${db}/json`]: { Mounts: null },
    '/volumes': { Volumes: [] },
    ...more.answers,
  });
  const found = await runCollector(mountSources, {
    engine,
    hostFiles: more.door ?? hostDoor(host),
    ...(more.isKernel ? { kernelDoor: kernelHost({}) } : {}),
  });
  return new Map(found.map((one) => [one.path, one]));
}

const leadsTo = (path: string) => ({ state: 'read', value: path });

it('follows what containers mount, and what volumes have behind them', async () => {
  const host = {
    '/etc/cron.d/job': {},
    '/srv/a/x': {},
    '/srv/link': { linkTarget: '/etc/cron.d' },
    '/srv/upper': { linkTarget: '/etc' },
  };
  const volumes = [
    volume('one', 'bind', '/srv/link'),
    volume('two', 'lowerdir=/srv/a,upperdir=/srv/upper', 'overlay', 'overlay'),
  ];
  const found = await collect(['/srv/a/../a'], host, {
    answers: { '/volumes': { Volumes: volumes } },
  });

  expect([...found.keys()]).toEqual(['/srv/a', '/srv/link', '/srv/upper']);
  expect(found.get('/srv/a')).toMatchObject({ leadsTo: leadsTo('/srv/a'), isFolder: true });
  expect(found.get('/srv/link')).toMatchObject({ leadsTo: leadsTo('/etc/cron.d') });
  expect(found.get('/srv/upper')).toMatchObject({ leadsTo: leadsTo('/etc') });
});

it('knows places of the system that are links, where anything is mounted', async () => {
  const host = {
    '/home': { linkTarget: '/srv/home' },
    '/srv/home/ann': {},
    '/srv/web/x': {},
    '/var/log/x': {},
    '/usr/local': { linkTarget: '../data/local' },
    '/data/local/bin': {},
  };
  const found = await collect(['/srv/web'], host);
  const links = [...found.values()].filter(({ isPlace }) => isPlace);

  expect(links).toEqual([
    { path: '/home', leadsTo: leadsTo('/srv/home'), alike: [], isPlace: true },
    { path: '/usr/local', leadsTo: leadsTo('/data/local'), alike: [], isPlace: true },
  ]);
  expect([...(await collect([], host)).keys()]).toEqual([]);
});

it('follows a part of a volume that is mounted alone', async () => {
  const one = { Type: 'volume', Name: 'one', Driver: 'local', Destination: '/x', RW: true };
  const part = { Type: 'volume', Target: '/x', VolumeOptions: { Subpath: 'link' } };
  const answers = {
    [`/containers/${db}/json`]: inspectAnswer({
      top: { Id: db, Mounts: [one] },
      host: { Mounts: [part] },
    }),
    '/volumes': { Volumes: [volume('one', 'bind', '/srv/a')] },
  };
  const host = { '/srv/a/link': { linkTarget: '/etc' }, '/etc/x': {} };

  const found = await collect([], host, { answers });

  expect(found.get('/srv/a/link')).toMatchObject({ leadsTo: leadsTo('/etc') });
});

it('takes a mount for a disk where fstab declares one, and nothing else', async () => {
  const host = (fstab: string) => ({
    '/etc/fstab': { text: fstab },
    '/disk': { kind: 'directory' as const, shows: '/of-disk' },
    '/of-disk/web/x': {},
  });
  const found = async (fstab: string) =>
    (await collect(['/disk/web'], host(fstab))).get('/disk/web');

  expect(await found('/dev/sdb1 /disk ext4 defaults 0 2')).toMatchObject({
    leadsTo: leadsTo('/disk/web'),
  });
  for (const fstab of [
    '',
    '# /dev/sdb1 /disk ext4 defaults 0 2',
    '/etc /disk none bind 0 0',
    '/dev/sda1 / ext4 defaults 0 1\n/dev/sda1 /disk ext4 defaults 0 2',
    '/dev/sdb1 /disk ext4 defaults 0 2\n/etc /disk none rbind 0 0',
  ]) {
    expect((await found(fstab))?.leadsTo.state).toBe('unread');
  }
});

it('knows files that are like those that root believes', async () => {
  const host = {
    '/etc/passwd': { modifiedNs: 7n },
    '/srv/users': { modifiedNs: 7n },
    '/srv/mode': { modifiedNs: 7n, mode: 0o600 },
    '/srv/folder': { kind: 'directory' as const, modifiedNs: 7n },
    '/srv/other': { modifiedNs: 8n },
  };
  const paths = ['/srv/users', '/srv/mode', '/srv/folder', '/srv/other', '/etc/passwd'];
  const found = await collect(paths, host);

  expect(paths.map((path) => found.get(path)?.alike)).toEqual([
    ['/etc/passwd'],
    [],
    [],
    [],
    ['/etc/passwd'],
  ]);
});

it('says what was not compared with them', async () => {
  const host = { '/etc/passwd': {}, '/srv/file': {}, '/srv/folder/x': {} };
  const door = hostDoor(host);
  const failing: HostDoor = {
    ...door,
    lookInto: (paths, use) => {
      if (paths.includes('/etc/shadow')) {
        throw new OutsideError('engine-timeout', 'the engine is busy');
      }
      return door.lookInto(paths, use);
    },
  };
  const found = await collect(['/srv/file', '/srv/folder'], host, {
    door: { ...failing, lookInto: async (...asked) => failing.lookInto(...asked) },
  });
  expect(found.get('/srv/file')).toMatchObject({ leadsTo: leadsTo('/srv/file'), alike: null });
  expect(found.get('/srv/folder')).toMatchObject({ leadsTo: leadsTo('/srv/folder'), alike: [] });

  const many = Array.from({ length: 1001 }, (_, index) => `/srv/${1000 + index}`);
  const last = (await collect(many, {})).get('/srv/2000');
  expect(last).toMatchObject({ leadsTo: { state: 'unread' }, alike: null });
});

describe('beside the table of mounts', () => {
  const host: Record<string, HostEntry> = {
    '/etc/passwd': { modifiedNs: 7n },
    '/srv/users': { modifiedNs: 7n },
    '/srv/folder/x': {},
    '/data': { kind: 'directory', shows: '/of-disk' },
    '/of-disk/users': { modifiedNs: 7n },
    '/of-disk/folder/x': {},
  };
  const paths = ['/data/folder', '/data/users', '/srv/folder', '/srv/users', '/srv/gone'];
  const compared = [[], ['/etc/passwd'], [], ['/etc/passwd'], null];
  const alikeIn = (found: Map<string, MountSource>) => paths.map((path) => found.get(path)?.alike);

  it('names of running containers are compared as far as they are there', async () => {
    expect(alikeIn(await collect(paths, host, { isKernel: true }))).toEqual(compared);
  });

  it('names that others have too are compared wherever they lead', async () => {
    const stopped = [listed(web, 'web', 'exited'), listed(db, 'db')];
    const answers = { '/containers/json': stopped };
    const found = await collect(paths, host, { isKernel: true, answers });

    expect(alikeIn(found)).toEqual(compared);
    expect(found.get('/data/users')?.leadsTo.state).toBe('unread');
  });

  it('none is compared where the engine shows nothing', async () => {
    const door = { ...hostDoor(host), lookInto: refuse };
    const found = await collect(paths, host, { isKernel: true, door });

    expect(alikeIn(found)).toEqual(paths.map(() => null));
  });
});

const refuse = async () => {
  throw new OutsideError('engine-invalid-answer', 'no container is made');
};

it('leaves every path open that an engine does not show', async () => {
  const found = await collect(
    ['/srv/a', '/srv/b'],
    {},
    { door: { ...hostDoor({}), lookInto: refuse } },
  );

  expect([...found.values()].map(({ leadsTo: end }) => end)).toEqual([
    { state: 'unread', reason: expect.stringContaining('no container is made') },
    { state: 'unread', reason: expect.stringContaining('no container is made') },
  ]);
});

it('compares nothing where the places of the system were not shown', async () => {
  const host = hostDoor({ '/srv/a/x': {}, '/home': { linkTarget: '/srv/a' } });
  const refusing: typeof host.lookInto = (asked, use) =>
    asked.includes('/var/lib') ? refuse() : host.lookInto(asked, use);
  const found = await collect(['/srv/a'], {}, { door: { ...host, lookInto: refusing } });

  expect([...found.values()]).toEqual([
    { path: '/srv/a', leadsTo: leadsTo('/srv/a'), isFolder: true, alike: null },
  ]);
});

it('passes over a container that is gone, and follows nothing on Podman', async () => {
  const answers = { [`/containers/${web}/json`]: fails(404) };
  expect(await collect([], {}, { answers })).toEqual(new Map());

  const podman = { '/version': { Version: '5.4.2', Components: [{ Name: 'Podman Engine' }] } };
  const onPodman = await collect(['/srv/a'], { '/srv/a/x': {} }, { answers: podman });
  expect(onPodman.get('/srv/a')?.leadsTo).toMatchObject({ state: 'unread' });
});

it('follows at the level kernel also what running containers mount, which they have from the next start on', async () => {
  const host = { '/etc/cron.d/job': {}, '/srv/x': { linkTarget: '/etc/cron.d' } };

  const found = await collect(['/srv/x'], host, { isKernel: true });

  expect(found.get('/srv/x')).toMatchObject({ leadsTo: leadsTo('/etc/cron.d') });
});
