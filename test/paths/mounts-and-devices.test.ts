import { assess } from '../../src/assessment/assess.ts';
import { attackPaths } from '../../src/paths/attack-paths.ts';
import { deviceKind, deviceRule } from '../../src/rules/dangerous-devices.ts';
import { bind, capabilities, localVolume } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { KernelMount } from '../../src/snapshot/facts/kernel.ts';

const root = { user: { declared: '', uid: 0, reason: null } };
const someUser = { user: { declared: '1000', uid: 1000, reason: null } };
const withMknod = capabilities(['CAP_MKNOD']);
const tracer = capabilities(['CAP_SYS_PTRACE']);
const readonly = { isWritable: false };

const certainties = (
  container: Partial<ContainerFacts>,
  host: Omit<ExampleHost, 'container'> = {},
) =>
  attackPaths(assess(exampleSnapshot({ container: { ...root, ...container }, ...host }))).paths.map(
    ({ certainty }) => certainty,
  );
const shows = (...mounts: KernelMount[]) => ({ kernel: kernelSays([], { mounts }) });
const engineFile = kernelMount('/etc/hosts', {
  device: '8:1',
  root: `/var/lib/docker/containers/${'a'.repeat(64)}/hosts`,
});

type Case = [title: string, facts: Partial<ContainerFacts>, host?: Omit<ExampleHost, 'container'>];
const cases = (...rows: Case[]) =>
  rows.map(([title, facts, host = {}]) => ({ title, facts, host }));

describe('a mount is direct', () => {
  it.each(
    cases(
      ['of the kernel settings by a volume', { mounts: [localVolume('proc', 'proc')] }],
      [
        'of an overlay of the accounts',
        { mounts: [localVolume('overlay', 'overlay', { layers: ['/etc'] })] },
      ],
      [
        "of the host's own disk",
        { mounts: [localVolume('ext4', '/dev/sda1')] },
        shows(engineFile, kernelMount('/mnt', { device: '8:1' })),
      ],
      [
        'of a link to programs',
        { mounts: [bind('/srv/link')] },
        shows(kernelMount('/mnt', { root: '/usr/bin' })),
      ],
      [
        'of a link to the socket',
        { mounts: [bind('/srv/link', readonly)] },
        shows(kernelMount('/mnt', { root: '/docker.sock', filesystem: 'tmpfs' })),
      ],
      [
        'whose part below is left writable by an old engine',
        { mounts: [bind('/etc', readonly)] },
        shows(
          kernelMount('/mnt', { root: '/etc' }),
          kernelMount('/mnt/cron.d', { root: '/cron', options: ['rw'] }),
        ),
      ],
      [
        'of the processes, read-only, for who traces',
        { ...tracer, mounts: [bind('/proc', readonly)] },
      ],
      [
        'of control groups of version 1',
        { ...withMknod, mounts: [bind('/sys/fs/cgroup')] },
        { engine: { cgroupVersion: '1' } },
      ],
      [
        'of /sys at a place that the profile does not name',
        { appArmorProfile: 'docker-default', mounts: [bind('/sys')] },
      ],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties(facts, host)).toContain('direct');
  });
});

describe('a mount is unproven', () => {
  it.each(
    cases(
      ['of a disk of which nobody knows', { mounts: [localVolume('ext4', '/dev/sdb1')] }],
      [
        'of another disk than the engine’s',
        { mounts: [localVolume('ext4', '/dev/sdb1')] },
        shows(engineFile, kernelMount('/mnt', { device: '8:17' })),
      ],
      [
        'of /sys where the profile may refuse it',
        { appArmorProfile: 'docker-default', mounts: [bind('/sys', { destination: '/sys' })] },
        { engine: { hasAppArmor: true } },
      ],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties(facts, host)).toEqual(['unproven']);
  });
});

describe('a mount leads nowhere', () => {
  it.each(
    cases(
      ['of an empty volume', { mounts: [localVolume('tmpfs', 'tmpfs')] }],
      ['of a share', { mounts: [localVolume('nfs', ':/etc', { server: '10.0.0.1' })] }],
      [
        'of control groups of version 2',
        { ...withMknod, mounts: [bind('/sys/fs/cgroup')] },
        { engine: { cgroupVersion: '2' } },
      ],
      [
        'of a folder on a filesystem of its own',
        { mounts: [bind('/srv/data')] },
        shows(engineFile, kernelMount('/mnt', { device: '8:17', root: '/data' })),
      ],
      [
        'hidden by a later one',
        { mounts: [bind('/srv/web')] },
        shows(kernelMount('/mnt', { root: '/etc' }), kernelMount('/mnt', { root: '/srv/web' })),
      ],
    ),
  )('$title', ({ facts, host }) => {
    expect(certainties(facts, host)).toEqual([]);
  });
});

describe('a device', () => {
  it.each<[string, Partial<ContainerFacts>, string[]]>([
    ['that is a disk', { devices: ['/dev/mapper/vg-root'] }, ['direct']],
    ['that is every device', { devices: ['/dev'] }, ['direct']],
    [
      'that may only be read',
      { devices: ['/dev/sda'], readonlyDevices: ['/dev/sda'] },
      ['conditional'],
    ],
    ['of a name that tells nothing', { devices: ['/tmp/disk'] }, ['unproven']],
    ['that is no disk', { devices: ['/dev/kvm', '/dev/null'] }, []],
    [
      'for the group of disks',
      { ...someUser, devices: ['/dev/sda'], addedGroups: ['6'] },
      ['unproven'],
    ],
    ['for another user', { ...someUser, devices: ['/dev/sda'] }, ['conditional']],
    ['by a rule for memory', { ...withMknod, deviceCgroupRules: ['c 1:1 rw'] }, ['direct']],
    ['by a rule to read disks', { ...withMknod, deviceCgroupRules: ['b 8:* r'] }, ['conditional']],
    ['by a rule for terminals', { ...withMknod, deviceCgroupRules: ['c 5:* rwm'] }, []],
    [
      'by a rule, with /dev by another name',
      { mounts: [bind('/dev', { destination: '/x' })], deviceCgroupRules: ['b *:* rwm'] },
      ['direct'],
    ],
  ])('%s', (_title, facts, expected) => {
    expect(certainties(facts)).toEqual(expected);
  });

  it.each([
    ['/dev/null', 'harmless'],
    ['/dev/nvme0n1p1', 'raw'],
    ['/', 'raw'],
    ['/dev/ttyUSB0', 'other'],
    ['/dev/vg0/root', 'unclear'],
    ['/srv/disk', 'unclear'],
  ])('%s is %s', (path, kind) => {
    expect(deviceKind(path)).toBe(kind);
  });

  it.each([
    ['a *:* rwm', { isRaw: true, isWritable: true }],
    ['b 8:0 r', { isRaw: true, isWritable: false }],
    ['b 8:0 m', { isRaw: false, isWritable: false }],
    ['c 1:3 rwm', { isRaw: false, isWritable: true }],
    ['c *:* rwm', { isRaw: true, isWritable: true }],
  ])('rule %s', (rule, expected) => {
    expect(deviceRule(rule)).toEqual(expected);
  });
});
