import { bind, namedVolume } from '../../src/rules/example-facts.ts';
import { exampleContainer } from '../../src/rules/example-host.ts';
import { kernelSays } from '../../src/rules/example-kernel.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { mountsOfMountinfo } from '../../src/snapshot/normalise/mountinfo.ts';
import { shownMounts } from '../../src/snapshot/shown-mounts.ts';

// Tables as kernels write them (proc(5)); the mounts of an ordinary container are those of the OCI runtime
// specification and of the files that engines make.

const ID = 'a1b2c3d4'.repeat(8);
const DATA = `/var/lib/docker/containers/${ID}`;
const plain = `
1 0 0:50 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w
2 1 0:53 / /proc rw,nosuid,nodev,noexec - proc proc rw
3 1 0:54 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
4 3 0:55 / /dev/pts rw - devpts devpts rw,gid=5,mode=620
5 1 0:56 / /sys ro - sysfs sysfs ro
6 5 0:29 /docker/x /sys/fs/cgroup ro - cgroup2 cgroup rw
7 3 0:52 / /dev/mqueue rw - mqueue mqueue rw
8 3 0:57 / /dev/shm rw - tmpfs shm rw,size=65536k
9 1 8:1 ${DATA}/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw
10 1 8:1 ${DATA}/hostname /etc/hostname rw - ext4 /dev/sda1 rw
11 1 8:1 ${DATA}/hosts /etc/hosts rw - ext4 /dev/sda1 rw
12 2 0:53 /sys /proc/sys ro - proc proc rw
13 2 0:53 /bus /proc/bus ro - proc proc rw
14 2 0:54 /null /proc/kcore rw - tmpfs tmpfs rw,size=65536k,mode=755
15 2 0:58 / /proc/acpi ro - tmpfs tmpfs ro
16 5 0:59 / /sys/firmware ro - tmpfs tmpfs ro
17 3 0:55 /0 /dev/console rw - devpts devpts rw,gid=5,mode=620
18 1 8:1 /usr/libexec/docker/docker-init /sbin/docker-init ro - ext4 /dev/sda1 rw`;

function shown(more: string, container: Partial<ContainerFacts> = {}) {
  const mounts = mountsOfMountinfo(1, `${plain}\n${more}`.trim());
  const [entry] = kernelSays([], { mounts });
  const kernel = entry?.facts.state === 'read' ? entry.facts.value : null;
  const seen = {
    kernel,
    sources: null,
    sockets: [],
    ownPaths: [],
    ownUnread: null,
    manyNamed: null,
    hostMounts: null,
    hostAddresses: [],
  };
  return shownMounts({ ...exampleContainer, id: ID, ...container }, seen, '/var/lib/docker');
}

const unlisted = (more: string, container: Partial<ContainerFacts> = {}) =>
  shown(more, container).flatMap(({ isUnlisted, things }) => (isUnlisted ? things : []));

it.each<[string, string, Partial<ContainerFacts>?]>([
  ['an ordinary container', ''],
  ['a folder in memory', '20 1 0:70 / /scratch rw - tmpfs tmpfs rw,size=1024k'],
  [
    // runc takes the mode of the folder in the image.
    'one that looks like /run of the host and was asked for',
    '20 1 0:70 / /run rw - tmpfs tmpfs rw,size=65536k,mode=755',
    { tmpfsPlaces: ['/run'] },
  ],
  [
    'a part of one that was asked for',
    `20 1 0:70 / /run rw - tmpfs tmpfs rw,size=65536k,mode=755
21 20 0:70 /netns /run/netns rw - tmpfs tmpfs rw,size=65536k,mode=755`,
    { tmpfsPlaces: ['/run'] },
  ],
  [
    'a secret of a swarm',
    '20 1 0:70 /7pw2mlkxh8ra9cq51tzvn4eby /run/secrets/key ro - tmpfs tmpfs rw',
  ],
  ['nodes of an engine without privileges', '20 3 0:5 /zero /dev/zero rw - devtmpfs udev rw'],
  [
    'a device that was asked for',
    '20 3 0:5 /fuse /dev/fuse rw - devtmpfs udev rw',
    { devices: ['/dev/fuse'] },
  ],
  [
    'files of Podman',
    `20 1 0:24 /containers/overlay-containers/${ID}/userdata/.containerenv /run/.containerenv rw - tmpfs tmpfs rw,size=1k,mode=755
21 1 8:1 /var/lib/containers/storage/overlay-containers/${ID}/userdata/run/secrets /run/secrets rw - ext4 /dev/sda1 rw`,
  ],
  [
    'files of the container whose network it joined',
    `20 1 8:1 /var/lib/docker/containers/${'f'.repeat(64)}/hosts /etc/hosts rw - ext4 /dev/sda1 rw`,
  ],
  [
    'a folder below one that is listed',
    '20 1 8:1 /srv/web /mnt rw - ext4 /dev/sda1 rw\n21 20 8:1 /srv/web/x /mnt/x rw - ext4 /dev/sda1 rw',
    { mounts: [bind('/srv/web')] },
  ],
  [
    'a listed socket whose place is a link in the image',
    '20 1 0:24 /docker.sock /run/docker.sock rw - tmpfs tmpfs rw,size=1k,mode=755',
    { mounts: [bind('/run/docker.sock', { destination: '/var/run/docker.sock' })] },
  ],
  [
    'a volume whose place is a link in the image',
    '20 1 8:1 /var/lib/docker/volumes/data/_data /real rw - ext4 /dev/sda1 rw',
    { mounts: [namedVolume('data', '/link')] },
  ],
  [
    'what a later mount hides',
    '20 1 8:1 /etc /x/y rw - ext4 /dev/sda1 rw\n21 1 0:70 / /x rw - tmpfs tmpfs rw',
  ],
])('%s has none that the engine does not list', (_title, more, container = {}) => {
  expect(unlisted(more, container)).toEqual([]);
});

it.each<[string, string, object[], Partial<ContainerFacts>?]>([
  ['the disk of the host', '20 1 8:1 / /x rw - ext4 /dev/sda1 rw', [{ kind: 'path', path: '/' }]],
  ['a folder of it', '20 1 8:1 /etc /x rw - ext4 /dev/sda1 rw', [{ kind: 'path', path: '/etc' }]],
  [
    'another disk',
    '20 1 8:17 / /x rw - xfs /dev/sdb1 rw',
    [{ kind: 'disk', device: '/dev/sdb1', isHosts: false }],
  ],
  [
    'a socket in /run',
    '20 1 0:24 /docker.sock /x.sock ro - tmpfs tmpfs rw,size=1k,mode=755',
    [{ kind: 'path', path: '/run/docker.sock' }],
  ],
  [
    '/run itself',
    '20 1 0:24 / /x rw - tmpfs tmpfs rw,size=1k,mode=755',
    [{ kind: 'unclear', what: 'a tmpfs that may be /run of the host, or of a user' }],
  ],
  [
    '/run over a folder in memory that was asked for',
    `20 1 0:70 / /run rw - tmpfs tmpfs rw,size=65536k,mode=755
21 20 0:24 / /run rw - tmpfs tmpfs rw,size=800000k,mode=755`,
    [{ kind: 'unclear', what: 'a tmpfs that may be /run of the host, or of a user' }],
    { tmpfsPlaces: ['/run'] },
  ],
  [
    '/run of a user',
    '20 1 0:44 / /x rw - tmpfs tmpfs rw,size=400000k,mode=700,uid=1000',
    [{ kind: 'unclear', what: 'a tmpfs that may be /run of the host, or of a user' }],
  ],
  [
    'a part of another folder in memory',
    '20 1 0:33 /x.sock /x.sock rw - tmpfs tmpfs rw,size=1k,mode=1777',
    [{ kind: 'unclear', what: '/x.sock of an unknown tmpfs' }],
  ],
  [
    // Of whoever mounted it, in a tree of its own.
    'an overlay of an engine in the container',
    '20 1 0:60 / /d/merged rw - overlay overlay rw,lowerdir=/var/lib/docker/l/A,upperdir=/etc/x',
    [{ kind: 'unclear', what: 'an overlay of unnamed folders' }],
  ],
  [
    'a device',
    '20 3 0:5 /sda /dev/null2 rw - devtmpfs udev rw',
    [{ kind: 'path', path: '/dev/sda' }],
  ],
  [
    'the processes of the host',
    '20 1 0:21 / /p rw - proc proc rw',
    [{ kind: 'path', path: '/proc' }],
  ],
  [
    'its settings over the own ones',
    '20 2 0:21 /sys /proc/sys rw - proc proc rw',
    [{ kind: 'path', path: '/proc/sys' }],
  ],
  ['the kernel’s objects', '20 1 0:22 / /s rw - sysfs sysfs rw', [{ kind: 'path', path: '/sys' }]],
  [
    'a file with a name of the engine',
    '20 1 8:1 /etc/hosts /etc/hosts rw - ext4 /dev/sda1 rw',
    [{ kind: 'path', path: '/etc/hosts' }],
  ],
  [
    'the secrets of another container',
    `20 1 8:1 /var/lib/docker/containers/${'f'.repeat(64)}/mounts/secrets /x ro - ext4 /dev/sda1 rw`,
    [{ kind: 'path', path: `/var/lib/docker/containers/${'f'.repeat(64)}/mounts/secrets` }],
  ],
  [
    'a writable program beside a read-only one that is listed',
    '20 1 8:1 /srv/app /usr/app rw - ext4 /dev/sda1 rw',
    [{ kind: 'path', path: '/srv/app' }],
    { mounts: [bind('/srv/app', { destination: '/link/app', isWritable: false })] },
  ],
])('%s is judged though the engine does not list it', (_title, more, things, container = {}) => {
  expect(unlisted(more, container)).toEqual(things);
});

it('the table of a runtime with a machine of its own is not the container’s', () => {
  const mounts = mountsOfMountinfo(
    1,
    '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 /x /home rw - ext4 /dev/sda2 rw',
  );
  const [entry] = kernelSays([], { mounts });
  const kernel = entry?.facts.state === 'read' ? entry.facts.value : null;
  const seen = {
    kernel,
    sources: null,
    sockets: [],
    ownPaths: [],
    ownUnread: null,
    manyNamed: null,
    hostMounts: null,
    hostAddresses: [],
  };

  expect(shownMounts({ ...exampleContainer, runtime: 'kata' }, seen, null)).toEqual([]);
  for (const runtime of ['', 'youki', 'io.containerd.runc.v2']) {
    expect(shownMounts({ ...exampleContainer, runtime }, seen, null)).toHaveLength(1);
  }
});
