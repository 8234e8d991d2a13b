import { declaredMountOf } from '../../../src/snapshot/normalise/host-path.ts';

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
