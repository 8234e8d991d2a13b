import { declaredMountOf, isDeclaredDisk } from '../../../src/snapshot/normalise/host-path.ts';

const fstab = `# /dev/sdz /var/lib/docker xfs defaults
UUID=1 / ext4 errors=remount-ro 0 1
UUID=2\t/var\text4\tdefaults 0 2
/srv/docker /var/lib/docker none rw,bind 0 0
UUID=3 /mnt/a\\040b xfs defaults
UUID=4 none swap sw
UUID=1 /sub ext4 subvol=sub
`;

it.each([
  ['/var/lib/docker', { mountPoint: '/var/lib/docker', isBind: true }],
  ['/var/lib/docker-old', { mountPoint: '/var', isBind: false }],
  ['/mnt/a b/docker', { mountPoint: '/mnt/a b', isBind: false }],
  ['/sub/docker', { mountPoint: '/sub', isBind: false, isOfRoot: true }],
  ['/opt/docker', null],
  ['/', null],
])('%s lies on', (path, mount) => {
  expect(declaredMountOf(fstab, path)).toEqual(mount);
});

it('two that are named alike, and by no disk, are two filesystems', () => {
  const all = 'tmpfs / tmpfs defaults 0 0\ntmpfs /var/lib/docker tmpfs defaults 0 0\n';

  expect(declaredMountOf(all, '/var/lib/docker')).toEqual({
    mountPoint: '/var/lib/docker',
    isBind: false,
  });
});

describe('one disk by two names', () => {
  const part = { mountPoint: '/var', isBind: false };

  it.each([
    ['UUID="A-1"', 'UUID=a-1', { isOfRoot: true }],
    ['UUID=a-1', '/dev/disk/by-uuid/a-1', { isOfRoot: true }],
    ['LABEL=a\\040b', '/dev/disk/by-label/a\\x20b', { isOfRoot: true }],
    ['UUID=a-1', 'LABEL=system', { mayBeOfRoot: true }],
    // A filesystem of several disks goes by any of them.
    ['/dev/sda2', '/dev/sdb2', { mayBeOfRoot: true }],
    ['PARTUUID=1', 'PARTUUID=2', { mayBeOfRoot: true }],
    ['UUID=a-1', 'UUID=b-2', {}],
    ['LABEL=a', 'LABEL=b', {}],
  ])('%s and %s', (root, other, expected) => {
    const all = `${root} / btrfs subvol=@ 0 0\n${other} /var btrfs subvol=@var 0 0\n`;

    expect(declaredMountOf(all, '/var/lib/docker')).toEqual({ ...part, ...expected });
    expect(isDeclaredDisk(all, '/var')).toBe(Object.keys(expected).length === 0);
  });

  it.each([
    ['another type', 'xfs', 'defaults', {}],
    ['a type of which nobody mounts parts', 'ext4', 'defaults', {}],
    ['a folder of it', 'ext4', 'X-mount.subdir=var', { mayBeOfRoot: true }],
    ['a type that is found out', 'auto', 'defaults', { mayBeOfRoot: true }],
  ])('%s', (_what, kind, options, expected) => {
    const all = `UUID=a-1 / ext4 defaults 0 1\n/dev/sda1 /var ${kind} ${options} 0 2\n`;

    expect(declaredMountOf(all, '/var/lib/docker')).toEqual({ ...part, ...expected });
  });
});
