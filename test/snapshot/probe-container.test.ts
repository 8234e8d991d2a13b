import { OutsideError } from '../../src/shared/errors.ts';
import { images } from '../../src/snapshot/collectors/index.ts';
import { listContainers } from '../../src/snapshot/list-containers.ts';
import { recordedReader, recording } from '../support/recorded-reader.ts';
import { runCollector } from '../support/run-collector.ts';

const probe = {
  Id: 'f00d',
  Names: ['/seawall-probe-0123456789ab'],
  State: 'created',
  Labels: { 'seawall.probe': '1' },
};
const proven = `sha256:${'5e'.repeat(32)}`;
const running = {
  ...probe,
  State: 'running',
  Status: 'Up Less than a second',
  ImageID: proven,
  Command: '/busybox grep -sH  /proc/self/status /proc/42/status /proc/42/mountinfo',
  Mounts: [],
  HostConfig: { NetworkMode: 'none' },
};

const counting = {
  Command: '/busybox stat -c %n:%h /shown/0 /shown/1 /proc/self/comm',
  Mounts: ['/shown/0', '/shown/1'].map((Destination) => ({ Destination, RW: false })),
};

async function isListed(container: object, probeImages = async () => new Set([proven])) {
  const reader = { ...recordedReader({ '/containers/json': [container] }), probeImages };
  return (await listContainers(reader)).length === 1;
}

describe('a probe that never ran', () => {
  it('is no container of the host', async () => {
    expect(await isListed(probe)).toBe(false);
    const reader = recordedReader({ '/containers/json': [probe] });
    expect(await listContainers(reader)).toEqual([]);
  });

  // Whoever may name a container could otherwise hide it.
  it.each([
    ['with the label alone', { Names: ['/web'] }],
    ['with a name that holds it', { Names: ['/my-seawall-probe-1'] }],
    ['with the name alone', { Labels: {} }],
    ['without labels', { Labels: null }],
    ['with another value of the label', { Labels: { 'seawall.probe': '2' } }],
    ['that runs', { State: 'running' }],
    ['that ran', { State: 'exited' }],
  ])('does not hide a container %s', async (_, changes) => {
    expect(await isListed({ ...probe, ...changes })).toBe(true);
  });
});

describe('a kernel probe', () => {
  it.each([
    ['that runs', {}],
    ['that has run for a while', { Status: 'Up 59 seconds' }],
    ['that ended', { State: 'exited', Status: 'Exited (2) 3 seconds ago' }],
    ['that is being removed', { State: 'removing', Status: 'Removal In Progress' }],
    ['that lists processes', { Command: '/busybox ls /proc /proc/self/task' }],
    [
      'that lists threads',
      {
        Command: '/busybox find /proc/1/task /proc/42/task /proc/self/task -mindepth 1 -maxdepth 1',
      },
    ],
    ['that lists processes, of an older version', { Command: '/busybox ls /proc' }],
    [
      'that lists threads, of an older version',
      { Command: '/busybox find /proc/1/task /proc/42/task -mindepth 1 -maxdepth 1' },
    ],
    [
      'that reads control groups',
      {
        Command: '/busybox grep -sH  /sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes',
        Mounts: [{ Destination: '/sys/fs/cgroup', RW: false }],
      },
    ],
    ['that counts names of files', counting],
    ['that Podman lists', { HostConfig: undefined, NetworkSettings: { Networks: { none: {} } } }],
  ])('%s is no container of the host', async (_, changes) => {
    expect(await isListed({ ...running, ...changes })).toBe(false);
  });

  it.each([
    ['that has another image', { ImageID: 'sha256:0' }],
    ['that goes on', { Status: 'Up About a minute' }],
    ['that ended long ago', { State: 'exited', Status: 'Exited (0) 5 minutes ago' }],
    ['that waits', { State: 'paused', Status: 'Up 5 seconds (Paused)' }],
    ['with health checks', { Status: 'Up 5 seconds (health: starting)' }],
    ['with a shell', { Command: '/busybox sh -c evil' }],
    ['that reads another file', { Command: '/busybox grep -sH  /proc/1/environ' }],
    ['that reads nothing', { Command: '/busybox grep -sH ' }],
    ['that reads more', { Command: `${running.Command} /etc/shadow` }],
    ['with a second line', { Command: `${running.Command}\nsh` }],
    ['with a mount in place of the program', { Mounts: [{ Destination: '/busybox' }] }],
    ['with a writable mount', { Mounts: [{ Destination: '/sys/fs/cgroup', RW: true }] }],
    ['that lists more', { Command: '/busybox ls /proc /proc/1/fd' }],
    ['that tells more of files', { ...counting, Command: '/busybox stat /shown/0' }],
    ['that reads files of which it may tell', { ...running, Mounts: counting.Mounts }],
    ['that may write to them', { ...counting, Mounts: [{ Destination: '/shown/0', RW: true }] }],
    ['that is shown more', { ...counting, Mounts: [{ Destination: '/shown/0/x', RW: false }] }],
    ['that finds more', { Command: '/busybox find /proc/1/task -exec sh' }],
    ['with a network', { HostConfig: { NetworkMode: 'bridge' } }],
    [
      'with a network on Podman',
      { HostConfig: undefined, NetworkSettings: { Networks: { podman: {} } } },
    ],
    ['of which no network is told', { HostConfig: undefined }],
    ['without the name', { Names: ['/web'] }],
    ['without the label', { Labels: {} }],
    ['without a command', { Command: undefined }],
  ])('does not hide a container %s', async (_, changes) => {
    expect(await isListed({ ...running, ...changes })).toBe(true);
  });

  it('hides nothing where no image could be proven', async () => {
    const failing = () => Promise.reject(new OutsideError('probe-unusable', 'no busybox'));

    expect(await isListed(running, async () => new Set())).toBe(true);
    expect(await isListed(running, failing)).toBe(true);
    const reader = recordedReader({ '/containers/json': [running] });
    expect(await listContainers(reader)).toHaveLength(1);
  });

  it('asks for no image where nothing poses as one', async () => {
    const never = () => Promise.reject(new Error('asked without need'));

    expect(await isListed({ ...running, Names: ['/web'] }, never)).toBe(true);
  });
});

describe('the image of a probe', () => {
  const [inspected = {}] = recording('images') as Record<string, unknown>[];
  const marked = {
    Id: inspected.Id,
    RepoTags: ['seawall-probe:0123456789ab'],
    Labels: { 'seawall.probe': '1' },
  };
  const listedImages = async (image: object, containers: object[] = []) => {
    const answers = { '/images/json': [image], '/containers/json': containers };
    return (await runCollector(images, { engine: recordedReader(answers) })).read.length;
  };

  it.each([
    ['with its tag', {}],
    ['whose tag another import took', { RepoTags: null }],
  ])('%s is none of the host', async (_, changes) => {
    expect(await listedImages({ ...marked, ...changes })).toBe(0);
  });

  it.each([
    ['with another tag too', { RepoTags: [...marked.RepoTags, 'web:1'] }],
    ['without the label', { Labels: null }],
  ])('hides no image %s', async (_, changes) => {
    expect(await listedImages({ ...marked, ...changes })).toBe(1);
  });

  it('hides none that a container uses', async () => {
    const container = { ...running, Names: ['/web'], ImageID: marked.Id };

    expect(await listedImages(marked, [container])).toBe(1);
  });
});
