import { NO_NAMESPACES } from '../../src/controls/control-facts.ts';
import { bind, capabilities, limitsFound, running } from '../../src/rules/example-facts.ts';
import { kernelMount, kernelProcess } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import type { MountFact } from '../../src/snapshot/facts/container.ts';
import type { GroupLimits } from '../../src/snapshot/facts/kernel.ts';
import { containerId, controlOf, factsOf, kernelFacts } from '../support/control-facts.ts';
import { namespaceIds, withEach } from '../support/example-processes.ts';

const none: GroupLimits = {
  ...{ memoryBytes: null, pids: null, isOwnPids: false },
  ...{ cpus: null, realtimeCpus: null, isRealtimeTold: true },
};
const free = { memoryLimitBytes: 0, pidsLimit: null, nanoCpus: 0, cpuQuota: 0, cpusetCpus: '' };
const plain = { cgroupDriver: 'cgroupfs', cgroupVersion: '2' };
const systemd = { cgroupDriver: 'systemd', cgroupVersion: '2' };

const inGroups = (limits: Partial<GroupLimits>, mounts = [kernelMount('/')]) =>
  kernelFacts({
    limits: read({ ...none, realtimeCpus: limits.cpus ?? null, ...limits }),
    mounts,
  });

type Limit = 'memory-limit' | 'pids-limit' | 'cpu-limit';
const verdict = (limit: Limit, host: ExampleHost, kernel?: ReturnType<typeof inGroups>) =>
  controlOf(limit, host, kernel).verdict;

it.each<[string, Limit, ExampleHost['container'], Partial<GroupLimits>, string]>([
  ['one of a group above', 'memory-limit', free, { memoryBytes: 1000 }, 'enforced'],
  ['none at all', 'memory-limit', free, {}, 'off'],
  ['one that was lifted', 'memory-limit', { memoryLimitBytes: 1000 }, {}, 'not-enforced'],
  [
    'one that was raised',
    'memory-limit',
    { memoryLimitBytes: 10 },
    { memoryBytes: 99 },
    'not-enforced',
  ],
  ['one of a group above', 'pids-limit', free, { pids: 60 }, 'enforced'],
  ['its own', 'pids-limit', { pidsLimit: 50 }, { pids: 50, isOwnPids: true }, 'enforced'],
  ['more than some kernels have', 'pids-limit', { pidsLimit: 40_000 }, { pids: 40_000 }, 'unknown'],
  ['as many as some have', 'pids-limit', { pidsLimit: 32_767 }, { pids: 32_767 }, 'enforced'],
  ['systemd’s own', 'pids-limit', free, { pids: 2348, isOwnPids: true }, 'weakened'],
  ['a quota in force', 'cpu-limit', { nanoCpus: 500_000_000 }, { cpus: 0.5 }, 'enforced'],
  [
    'a quota that systemd rounds',
    'cpu-limit',
    { nanoCpus: 333_000_000 },
    { cpus: 0.34 },
    'enforced',
  ],
  ['a quota that was lifted', 'cpu-limit', { nanoCpus: 500_000_000 }, {}, 'not-enforced'],
  ['a quota of a group above', 'cpu-limit', { ...free, cpuShares: 512 }, { cpus: 0.5 }, 'enforced'],
  ['a weight alone', 'cpu-limit', { ...free, cpuShares: 512 }, {}, 'off'],
  ['a set of every processor', 'cpu-limit', { ...free, cpusetCpus: '0-7' }, {}, 'not-enforced'],
])('takes %s for what it is (%s)', (_, limit, container = {}, limits, expected) => {
  expect(verdict(limit, { container, engine: systemd }, inGroups(limits))).toBe(expected);
});

describe('a quota where real-time processes may be', () => {
  const user = { declared: '', uid: 0, reason: null };
  const root = { nanoCpus: 500_000_000, user, noNewPrivileges: false };
  const nice = { ...root, ...capabilities(['CAP_SYS_NICE']) };
  const open = { cpus: 0.5, realtimeCpus: null };
  const someUser = { declared: '1000', uid: 1000, reason: null };
  const gainsNone = { user: someUser, noNewPrivileges: true };
  const ulimit = (name: string, hard: number) => [{ name, soft: 0, hard }];

  it.each<[string, ExampleHost['container'], Partial<GroupLimits>, string]>([
    ['has no hold on them', nice, open, 'not-enforced'],
    ['holds where the kernel makes none', nice, { cpus: 0.5 }, 'enforced'],
    ['is unknown where nothing tells that', nice, { ...open, isRealtimeTold: false }, 'unknown'],
    ['is none where they have more time', nice, { cpus: 0.5, realtimeCpus: 1.5 }, 'not-enforced'],
    ['holds who makes none', { nanoCpus: 500_000_000 }, open, 'enforced'],
    ['holds who never becomes root', { ...nice, ...gainsNone }, open, 'enforced'],
    ['may not hold who may become root', { ...nice, user: someUser }, open, 'not-enforced'],
    [
      'has no hold on a user with a limit of his own',
      { nanoCpus: 500_000_000, ...gainsNone, ulimits: ulimit('rtprio', 5) },
      open,
      'not-enforced',
    ],
    [
      'holds a user with another limit',
      { nanoCpus: 500_000_000, ulimits: ulimit('nofile', 5) },
      open,
      'enforced',
    ],
    [
      'holds a user whose limit is none of these',
      { nanoCpus: 500_000_000, ulimits: ulimit('rtprio', 0) },
      open,
      'enforced',
    ],
  ])('%s', (_, container = {}, limits, expected) => {
    expect(verdict('cpu-limit', { container, engine: plain }, inGroups(limits))).toBe(expected);
  });

  it('counts who has the capability already', () => {
    const held = { ...kernelProcess().capabilities, permitted: ['CAP_SYS_NICE'] };
    const kernel = kernelFacts({
      limits: read({ ...none, ...open }),
      processes: [kernelProcess({ capabilities: held })],
    });
    const host = { container: { nanoCpus: 500_000_000 }, engine: plain };

    expect(controlOf('cpu-limit', host, kernel).verdict).toBe('not-enforced');
  });

  it('is of no use to root of a user namespace', () => {
    const engine = { ...plain, remapsUsers: true };
    expect(verdict('cpu-limit', { container: nice, engine }, inGroups(open))).toBe('enforced');
  });

  it('passes nobody by the configuration alone', () => {
    const given = (container: ExampleHost['container'] = {}) =>
      factsOf({ container, engine: plain }).given['cpu-limit'].protection;

    expect(given(nice)).toBeNull();
    expect(given({ ...nice, nanoCpus: 0, cpuShares: 512 })).toBeNull();
    expect(given({ ...nice, cpusetCpus: '0' })).toBe('full');
    expect(given({ ...nice, nanoCpus: 0 })).toBe('none');
    expect(given({ nanoCpus: 500_000_000 })).toBe('full');
  });
});

it('takes a quota with its period', () => {
  const container = { ...free, cpuQuota: 25_000, cpuPeriod: 50_000 };

  expect(controlOf('cpu-limit', { container })).toMatchObject({ configured: 0.5 });
  expect(controlOf('cpu-limit', { container: { ...container, cpusetCpus: '0' } })).toMatchObject({
    configured: 0.5,
  });
});

it.each<[string, ExampleHost['container'], number | null]>([
  ['a quota that is lifted beside `--cpus`', { nanoCpus: 500_000_000, cpuQuota: -1 }, null],
  ['a processor that is named twice', { ...free, cpusetCpus: '0,0' }, 1],
  ['ranges that overlap', { ...free, cpusetCpus: '2-3,0-2' }, 4],
])('counts the processors of %s', (_, container = {}, expected) => {
  expect(controlOf('cpu-limit', { container, engine: plain })).toMatchObject({
    configured: expected,
  });
});

it.each<[string, Limit, ExampleHost['container']]>([
  ['memory', 'memory-limit', { memoryLimitBytes: 900_000_000_000 }],
  ['processes', 'pids-limit', { pidsLimit: 4_194_304 }],
  ['processors', 'cpu-limit', { nanoCpus: 16_000_000_000 }],
  ['processors by their set', 'cpu-limit', { nanoCpus: 0, cpusetCpus: '0-15' }],
  ['processors by their quota', 'cpu-limit', { nanoCpus: 0, cpuQuota: 3_200_000 }],
])('takes a limit of all %s for none, at every level', (_, limit, container = {}) => {
  const host: ExampleHost = { container, engine: plain, limits: limitsFound(null, 4_194_304) };

  expect(verdict(limit, host)).toBe('off');
  expect(verdict(limit, host, inGroups({}))).toBe('off');
  // What holds above it holds all the same.
  const above = inGroups({ memoryBytes: 1000, pids: 50, cpus: 0.5 });
  expect(verdict(limit, host, above)).toBe('enforced');
});

it('trusts no limit that the container may lift itself', () => {
  const limits = { memoryBytes: 1000, pids: 50, cpus: 0.5 };
  const writable = kernelMount('/sys/fs/cgroup', { filesystem: 'cgroup2', options: ['rw'] });
  const host: ExampleHost = { container: free, engine: plain };

  for (const limit of ['memory-limit', 'pids-limit', 'cpu-limit'] as const) {
    expect(verdict(limit, host, inGroups(limits))).toBe('enforced');
    expect(verdict(limit, host, inGroups(limits, [kernelMount('/'), writable]))).toBe('unknown');
  }
  const byStats = { limits: limitsFound(1000, 50), engine: plain };
  expect(verdict('memory-limit', { ...byStats, container: free })).toBe('enforced');
  const verdictWith = (more: Partial<MountFact>) => {
    const mounts = [bind('/sys', more)];
    return verdict('memory-limit', { ...byStats, container: { ...free, mounts } });
  };
  expect(verdictWith({})).toBe('unknown');
  expect(verdictWith({ hostPath: '/proc/1/root/sys/fs' })).toBe('unknown');
  const asVolume = (filesystem: string) =>
    verdictWith({
      ...{ kind: 'volume', hostPath: null },
      volumeMount: { filesystem, device: 'none', layers: [], server: null },
    });
  expect(asVolume('cgroup')).toBe('unknown');
  expect(asVolume('ext4')).toBe('enforced');
  expect(verdict('memory-limit', { ...byStats, container: { ...free, isPrivileged: true } })).toBe(
    'unknown',
  );
  expect(
    verdict('memory-limit', { ...byStats, container: { ...free, hasWritableCgroups: true } }),
  ).toBe('unknown');
});

describe('a read-only mount that shows the control groups', () => {
  const verdictOf = (mount: Partial<MountFact>, engine: ExampleHost['engine']) => {
    const mounts = [bind('/sys', { isWritable: false, ...mount })];
    const host = { container: { ...free, mounts }, limits: limitsFound(1000, 50) };
    return verdict('memory-limit', { ...host, engine: { ...plain, ...engine } });
  };
  const old = { runtimes: [{ name: 'runc', path: 'runc', runcVersion: null }] };

  it.each<[string, string, Partial<MountFact>, ExampleHost['engine']]>([
    ['enforced', 'all that is below it by Engine 25', {}, {}],
    ['enforced', 'them by a later kernel', {}, { kernelVersion: '5.12.0-1-amd64' }],
    ['unknown', 'its top by an older engine', {}, old],
    ['unknown', 'its top by an older kernel', {}, { kernelVersion: '5.10.0-8-amd64' }],
    ['unknown', 'its top by a kernel of version 4', {}, { kernelVersion: '4.18.0-553.el8' }],
    ['unknown', 'its top by a kernel of which nothing is known', {}, { kernelVersion: '' }],
    ['unknown', 'its top by Podman', {}, { isPodman: true }],
    ['unknown', 'its top where that was asked for', { isReadonlyOnTop: true }, {}],
    ['unknown', 'its top, as the host', { hostPath: '/' }, old],
    ['unknown', 'its top, by a link', { hostPath: '/proc/1/root' }, old],
    ['enforced', 'them alone', { hostPath: '/sys/fs/cgroup' }, old],
    ['enforced', 'one of them', { hostPath: '/sys/fs/cgroup/a' }, { ...old, cgroupVersion: '1' }],
    [
      'unknown',
      'the folder of all',
      { hostPath: '/sys/fs/cgroup' },
      { ...old, cgroupVersion: '1' },
    ],
    ['enforced', 'something else', { hostPath: '/sys/class' }, old],
  ])('leaves a limit %s as it covers %s', (expected, _, mount, engine) => {
    expect(verdictOf(mount, engine)).toBe(expected);
  });
});

describe('who may mount control groups', () => {
  const admin = { ...free, configuredCapabilities: ['CAP_SYS_ADMIN'], noNewPrivileges: false };
  const ofHost = { pidNamespace: { mode: 'host', resolved: 'host' as const, via: [] } };
  const inGroup = (cgroup: number) =>
    withEach(running(['web', 1000]), () => ({ namespaces: { ...namespaceIds, cgroup } }));
  const shut = (...options: string[]) =>
    kernelMount('/sys/fs/cgroup', { filesystem: 'cgroup2', superOptions: ['rw', ...options] });
  const INITIAL_CGROUP = 4_026_531_835;

  it.each<[string, ExampleHost['container'], number, string[], string]>([
    ['may lift a limit', {}, 5, [], 'unknown'],
    ['may by those of its own namespace, out of a second one', {}, 5, ['nsdelegate'], 'unknown'],
    ['may by those of the host', {}, INITIAL_CGROUP, ['nsdelegate'], 'unknown'],
    ['may by those that it enters', ofHost, 5, ['nsdelegate'], 'unknown'],
    ['may not without the capability', { configuredCapabilities: [] }, 5, [], 'enforced'],
  ])('%s', (_name, more, cgroup, options, expected) => {
    const container = { ...admin, ...more };
    const host = { container, engine: plain, processes: inGroup(cgroup) };
    const kernel = inGroups({ memoryBytes: 1000 }, [kernelMount('/'), shut(...options)]);

    expect(verdict('memory-limit', host, kernel)).toBe(expected);
  });

  const ownGroup = `/../${containerId}`;
  it.each<[string, string, number, string[], string]>([
    ['its own, at the top', ownGroup, 5, ['nsdelegate'], 'unknown'],
    ['its own, below others', ownGroup, INITIAL_CGROUP, ['nsdelegate'], 'unknown'],
    ['its own, which the kernel does not keep', ownGroup, 5, [], 'unknown'],
    ['those above it', '/..', 5, ['nsdelegate'], 'unknown'],
  ])('who may write to %s', (_name, root, cgroup, superOptions, expected) => {
    const container = { ...free, configuredCapabilities: [] };
    const host = { container, engine: plain, processes: inGroup(cgroup) };
    const mount = { filesystem: 'cgroup2', options: ['rw'], root, superOptions };
    const kernel = inGroups({ memoryBytes: 1000 }, [
      kernelMount('/'),
      kernelMount('/sys/fs/cgroup', mount),
    ]);

    expect(verdict('memory-limit', host, kernel)).toBe(expected);
  });
});

it('trusts limits of an engine that maps users where its root is none of the host', () => {
  const own = kernelMount('/sys/fs/cgroup', { filesystem: 'cgroup2', options: ['rw'] });
  const verdictOf = (mode: 'host' | '', outside: number, user: number) => {
    const listed = running(['web', 1000]).map(({ facts, ...one }) => ({
      ...one,
      facts:
        facts.state === 'read'
          ? read(facts.value.map((two) => ({ ...two, namespaces: { ...NO_NAMESPACES, user } })))
          : facts,
    }));
    const host: ExampleHost = {
      container: { ...free, userNamespace: { mode, resolved: mode || 'private', via: [] } },
      engine: { ...plain, remapsUsers: true },
      limits: limitsFound(1000, 50),
      processes: listed,
    };
    const uidMap = [{ inside: 0, outside, count: 65_536 }];
    const kernel = kernelFacts({
      ...{ mounts: [kernelMount('/'), own], uidMap, processes: [kernelProcess({ uidMap })] },
      limits: read({ ...none, memoryBytes: 1000 }),
    });
    return [verdict('memory-limit', host), verdict('memory-limit', host, kernel)];
  };

  expect(verdictOf('', 500_000, 4_026_532_000)).toEqual(['enforced', 'enforced']);
  expect(verdictOf('host', 0, 4_026_531_837)).toEqual(['unknown', 'unknown']);
  // A main process that made users of its own: root of the next one is root of the host.
  expect(verdictOf('host', 1000, 4_026_532_000)).toEqual(['unknown', 'unknown']);
});

it('leaves open at api what a group above may hold', () => {
  const container = { ...free, cgroupParent: 'small.slice' };
  const host: ExampleHost = { container, engine: systemd, limits: limitsFound(null, 2348) };

  for (const limit of ['memory-limit', 'pids-limit', 'cpu-limit'] as const) {
    expect(verdict(limit, host)).toBe('unknown');
    const withoutParent = { ...host, container: free };
    expect(verdict(limit, withoutParent)).toBe(limit === 'pids-limit' ? 'weakened' : 'off');
    // Where a rootless Podman puts all of its containers.
    const ofUser = { ...host, container: { ...free, cgroupParent: 'user.slice' } };
    const podman = { ...systemd, isPodman: true, isRootless: true };
    expect(verdict(limit, ofUser)).toBe('unknown');
    expect(verdict(limit, { ...ofUser, engine: podman })).toBe(verdict(limit, withoutParent));
  }
});
