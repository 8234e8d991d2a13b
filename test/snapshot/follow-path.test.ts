import { followPath } from '../../src/snapshot/follow-path.ts';
import { type HostEntry, hostDoor } from '../support/host-door.ts';

const follow = (
  host: Record<string, HostEntry>,
  path: string,
  paths: readonly string[] = ['/etc', '/usr/lib/systemd/system'],
) => hostDoor(host).look({ paths, dataRoot: null }, (window) => followPath(window, paths, path));

const present = (realPath: string) => expect.objectContaining({ state: 'present', realPath });

describe('a path', () => {
  it('without symlinks is where it is', async () => {
    expect(await follow({ '/etc/docker/daemon.json': {} }, '/etc/docker/daemon.json')).toEqual(
      present('/etc/docker/daemon.json'),
    );
  });

  it.each<[string, Record<string, HostEntry>, string]>([
    [
      'absolute',
      { '/etc/docker/daemon.json': { linkTarget: '/etc/conf/d.json' } },
      '/etc/conf/d.json',
    ],
    [
      'relative',
      { '/etc/docker/daemon.json': { linkTarget: '../conf/d.json' } },
      '/etc/conf/d.json',
    ],
    ['in the middle', { '/etc/docker': { linkTarget: '/etc/conf' } }, '/etc/conf/daemon.json'],
    [
      'in the middle, relative',
      { '/etc/docker': { linkTarget: 'conf/./' } },
      '/etc/conf/daemon.json',
    ],
    [
      'after another',
      {
        '/etc/docker': { linkTarget: '/etc/first' },
        '/etc/first': { linkTarget: 'second' },
        '/etc/second/daemon.json': { linkTarget: '../conf/d.json' },
      },
      '/etc/conf/d.json',
    ],
  ])('with a symlink %s is where the host would find it', async (_, links, realPath) => {
    const host = { '/etc/conf/d.json': {}, '/etc/conf/daemon.json': {}, ...links };

    expect(await follow(host, '/etc/docker/daemon.json')).toEqual(present(realPath));
  });

  it('between two folders that are shown is followed', async () => {
    const host = {
      '/etc/systemd/system/docker.service': { linkTarget: '/usr/lib/systemd/system/d.service' },
      '/usr/lib/systemd/system/d.service': {},
    };

    expect(await follow(host, '/etc/systemd/system/docker.service')).toEqual(
      present('/usr/lib/systemd/system/d.service'),
    );
  });

  it.each<[string, Record<string, HostEntry>, string, string]>([
    ['by itself', {}, '/srv/tls/ca.pem', '/srv/tls/ca.pem'],
    [
      'by a symlink',
      { '/etc/ca.pem': { linkTarget: '/srv/ca.pem' } },
      '/etc/ca.pem',
      '/srv/ca.pem',
    ],
    [
      'with what follows',
      { '/etc/tls': { linkTarget: '../srv/tls' } },
      '/etc/tls/a/b',
      '/srv/tls/a/b',
    ],
    ['above what is shown', { '/etc/x': {} }, '/usr/lib', '/usr/lib'],
    ['from the root', { '/etc/up': { linkTarget: '../../..' } }, '/etc/up/srv/x', '/srv/x'],
  ])('that leads outside %s says where to', async (_, links, path, outside) => {
    const host = { '/usr/lib/systemd/system/x': {}, ...links, '/etc/y': {} };

    expect(await follow(host, path)).toEqual({ state: 'outside', path: outside });
  });

  it.each<[string, Record<string, HostEntry>, string]>([
    ['the file', { '/etc/docker/x': {} }, '/etc/docker/daemon.json'],
    ['a folder on the way', { '/etc/x': {} }, '/etc/docker/daemon.json'],
    ['what a symlink names', { '/etc/a': { linkTarget: 'gone' } }, '/etc/a'],
    ['a whole shown folder', { '/etc/x': {} }, '/usr/lib/systemd/system/docker.service'],
  ])('is absent where the host lacks %s', async (_, host, path) => {
    expect(await follow(host, path)).toEqual({ state: 'absent' });
  });

  it('that goes round in circles is given up', async () => {
    const host = { '/etc/a': { linkTarget: 'b' }, '/etc/b': { linkTarget: '/etc/a' } };

    await expect(follow(host, '/etc/a')).rejects.toThrow('/etc/a is a circle of symlinks');
  });
});
