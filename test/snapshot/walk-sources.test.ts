import { OutsideError } from '../../src/shared/errors.ts';
import { read } from '../../src/shared/reading.ts';
import { lookAtSources, walkSources } from '../../src/snapshot/walk-sources.ts';
import { type HostDoor, type HostEntry, hostDoor } from '../support/host-door.ts';
import { unreadWith } from '../support/kernel-section.ts';

const host: Record<string, HostEntry> = {
  '/etc/cron.d/job': {},
  '/etc/passwd': {},
  '/srv/data/a/b': {},
  '/srv/relative': { linkTarget: '../etc/./cron.d' },
  '/srv/absolute': { linkTarget: '/etc' },
  '/srv/all': { linkTarget: '/' },
  '/srv/second': { linkTarget: 'relative' },
  '/srv/round': { linkTarget: '/srv/about' },
  '/srv/about': { linkTarget: '/srv/round' },
  '/srv/lost': { linkTarget: '/nowhere/at/all' },
  '/srv/mounted': { kind: 'directory', shows: '/etc/cron.d' },
  '/disk': { kind: 'directory', shows: '/of-disk' },
  '/of-disk/web/x': {},
  '/srv/failing/x': {},
  '/srv/failing': {
    kind: 'directory',
    failure: new OutsideError('engine-timeout', 'it took too long'),
  },
};

async function leadsTo(path: string): Promise<string> {
  const isDisk = async (place: string) => place === '/disk';
  const [found] = await walkSources(hostDoor(host), [path], isDisk);
  if (found === undefined) throw new Error('nothing came back');
  return found.leadsTo.state === 'read' ? found.leadsTo.value : `? ${found.leadsTo.reason}`;
}

it.each([
  ['/srv/data/a', '/srv/data/a'],
  ['/srv/data/a/b', '/srv/data/a/b'],
  ['/', '/'],
  ['/srv/relative', '/etc/cron.d'],
  ['/srv/absolute', '/etc'],
  ['/srv/absolute/cron.d/job', '/etc/cron.d/job'],
  ['/srv/all', '/'],
  ['/srv/all/etc/passwd', '/etc/passwd'],
  ['/srv/second', '/etc/cron.d'],
  ['/srv/second/job', '/etc/cron.d/job'],
  // A disk that the host declares is one.
  ['/disk/web', '/disk/web'],
])('%s leads to %s', async (path, end) => {
  expect(await leadsTo(path)).toBe(end);
});

it.each([
  ['/srv/round', /circle of links/],
  ['/srv/lost', /\/nowhere is not there/],
  ['/srv/nothing', /\/srv\/nothing is not there/],
  ['/srv/mounted', /something is mounted at \/srv\/mounted/],
  ['/srv/mounted/job', /something is mounted at \/srv\/mounted/],
  ['/srv/failing/x', /took too long/],
  ['/proc/self/cwd', /other ones for each process/],
])('of %s nobody knows where it leads', async (path, reason) => {
  expect(await leadsTo(path)).toMatch(/^\? /);
  expect(await leadsTo(path)).toMatch(reason);
});

it('loses one path alone by a folder that cannot be shown', async () => {
  const paths = ['/srv/data/a', '/srv/failing/x', '/srv/second'];

  const found = await walkSources(spoilt(hostDoor(host)), paths, async () => false);

  expect(found.map(({ leadsTo }) => leadsTo)).toEqual([
    read('/srv/data/a'),
    { state: 'unread', reason: expect.stringContaining('cannot be mounted') },
    read('/etc/cron.d'),
  ]);
});

it('looks at paths without their links, and loses one alone by what cannot be shown', async () => {
  const paths = ['/srv/failing', '/srv/link-to-file', '/srv/data/a', '/srv/nothing'];
  const files = { ...host, '/srv/link-to-file': { linkTarget: '/etc/passwd' } };

  const found = await lookAtSources(hostDoor(files), paths);

  expect(found.map(({ file }) => file)).toEqual([
    null,
    expect.objectContaining({ kind: 'file' }),
    'folder',
    null,
  ]);
  const [hidden, file] = found.map(({ leadsTo }) => leadsTo);
  expect(hidden).toEqual(unreadWith('did not show what lies there'));
  expect(file).toEqual(unreadWith('table of mounts tells it'));
});

/** As an engine does that mounts all that it shows for each question. */
const spoilt = (door: HostDoor): Pick<HostDoor, 'lookInto'> => ({
  lookInto: (asked, use) =>
    door.lookInto(asked, async (window) => {
      const entry: typeof window.entry = async (folder, name) => {
        if (!asked.includes('/srv/failing')) return window.entry(folder, name);
        throw new OutsideError('engine-invalid-answer', 'it cannot be mounted');
      };
      return use({ ...window, entry });
    }),
});

it('follows many paths through few windows', async () => {
  const paths = Array.from({ length: 100 }, (_, index) => `/srv/data/${index}`);
  const many = Object.fromEntries(paths.map((path) => [`${path}/x`, {}]));
  const door = hostDoor(many);

  const found = await walkSources(door, paths, async () => false);

  expect(found).toMatchObject(paths.map((path) => ({ path, leadsTo: read(path), isFolder: true })));
  expect(door.looks.length).toBeLessThan(10);
  // What all have in common is shown once, and nothing twice.
  expect(door.looks.flat().filter((path) => path === '/')).toHaveLength(1);
});

it('leaves open what a host makes too long', async () => {
  const links = Array.from({ length: 60 }, (_, index): [string, HostEntry] => [
    `/srv/${index}`,
    { linkTarget: `/srv/${index + 1}` },
  ]);
  const door = hostDoor(Object.fromEntries([...links, ['/srv/60/x', {}]]));

  const [found] = await walkSources(door, ['/srv/0'], async () => false);

  expect(found?.leadsTo).toMatchObject({ state: 'unread' });
  expect(door.looks.length).toBeLessThan(50);
});
