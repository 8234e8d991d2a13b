import fc from 'fast-check';
import { foreign } from '../../../src/snapshot/foreign.ts';
import { normaliseHostPath } from '../../../src/snapshot/normalise/host-path.ts';
import {
  askedMounts,
  bindSourceOf,
  declaredMount,
  mountFact,
  volumeFacts,
  volumeMountOf,
} from '../../../src/snapshot/normalise/mounts.ts';

const mount = (fields: object) =>
  declaredMount(
    foreign('GET /containers/{id}/json', {
      ...{ Destination: '/d', RW: true, Propagation: '' },
      ...fields,
    }),
  );

const volume = (fields: object) =>
  foreign('GET /volumes', { Name: 'v', Driver: 'local', Options: null, ...fields });

describe('a path of the host', () => {
  it.each([
    ['/', '/'],
    ['/etc/', '/etc'],
    ['//etc///ssh/', '/etc/ssh'],
    ['/etc/.', '/etc'],
    ['/etc/../root', '/root'],
    ['/../..', '/'],
    ['/var/run', '/run'],
    ['/var/run/docker.sock', '/run/docker.sock'],
    ['/var/./run//docker.sock', '/run/docker.sock'],
    ['/var/runner', '/var/runner'],
    ['/srv/var/run', '/srv/var/run'],
    // The kernel follows these to the tree of the host (proc_pid_root(5)).
    ['/proc/1/root', '/'],
    ['/proc/1/root/etc', '/etc'],
    ['/proc/1/cwd/etc', '/etc'],
    ['/proc/self/root/var/run/docker.sock', '/run/docker.sock'],
    ['/proc/1/task/1/root/proc/thread-self/root/etc', '/etc'],
    ['/proc/self/cwd', '/proc/self/cwd'],
    ['/proc/11/root/etc', '/proc/11/root/etc'],
    ['/proc/1/rootkit', '/proc/1/rootkit'],
    ['/srv/proc/1/root', '/srv/proc/1/root'],
    ['/etc/..hidden', '/etc/..hidden'],
    ['C:\\ProgramData', 'C:\\ProgramData'],
    ['', ''],
  ])('%j is %j', (path, expected) => {
    expect(normaliseHostPath(path)).toBe(expected);
  });

  it('has one spelling', () => {
    const path = fc.array(fc.constantFrom('/', '.', '..', 'var', 'run', 'a', '/proc/1/root'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(path, (parts) => {
        const once = normaliseHostPath(`/${parts.join('')}`);
        expect(once.split('/').slice(1)).not.toContain('..');
        expect(once.startsWith('/var/run/')).toBe(false);
        expect(normaliseHostPath(once)).toBe(once);
      }),
    );
  });
});

describe('a mount', () => {
  it('of a bind shows the real path', () => {
    const fact = mountFact(
      mount({ Type: 'bind', Source: '/var/run/docker.sock', RW: false, Propagation: 'rslave' }),
      new Map(),
    );

    expect(fact).toEqual({
      kind: 'bind',
      hostPath: '/run/docker.sock',
      volume: null,
      destination: '/d',
      isWritable: false,
      propagation: 'rslave',
    });
  });

  const named = { Type: 'volume', Name: 'v', Driver: 'local', Source: '/var/lib/docker/volumes/v' };

  it('of an ordinary volume has no host path, wherever it is mounted', () => {
    const fact = mountFact(
      mount({ ...named, Destination: '/etc' }),
      new Map([['v', { bindSource: null, mount: null }]]),
    );

    expect(fact).toMatchObject({ kind: 'volume', hostPath: null, volume: 'v' });
  });

  it('of a volume that binds a host path shows that path', () => {
    expect(
      mountFact(mount(named), new Map([['v', { bindSource: '/etc', mount: null }]])).hostPath,
    ).toBe('/etc');
  });

  it('of a part of a volume shows where that lies', () => {
    const host = foreign('x', {
      Mounts: [
        { Type: 'volume', Target: '/etc/', VolumeOptions: { Subpath: 'cron.d/' } },
        { Type: 'volume', Target: '/all' },
      ],
    });
    const sources = new Map([['v', { bindSource: '/etc', mount: null }]]);
    const at = (Destination: string) =>
      declaredMount(foreign('x', { ...named, Destination, RW: true }), askedMounts(host));

    expect(mountFact(at('/etc'), sources).hostPath).toBe('/etc/cron.d');
    expect(mountFact(at('/all'), sources).hostPath).toBe('/etc');
    expect(askedMounts(foreign('x', {})).size).toBe(0);
  });

  it('tells where read-only was asked for its top alone', () => {
    const host = foreign('x', {
      Mounts: [
        { Type: 'bind', Target: '/sys', BindOptions: { ReadOnlyNonRecursive: true } },
        { Type: 'bind', Target: '/all', BindOptions: { ReadOnlyNonRecursive: false } },
        { Type: 'bind', Target: '/old', BindOptions: {} },
      ],
    });
    const at = (Destination: string) =>
      declaredMount(
        foreign('x', { Type: 'bind', Source: '/sys', Destination, RW: false, Propagation: '' }),
        askedMounts(host),
      ).fact.isReadonlyOnTop;

    expect(['/sys', '/all', '/old'].map(at)).toEqual([true, undefined, undefined]);
  });

  it('tells where what is mounted below was left out', () => {
    const BindOptions = { NonRecursive: true };
    const host = foreign('x', { Mounts: [{ Type: 'bind', Target: '/all', BindOptions }] });
    const bound = { Type: 'bind', Source: '/', Destination: '/all', RW: true, Propagation: '' };
    const options = (o: string) => ({ Name: 'v', Driver: 'local', Options: { o, device: '/' } });
    const [bare, whole] = ['bind', 'rbind,ro'].map((o) =>
      volumeFacts(foreign('x', { Volumes: [options(o)] })),
    );

    expect(declaredMount(foreign('x', bound), askedMounts(host)).fact.isNonRecursive).toBe(true);
    expect(declaredMount(foreign('x', bound)).fact).not.toHaveProperty('isNonRecursive');
    expect(bare).toMatchObject([{ bindSource: '/', isNonRecursive: true }]);
    expect(whole?.[0]).not.toHaveProperty('isNonRecursive');
    const behind = { bindSource: '/', mount: null, isNonRecursive: true } as const;
    expect(mountFact(mount(named), new Map([['v', behind]]))).toMatchObject({
      isNonRecursive: true,
    });
  });

  it.each([
    ['z', true],
    ['ro,Z', true],
    ['', undefined],
    ['rw,rshared', undefined],
    ['zone', undefined],
  ])('with the mode “%s” is given a label for containers: %s', (Mode, expected) => {
    const bound = { Type: 'bind', Source: '/srv', Destination: '/all', RW: true, Propagation: '' };

    expect(declaredMount(foreign('x', { ...bound, Mode })).fact.isRelabelled).toBe(expected);
  });

  it('of a read-only volume is read-only at its top alone', () => {
    const behind = { bindSource: '/sys', mount: null };
    const onTop = (isReadonly?: true) =>
      mountFact(mount(named), new Map([['v', { ...behind, ...(isReadonly && { isReadonly }) }]]));

    expect(onTop()).not.toHaveProperty('isReadonlyOnTop');
    expect(onTop(true)).toMatchObject({ isWritable: false, isReadonlyOnTop: true });
  });

  it('of a local volume that nobody lists is not guessed', () => {
    expect(() => mountFact(mount(named), new Map())).toThrow('not listed');
  });

  it.each([
    ['a volume of a plugin', { Type: 'volume', Name: 'v', Driver: 'nfs' }, 'v'],
    ['a tmpfs', { Type: 'tmpfs', Source: '' }, null],
    ['a cluster volume', { Type: 'cluster', Name: 'v' }, 'v'],
    ['an image', { Type: 'image', Source: '/var/lib/docker/x' }, null],
  ])('of %s has no host path', (_case, fields, name) => {
    expect(mount(fields).localVolume).toBeNull();
    expect(mountFact(mount(fields), new Map())).toMatchObject({ hostPath: null, volume: name });
  });

  it.each([
    ['a kind nobody knows', { Type: 'wormhole' }, 'one of bind, volume'],
    ['no word on writing', { Type: 'tmpfs', RW: undefined }, 'true or false at .RW'],
    ['a bind without a source', { Type: 'bind' }, 'a text at .Source'],
  ])('with %s is refused', (_case, fields, message) => {
    expect(() => mountFact(mount(fields), new Map())).toThrow(message);
  });
});

const plugin = 'f'.repeat(64);

describe('a volume of another driver', () => {
  it.each<[string, string | undefined, string | null]>([
    ['at a folder of the host', '/etc/', '/etc'],
    ['at the engine’s own folder', '/var/run', '/run'],
    ['at a folder of data of its name', '/srv/v', '/srv/v'],
    ['at the files of the engine', '/var/lib/docker', '/var/lib/docker'],
    ['below the folder of its plugin', `/data/plugins/${plugin}/propagated-mount/x`, null],
    ['in a folder that the driver made', '/var/lib/rexray/volumes/v/data', null],
    ['that nothing tells', undefined, null],
    ['of an empty path', '', null],
  ])('%s', (_case, source, hostPath) => {
    const fields = { Type: 'volume', Name: 'v', Driver: 'local-persist', Source: source };
    expect(mountFact(mount(fields), new Map())).toMatchObject({
      ...{ kind: 'volume', volume: 'v', driver: 'local-persist', hostPath },
    });
  });

  it('is none of the engine’s own', () => {
    const own = mount({ Type: 'volume', Name: 'v', Driver: 'local', Source: '/etc' });
    expect(own.fact).not.toHaveProperty('driver');
    expect(own.fact.hostPath).toBeNull();
  });
});

describe('a volume', () => {
  it.each<[string, object, string | null]>([
    ['nothing said', {}, null],
    ['a bind', { Options: { type: 'none', o: 'bind', device: '/etc/' } }, '/etc'],
    ['a recursive bind among others', { Options: { o: 'ro, rbind', device: '/etc' } }, '/etc'],
    ['an NFS share', { Options: { type: 'nfs', o: 'addr=10.0.0.1', device: ':/x' } }, null],
    ['a block device', { Options: { type: 'ext4', device: '/dev/sdb1' } }, null],
    ['a bind without a device', { Options: { o: 'bind' } }, null],
    ['a bind of a path without a slash', { Options: { o: 'bind', device: 'etc' } }, null],
    ['another word with bind in it', { Options: { o: 'nobind', device: '/etc' } }, null],
    ['a plugin', { Driver: 'x', Options: { o: 'bind', device: '/etc' } }, null],
  ])('%s', (_case, fields, expected) => {
    expect(bindSourceOf(volume(fields))).toBe(expected);
  });
});

// `docker volume create --opt type=proc --opt device=none` mounts nothing, with any further option it does.
it.each<[string, object, boolean, boolean]>([
  ['nothing', {}, true, false],
  ['nothing', { o: '' }, true, false],
  ['its filesystem', { o: 'hidepid=0' }, true, true],
  ['its filesystem', { o: ',' }, true, true],
  ['its filesystem on Podman', {}, false, true],
])('a volume of the device none mounts %s by %j', (_case, more, isDocker, isMounted) => {
  const listed = volume({ Options: { type: 'proc', device: 'none', ...more } }).value;
  const [facts] = volumeFacts(foreign('GET /volumes', { Volumes: [listed] }), isDocker);

  expect(facts?.mount?.filesystem).toBe(isMounted ? 'proc' : undefined);
  expect(facts?.bindSource).toBeNull();
});

it.each<[string, string, true | undefined]>([
  ['read-only', 'bind,ro', true],
  ['as nobody says', 'bind', undefined],
  ['writable after all', 'ro,bind,rw', undefined],
])('a volume is mounted %s', (_case, o, isReadonly) => {
  const listed = volume({ Options: { type: 'none', o, device: '/etc' } }).value;
  const [facts] = volumeFacts(foreign('GET /volumes', { Volumes: [listed] }));

  expect(facts?.isReadonly).toBe(isReadonly);
});

describe('what a local volume mounts', () => {
  const nothing = { device: '', layers: [], server: null };
  it.each([
    ['nothing of its own', {}, null],
    ['a bind', { Options: { type: 'none', o: 'bind', device: '/etc' } }, null],
    [
      'a bind of a path that begins where the engine was started',
      { Options: { type: 'none', o: 'rw,rbind', device: '../etc' } },
      { ...nothing, filesystem: 'bind', device: '../etc' },
    ],
    ['a plugin', { Driver: 'x', Options: { type: 'ext4', device: '/dev/sda1' } }, null],
    [
      'a disk',
      { Options: { type: 'ext4', device: '/dev/sda1' } },
      { ...nothing, filesystem: 'ext4', device: '/dev/sda1' },
    ],
    [
      'the kernel’s own files',
      { Options: { type: 'proc', device: 'proc' } },
      { ...nothing, filesystem: 'proc', device: 'proc' },
    ],
    [
      'an overlay',
      {
        Options: {
          type: 'overlay',
          device: 'overlay',
          o: 'lowerdir=/var/run/x:/srv/a\\:b::/etc/,upperdir=/srv/u,workdir=/srv/w',
        },
      },
      {
        ...nothing,
        filesystem: 'overlay',
        device: 'overlay',
        layers: ['/run/x', '/srv/a:b', '/etc', '/srv/u'],
        upperLayer: '/srv/u',
      },
    ],
    [
      'an overlay with a folder whose path begins where the engine was started',
      { Options: { type: 'overlay', device: 'overlay', o: 'lowerdir=etc:/srv/a' } },
      {
        ...nothing,
        ...{ filesystem: 'overlay', device: 'overlay', layers: ['/srv/a'] },
        hasRelativeLayers: true,
      },
    ],
    [
      'a share, without its password',
      { Options: { type: 'cifs', device: '//nas/x', o: 'addr=10.0.0.1,username=u,password=p' } },
      { ...nothing, filesystem: 'cifs', device: '//nas/x', server: '10.0.0.1' },
    ],
    [
      'a share by the other name of its address',
      { Options: { type: 'cifs', device: '//nas/x', o: 'ip=10.0.0.1' } },
      { ...nothing, filesystem: 'cifs', device: '//nas/x', server: '10.0.0.1' },
    ],
    [
      'a share of the server in its name',
      { Options: { type: 'cifs', device: '//127.0.0.1/root', o: 'username=u' } },
      { ...nothing, filesystem: 'cifs', device: '//127.0.0.1/root', server: '127.0.0.1' },
    ],
    [
      'a share of a server with an IPv6 address',
      { Options: { type: 'nfs4', device: '[::1]:/srv' } },
      { ...nothing, filesystem: 'nfs4', device: '[::1]:/srv', server: '[::1]' },
    ],
  ])('%s', (_case, fields, expected) => {
    expect(volumeMountOf(volume(fields))).toEqual(expected);
  });
});
