import { containers } from '../../../src/snapshot/collectors/containers.ts';
import { inspectedId, readInspected } from '../../support/inspect-answer.ts';
import { engineStatus, recordedReader } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';
import { tarOf } from '../../support/tar-bytes.ts';

const failing = (status: number, message?: string) => () => {
  throw engineStatus('/x', status, message);
};

describe('the user of a container', () => {
  const archivePath = `/containers/${inspectedId}/archive`;
  const file = (body: string) => tarOf({ name: 'passwd', body });

  it('is asked of its own /etc/passwd when it is a name', async () => {
    const asked: unknown[] = [];
    const archive = (query: unknown) => {
      asked.push(query);
      return file('toor:x:0:0::/root:/bin/sh\n');
    };

    const facts = await readInspected({ config: { User: 'toor' } }, { [archivePath]: archive });

    expect(facts.user).toEqual({ declared: 'toor', uid: 0, reason: null });
    expect(asked).toEqual([{ path: '/etc/passwd' }]);
  });

  it.each(['', '0', '1000:1000', '99999999999'])('is not asked for when it is %j', async (User) => {
    const archive = () => {
      throw new Error('asked without need');
    };

    const facts = await readInspected({ config: { User } }, { [archivePath]: archive });

    expect(facts.user.declared).toBe(User);
  });

  it.each(['/etc/passwd', '/etc', '/etc/'])('is unknown below a mount at %s', async (place) => {
    const archive = file('app:x:1000:1000::/:/bin/sh\n');
    const mounted = {
      Type: 'bind',
      Source: '/srv/x',
      Destination: place,
      RW: true,
      Propagation: '',
    };
    const inspect = { config: { User: 'app' }, top: { Mounts: [mounted] } };

    const facts = await readInspected(inspect, { [archivePath]: archive });

    expect(facts.user.uid).toBeNull();
    expect(facts.user.reason).toContain('below the mount that covers it');
  });

  it.each<[string, unknown, string]>([
    ['there is no such file', failing(404), 'has no /etc/passwd'],
    ['the archive is empty', tarOf(), 'has no /etc/passwd'],
    ['the engine fails', failing(500, 'no space'), 'no space'],
    [
      'it is a link',
      tarOf({ name: 'passwd', type: '2', linkName: '/nix/passwd' }),
      'not a regular file',
    ],
    ['it has no such name', file('root:x:0:0::/:/bin/sh'), 'no usable entry'],
    ['the answer is no archive', Buffer.alloc(512, 'x'), 'not a tar archive'],
  ])('is unknown when %s', async (_case, archive, reason) => {
    const facts = await readInspected({ config: { User: 'app' } }, { [archivePath]: archive });

    expect(facts.user.uid).toBeNull();
    expect(facts.user.reason).toContain(reason);
  });
});

describe('volumes that may hide a host path', () => {
  const mount = {
    Type: 'volume',
    Name: 'myvol',
    Driver: 'local',
    Source: '/x',
    Destination: '/d',
    RW: true,
  };

  it('are followed to it', async () => {
    const listed = {
      Name: 'myvol',
      Driver: 'local',
      Options: { type: 'none', o: 'bind', device: '/var/run/docker.sock' },
    };

    const facts = await readInspected(
      { top: { Mounts: [mount] } },
      { '/volumes': { Volumes: [listed], Warnings: null } },
    );

    expect(facts.mounts).toMatchObject([{ kind: 'volume', hostPath: '/run/docker.sock' }]);
  });

  it.each<[string, unknown]>([
    ['fails', failing(403)],
    ['has another shape', { Volumes: 'x' }],
    ['does not name them', { Volumes: null }],
  ])('make their container unread, and no other, when the list %s', async (_case, answer) => {
    const { read, unread } = await runCollector(containers, {
      engine: recordedReader({ '/volumes': answer }),
    });

    expect(unread.map(({ name }) => name)).toEqual(['t20-voldest-etc']);
    expect(unread[0]?.reason).toContain('GET /');
    expect(read).toHaveLength(35);
  });
});

it('knows the devices that may only be read', async () => {
  const device = (path: string, access: string) => ({
    PathOnHost: path,
    PathInContainer: path,
    CgroupPermissions: access,
  });
  const Devices = [device('/dev/sda', 'r'), device('/dev/sdb', 'rwm'), device('/dev/sdc', '')];

  expect(await readInspected({ host: { Devices } })).toMatchObject({
    devices: ['/dev/sda', '/dev/sdb', '/dev/sdc'],
    readonlyDevices: ['/dev/sda'],
  });
});

it('takes of a device that is handed in twice what either gives', async () => {
  const device = (path: string, access: string) => ({
    PathOnHost: path,
    PathInContainer: `/dev/${access}`,
    CgroupPermissions: access,
  });
  const Devices = [
    ...[device('/dev/sda', 'r'), device('/dev/sda', 'rwm')],
    ...[device('/dev/sdb', 'm'), device('/dev/sdc', 'm'), device('/dev/sdc', 'r')],
  ];

  expect(await readInspected({ host: { Devices } })).toMatchObject({
    readonlyDevices: ['/dev/sdc'],
    closedDevices: ['/dev/sdb'],
  });
});
