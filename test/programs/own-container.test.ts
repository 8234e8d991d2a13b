import { ownContainer, readProcessFiles } from '../../src/programs/own-container.ts';

const id = '4f5c'.repeat(16);
const other = '9a1b'.repeat(16);
const nothing = { cgroup: '0::/\n', mountinfo: '', hostname: 'web-1' };
const mount = (root: string, target: string) =>
  `612 590 254:1 ${root} ${target} rw,relatime - ext4 /dev/vda1 rw\n`;

it.each([
  ['control group of Docker with cgroup v1', { cgroup: `12:pids:/docker/${id}\n0::/\n` }],
  ['control group of systemd', { cgroup: `0::/system.slice/docker-${id}.scope\n` }],
  ['control group of Podman', { cgroup: `0::/machine.slice/libpod-${id}.scope/container\n` }],
])('is told by the %s, whoever joined its network', (_what, difference) => {
  const mountinfo = mount(`/containers/${other}/hostname`, '/etc/hostname');

  expect(ownContainer({ ...nothing, mountinfo, ...difference })).toEqual({
    id,
    isNetworkOwners: false,
  });
});

it.each([
  [
    'files that Docker mounts',
    { mountinfo: mount(`/var/lib/docker/containers/${id}/hostname`, '/etc/hostname') },
    id,
  ],
  [
    'files that Podman mounts',
    { mountinfo: mount(`/overlay-containers/${id}/userdata/hosts`, '/etc/hosts') },
    id,
  ],
  ['name of the machine', { hostname: id.slice(0, 12) }, id.slice(0, 12)],
])('is told by the %s, as that of the network’s owner', (_what, difference, found) => {
  expect(ownContainer({ ...nothing, ...difference })).toEqual({ id: found, isNetworkOwners: true });
});

it('is unknown on a host, also on one that shows the mounts of its containers', () => {
  const mountinfo = [
    mount('/', `/var/lib/docker/overlay2/${other}/merged`),
    mount(`/var/lib/docker/containers/${other}/mounts/shm`, `/run/${other}/shm`),
    mount(`/var/lib/docker/containers/${other}/hostname`, '/srv/hostname'),
  ].join('');

  expect(ownContainer({ ...nothing, mountinfo })).toBeNull();
});

it('reads what the kernel tells of this process', () => {
  expect(readProcessFiles().mountinfo).toContain(' / ');
});
