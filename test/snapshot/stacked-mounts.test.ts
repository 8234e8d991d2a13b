import { kernelMount } from '../../src/rules/example-kernel.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';
import { hostTree } from '../../src/snapshot/host-tree.ts';
import { stackedThings } from '../../src/snapshot/stacked-mounts.ts';

const host = hostTree([
  { target: '/', root: '/', device: '8:1' },
  { target: '/mnt/merged', root: '/', device: '0:50' },
]);

const shown = (more: Partial<KernelMount>, hostMounts: typeof host | null = host) =>
  stackedThings(kernelMount('/x', { root: '/', filesystem: 'overlay', device: '0:50', ...more }), {
    hostMounts,
    hostAddresses: null,
  });

const over = (...superOptions: string[]) => ({ superOptions });
const upperInJobs = over('rw', 'lowerdir=/srv/a', 'upperdir=/etc/cron.d', 'workdir=/etc/w');
const upper = (path: string) => ({ kind: 'path', path, isLayer: true });
const lower = (path: string) => ({ ...upper(path), isReadonly: true });
const unclear = [{ kind: 'unclear', what: expect.stringContaining('once more') }];

it('tells what an overlay of the host lies over, and where it is written', () => {
  expect(shown(upperInJobs)).toEqual([lower('/srv/a'), upper('/etc/cron.d')]);
  expect(shown(over('ro', 'lowerdir=/etc:/root'))).toEqual([lower('/etc'), lower('/root')]);
});

it('tells of a folder in it the same folder of each layer', () => {
  expect(shown({ ...upperInJobs, root: '/sub' })).toEqual([
    lower('/srv/a/sub'),
    upper('/etc/cron.d/sub'),
  ]);
});

it('does not know of relative layers, and of one that the host has not, what they are', () => {
  expect(shown(over('rw', 'lowerdir=a:b'))).toEqual([
    { kind: 'unclear', what: 'an overlay of unnamed folders' },
  ]);
  expect(shown({ ...upperInJobs, device: '0:51' })).toEqual(unclear);
  expect(shown(upperInJobs, null)).toEqual(unclear);
});

it.each([
  ['of `/` of the host', { ...upperInJobs, device: '8:1' }],
  ['of an engine', over('rw', 'lowerdir=/var/lib/docker/overlay2/l/A', 'upperdir=/d/overlay2/a/b')],
  [
    'of containerd',
    over('rw', 'lowerdir=/c/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs'),
  ],
  ['that is none', { filesystem: 'ext4' }],
])('shows nothing more in layers %s', (_, more) => {
  expect(shown(more)).toEqual([]);
});

it('hides no layer of the host behind one of an engine', () => {
  const mixed = over('rw', 'lowerdir=/var/lib/docker/overlay2/l/A:/etc');
  expect(shown(mixed)).toEqual([lower('/etc')]);
});

it.each<[string, Partial<KernelMount>, unknown]>([
  ['a folder that FUSE has again', { filesystem: 'fuse.bindfs', source: '/etc' }, '/etc'],
  ['a folder of it', { filesystem: 'ecryptfs', source: '/etc', root: '/cron.d' }, '/etc/cron.d'],
  ['several', { filesystem: 'fuse.mergerfs', source: 'a:b' }, null],
  ['an unnamed one', { filesystem: 'fuse', source: '/dev/fuse' }, null],
])('takes %s for what it is', (_, more, path) => {
  expect(shown(more)).toEqual(path === null ? unclear : [{ kind: 'path', path }]);
});

it.each([
  ...['fuse.sshfs', 'fuse.lxcfs', 'fuseblk', 'tmpfs'],
  ...['fuse.grpcfuse', 'fuse.osxfs', 'fuse.vmhgfs-fuse', 'fuse.shfs'],
])('takes %s for no such one', (type) => {
  expect(shown({ filesystem: type, source: '/etc' })).toEqual([]);
});

it('takes a share of the host itself for what it serves', () => {
  const share = (addr: string, source = `${addr}:/etc`) => ({
    ...{ filesystem: 'nfs4', source, root: '/cron.d' },
    ...over('rw', `addr=${addr}`),
  });

  expect(shown(share('127.0.0.1'))).toEqual([{ kind: 'path', path: '/etc/cron.d' }]);
  expect(shown({ ...share('127.0.0.1'), ...over('rw', 'port=2049', 'addr=127.0.0.1') })).toEqual([
    { kind: 'path', path: '/etc/cron.d' },
  ]);
  // Of a share in the cloud that is encrypted on its way, as `mount -t efs -o tls` has it.
  expect(
    shown({ ...share('127.0.0.1', '127.0.0.1:/'), ...over('rw', 'port=20127', 'addr=127.0.0.1') }),
  ).toEqual([{ kind: 'unclear', what: expect.stringContaining('port 20127') }]);
  // Which addresses the host has was not read.
  expect(shown(share('10.0.0.9'))).toEqual([
    { kind: 'unclear', what: expect.stringContaining('may be the host itself') },
  ]);
  const known = kernelMount('/x', { device: '0:50', ...share('10.0.0.9') });
  const byAddress = (hostAddresses: string[]) =>
    stackedThings(known, { hostMounts: host, hostAddresses });
  expect(byAddress(['10.0.0.9'])).toEqual([{ kind: 'path', path: '/etc/cron.d' }]);
  expect(byAddress(['10.0.0.1'])).toEqual([]);
});
