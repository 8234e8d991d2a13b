import type { ControlName } from '../../src/controls/control.ts';
import { type ControlFacts, NO_NAMESPACES } from '../../src/controls/control-facts.ts';
import { controlsOf } from '../../src/controls/controls-of.ts';
import { type Inhabitants, tellersIn } from '../../src/controls/inhabitants.ts';
import { isolationOf } from '../../src/controls/isolation.ts';
import type { OwnFacts } from '../../src/controls/own-facts.ts';
import { bind, execsFound, hostNamespace, running } from '../../src/rules/example-facts.ts';
import { kernelMount, kernelProcess, withCapabilities } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { NamespaceIds } from '../../src/snapshot/facts/process.ts';
import { containerId, controlOf, factsOf, kernelFacts } from '../support/control-facts.ts';
import { namespaceIds as ids, withEach } from '../support/example-processes.ts';

// What a process beside the main one says of a container.

const ended = { ...ids, network: null, mount: null, ipc: null, uts: null };
const admin = { configuredCapabilities: ['CAP_SYS_ADMIN'] };
const INITIAL_UTS = 4_026_531_838;

/** A process of the ordinary container that is elsewhere than its main one. */
function beside(namespaces: NamespaceIds | null, container: ExampleHost['container'] = {}) {
  const processes = withEach(running(['web', 1000], ['tool', 1000]), (_one, index) => ({
    namespaces: index === 0 ? ids : namespaces,
  }));
  return { container, processes, execs: execsFound() };
}

/** The ordinary container with one process of so many threads. */
function inThreads(threads: number | null, container: NonNullable<ExampleHost['container']>) {
  const processes = withEach(running(['web', 1000]), () => ({ threads, namespaces: ids }));
  return { container, processes, execs: execsFound() };
}

/** Another container, whose main process is in this one. */
function neighbourIn(kind: keyof NamespaceIds, number: number): Inhabitants<OwnFacts> {
  const { container, ...rest } = factsOf({});
  const facts = { ...rest, container: { ...container, id: 'other', name: 'other' } };
  return (...place) => (place[0] === kind && place[1] === number ? [{ facts, isMain: true }] : []);
}

it('puts a container into a namespace of the host', () => {
  const example = beside({ ...ids, uts: INITIAL_UTS });

  expect(controlOf('ns-uts', example)).toMatchObject({
    verdict: 'not-enforced',
    effective: 'host',
    note: expect.stringMatching(/^through its process \d+ \(tool\)$/),
  });
  expect(controlOf('ns-ipc', example).verdict).toBe('enforced');
});

it.each<[string, NamespaceIds | null, ExampleHost['container'], string]>([
  ['the same', ids, admin, 'enforced'],
  ['one that it may have entered', { ...ids, network: 66 }, admin, 'unknown'],
  ['one that it can only have made', { ...ids, user: 22, network: 66 }, {}, 'enforced'],
  ['one into which others brought it', { ...ids, network: 66 }, {}, 'unknown'],
  ['one that nobody told', { ...ids, network: null }, admin, 'unknown'],
  ['none of which anything was told', null, admin, 'unknown'],
  ['none any more, having ended', ended, admin, 'enforced'],
])('in %s leaves the network where it may be', (_name, namespaces, container, verdict) => {
  expect(controlOf('ns-net', beside(namespaces, container)).verdict).toBe(verdict);
});

describe('a container that may enter namespaces, and sees whose', () => {
  const seesHost = {
    ...admin,
    pidNamespace: { mode: 'host', resolved: 'host' as const, via: [] },
  };
  const seesFiles = { ...admin, mounts: [bind('/proc')] };
  const seesOne = { ...admin, mounts: [bind('/run/docker/netns/default')] };
  const seesOwn = { ...admin, mounts: [bind('/run/user/1000/docker/netns')] };
  const seesLess = { ...admin, mounts: [bind('/srv')] };
  const own = kernelMount('/etc/hosts', { root: `/docker/containers/${containerId}/hosts` });
  const noted = { verdict: 'unknown', note: expect.stringContaining('whose that is was not read') };

  it.each<[string, NonNullable<ExampleHost['container']>, ControlName, object]>([
    ['the network', seesHost, 'ns-net', noted],
    ['the network, by a file', seesFiles, 'ns-net', noted],
    ['the network, by the file of one', seesOne, 'ns-net', noted],
    ['the network, by those of a user', seesOwn, 'ns-net', noted],
    ['the mounts', seesHost, 'ns-mnt', noted],
    ['no name, which the host has by a number', seesHost, 'ns-uts', { verdict: 'enforced' }],
    ['no network of which it has no file', seesLess, 'ns-net', { verdict: 'enforced' }],
  ])('may be in %s of another', (_name, container, control, expected) => {
    expect(controlOf(control, inThreads(1, container))).toMatchObject(expected);
  });

  it('has its own mounts where the files of the engine for it lie in them', () => {
    const kernel = kernelFacts({ mounts: [kernelMount('/'), own] });

    expect(controlOf('ns-mnt', inThreads(1, seesHost), kernel).verdict).toBe('enforced');
  });

  it('may have a thread that is elsewhere', () => {
    expect(controlOf('ns-uts', inThreads(2, seesHost))).toMatchObject(noted);
    expect(controlOf('ns-uts', inThreads(2, seesLess)).verdict).toBe('enforced');
  });
});

describe('another container', () => {
  /** A process of it that is not the main one is there. */
  const visitorIn = (kind: keyof NamespaceIds, number: number): Inhabitants<OwnFacts> => {
    const neighbour = neighbourIn(kind, number);
    return (...place) => neighbour(...place).map((one) => ({ ...one, isMain: false }));
  };
  const networkOf = (facts: ControlFacts) => {
    const controls = controlsOf(facts);
    const found = controls.find(({ control }) => control === 'ns-net');
    const isolation = isolationOf(facts, (name) => controls.find((one) => one.control === name));
    return { ...found, isLost: isolation.lacks.includes('a network of its own') };
  };

  it('takes no namespace from who is entered by a process of it', () => {
    const facts = factsOf(inThreads(1, {}));
    const inhabitants = visitorIn('network', ids.network);

    expect(networkOf(facts)).toMatchObject({ verdict: 'enforced', isLost: false });
    expect(networkOf({ ...facts, tellers: tellersIn(inhabitants) })).toMatchObject({
      verdict: 'weakened',
      effective: 'shared',
      note: 'entered by other',
      isLost: false,
    });
  });

  it('shares one by its main process, or where a process of the container came to that', () => {
    const joined = { ...factsOf(inThreads(1, {})), tellers: tellersIn(neighbourIn('network', 6)) };
    const came = factsOf(beside({ ...ids, network: 66 }, admin));
    const told = { verdict: 'not-enforced', effective: 'shared', isLost: true };

    expect(networkOf(joined)).toMatchObject({ ...told, note: 'through other' });
    expect(networkOf({ ...came, tellers: tellersIn(neighbourIn('network', 66)) })).toMatchObject(
      told,
    );
  });

  it.each([
    ['the users of the main one', {}],
    ['users of its own', { user: 22 }],
  ])(
    'is not known to share one with %s by a number that another process of it had',
    (_name, user) => {
      const facts = factsOf(beside({ ...ids, ...user, network: 66 }));

      expect(networkOf({ ...facts, tellers: tellersIn(visitorIn('network', 66)) })).toMatchObject({
        verdict: 'unknown',
        note: expect.stringContaining('is in another network namespace'),
      });
    },
  );

  it('tells where the host is though the first thread of the main process has ended', () => {
    const example = beside({ ...ids, uts: INITIAL_UTS });
    const processes = withEach(example.processes, (_one, index) =>
      index === 0 ? { namespaces: ended } : {},
    );

    expect(controlOf('ns-uts', { ...example, processes })).toMatchObject({ effective: 'host' });
    expect(controlOf('ns-ipc', { ...example, processes }).source).not.toBe('measured');
  });
});

it('has the users of all of a rootless engine, by the list of processes too', () => {
  const facts = factsOf({ ...inThreads(1, {}), engine: { isRootless: true } });
  const controls = controlsOf({ ...facts, tellers: tellersIn(neighbourIn('user', ids.user)) });

  expect(controls.find(({ control }) => control === 'ns-user')?.verdict).toBe('enforced');
});

it.each<[string, object, number, string]>([
  ['its own', { remapsUsers: true }, 22, 'enforced'],
  ['those of another that it joined', { remapsUsers: true }, ids.user, 'not-enforced'],
  ['those of all of a rootless engine', { isRootless: true }, ids.user, 'enforced'],
])('has mapped users, %s', (_name, engine, user, verdict) => {
  const uidMap = [{ inside: 0, outside: 500_000, count: 65_536 }];
  const facts = factsOf({ ...inThreads(1, {}), engine }, kernelFacts({ uidMap }));
  const controls = controlsOf({ ...facts, tellers: tellersIn(neighbourIn('user', user)) });

  expect(controls.find(({ control }) => control === 'ns-user')?.verdict).toBe(verdict);
});

it.each<[string, number | null, NonNullable<ExampleHost['container']>, string]>([
  ['one', 1, admin, 'enforced'],
  ['several', 2, admin, 'unknown'],
  ['an unknown number', null, admin, 'unknown'],
  ['several that may not', 2, {}, 'enforced'],
])('%s of threads may have mounts of its own', (_name, threads, container, verdict) => {
  const example = inThreads(threads, { ...container, hasReadonlyRootfs: true });

  expect(controlOf('rootfs', example, kernelFacts()).verdict).toBe(verdict);
});

it.each<[string, boolean, string, string]>([
  ['the mounts of their process', true, 'enforced', 'enforced'],
  ['others, one of them', false, 'unknown', 'unknown'],
])('of threads that have %s the mounts are known', (_name, areSame, rootfs, namespace) => {
  const sees = { pidNamespace: hostNamespace, mounts: [bind('/', { isWritable: false })] };
  const own = kernelMount('/etc/hosts', { root: `/docker/containers/${containerId}/hosts` });
  const example = inThreads(8, { ...admin, ...sees, hasReadonlyRootfs: true });
  const readonly = kernelMount('/', { options: ['ro'] });
  const facts = factsOf(example, kernelFacts({ mounts: [readonly, own] }));
  const all = facts.processes.state === 'read' ? facts.processes.value : [];
  const verdictsWhere = (threadsInMounts: ReadonlyMap<number, boolean>) => {
    const controls = controlsOf({ ...facts, threadsInMounts });
    return ['rootfs', 'ns-mnt'].map(
      (name) => controls.find(({ control }) => control === name)?.verdict,
    );
  };

  expect(verdictsWhere(new Map(all.map(({ pid }) => [pid, areSame])))).toEqual([rootfs, namespace]);
  expect(verdictsWhere(new Map())).toEqual(['unknown', 'unknown']);
});

it('may have entered a namespace by a privileged command', () => {
  const example = beside({ ...ids, network: 66 });
  const execs = execsFound({ isPrivileged: true });

  expect(controlOf('ns-net', { ...example, execs }).verdict).toBe('unknown');
});

it('may have entered one by a command that nobody read', () => {
  const example = beside({ ...ids, network: 66 });

  expect(controlOf('ns-net', { ...example, execs: [] }).verdict).toBe('unknown');
});

describe('one with capabilities that nobody is given', () => {
  const whole = [{ inside: 0, outside: 0, count: 4_294_967_295 }];
  const nested = [{ inside: 0, outside: 1000, count: 1 }];
  const mighty = { ...withCapabilities('CAP_SYS_ADMIN'), pid: 4300, uidMap: whole };
  const verdictWith = (one: Partial<typeof mighty>, container: ExampleHost['container'] = {}) =>
    controlOf(
      'exec-sessions',
      { container, execs: execsFound() },
      kernelFacts({ processes: [kernelProcess({ uidMap: whole }), { ...mighty, ...one }] }),
    ).verdict;

  it('was started by a privileged command, whatever the engine still lists', () => {
    expect(verdictWith({})).toBe('not-enforced');
    const dropped = { ...mighty.capabilities, bounding: [] };
    expect(verdictWith({ capabilities: dropped })).toBe('not-enforced');
  });

  it.each([
    ['was not, where it may be below a main process of own users', nested, 'enforced'],
    ['was, where it is above those of the main process', whole, 'not-enforced'],
  ])('%s', (_name, uidMap, verdict) => {
    const main = kernelProcess({ uidMap: nested, capabilities: mighty.capabilities });
    const kernel = kernelFacts({ processes: [main, { ...mighty, uidMap }] });
    const example = { execs: execsFound() };

    expect(controlOf('exec-sessions', example, kernel, { hostUidMap: null }).verdict).toBe(verdict);
  });

  it('was not, where the main process has them', () => {
    const main = kernelProcess({ uidMap: whole, capabilities: mighty.capabilities });
    const kernel = kernelFacts({ processes: [main, mighty] });

    expect(controlOf('exec-sessions', { execs: execsFound() }, kernel).verdict).toBe('enforced');
  });

  it.each<[string, Partial<typeof mighty>, ExampleHost['container']]>([
    ['its container gives them', {}, admin],
    ['it has a user namespace of its own', { uidMap: nested }, {}],
    ['nobody read its user namespace', { uidMap: null as never }, {}],
  ])('was not, where %s', (_name, one, container) => {
    expect(verdictWith(one, container)).toBe('enforced');
  });
});

it.each<[string, NonNullable<ExampleHost['container']>, string]>([
  ['a null device', { devices: ['/dev/null'] }, 'unknown'],
  ['a rule for what all have', { deviceCgroupRules: ['c 1:3 rwm', 'b *:* m'] }, 'unknown'],
  ['a rule of every type', { deviceCgroupRules: ['a *:* m'] }, 'off'],
  ['a rule to read memory', { deviceCgroupRules: ['c 1:* r'] }, 'off'],
  ['a rule to write disks', { deviceCgroupRules: ['b 8:* w'] }, 'off'],
  ['the folder of all', { mounts: [bind('/dev')] }, 'off'],
  ['terminals', { mounts: [bind('/dev/pts')] }, 'off'],
  ['the console', { mounts: [bind('/dev/console')] }, 'unknown'],
  ['tunnels, in their folder', { mounts: [bind('/dev/net')] }, 'unknown'],
  ['tunnels, by a longer way', { devices: ['/dev/./net//tun'] }, 'unknown'],
  ['rules for these', { deviceCgroupRules: ['c 5:1 rw', 'c 10:200 rwm'] }, 'unknown'],
  ['its own terminal', { mounts: [bind('/dev/tty')] }, 'unknown'],
  ['a node that nothing opens', { mounts: [bind('/dev/loop0')] }, 'unknown'],
  ['a node and its rule', { mounts: [bind('/dev/sda')], deviceCgroupRules: ['b 8:* r'] }, 'off'],
  ['memory that is shared', { mounts: [bind('/dev/shm')] }, 'unknown'],
])('calls devices handed in by %s what they are', (_name, container, verdict) => {
  expect(controlOf('devices', { container }).verdict).toBe(verdict);
});

it.each<[string, NonNullable<ExampleHost['engine']>, string, string]>([
  ['none that is rootless', { isRootless: true }, '/dev/kvm', 'off'],
  ['none without control groups', { cgroupDriver: 'none' }, '/dev/kvm', 'off'],
  ['those that all have', { cgroupDriver: 'none' }, '/dev/null', 'unknown'],
  ['those that nobody makes there', { cgroupDriver: 'none' }, '/dev/net/tun', 'off'],
  ['one with control groups', {}, '/dev/kvm', 'unknown'],
])('nodes that are mounted are shut by %s', (_name, engine, path, verdict) => {
  expect(controlOf('devices', { container: { mounts: [bind(path)] }, engine }).verdict).toBe(
    verdict,
  );
});

it('takes what Docker may open to every container for more where Podman gives it', () => {
  const verdictOf = (container: NonNullable<ExampleHost['container']>) =>
    controlOf('devices', { container, engine: { isPodman: true } }).verdict;

  expect(verdictOf({ devices: ['/dev/net/tun'] })).toBe('off');
  expect(verdictOf({ deviceCgroupRules: ['c 10:200 rwm'] })).toBe('off');
});

it.each<[string, string, string]>([
  ['a node, as hooks mount it', '/kvm', 'not-enforced'],
  ['all nodes, as a program mounts them', '/', 'unknown'],
])('takes %s by the mounts alone for what it gives', (_name, root, verdict) => {
  const table = [kernelMount('/'), kernelMount('/x', { root, filesystem: 'devtmpfs' })];

  expect(controlOf('devices', {}, kernelFacts({ mounts: table })).verdict).toBe(verdict);
});

it('says nothing of mounts where the main process has another root', () => {
  const example = inThreads(1, { hasReadonlyRootfs: true });
  const control = controlOf('rootfs', example, kernelFacts({ mounts: null }));

  expect(control).toMatchObject({
    verdict: 'unknown',
    note: expect.stringContaining('its main process shows another root'),
  });
});

describe('a joined namespace', () => {
  const joinOf = (resolved: 'shared' | 'unknown') => ({
    networkNamespace: { mode: 'container:other', resolved, via: ['other'] },
  });

  it.each<[string, 'shared' | 'unknown', Partial<NamespaceIds> | null, string]>([
    ['of a container that is gone is unknown', 'unknown', null, 'unknown'],
    ['of one that started anew is unknown', 'shared', { network: 66 }, 'unknown'],
    ['of one that has stopped is unknown', 'shared', NO_NAMESPACES, 'unknown'],
    ['of one whose numbers nobody could read is off', 'shared', { ...NO_NAMESPACES }, 'off'],
    ['that is still shared is off', 'shared', {}, 'off'],
    ['of one that was not read is off', 'shared', null, 'off'],
  ])('%s', (_name, resolved, other, verdict) => {
    const facts = factsOf(inThreads(1, joinOf(resolved)), kernelFacts());
    const isWhole = other === NO_NAMESPACES;
    const others = new Map(
      other === null ? [] : [['other', isWhole ? NO_NAMESPACES : { ...ids, ...other }]],
    );
    const inhabitants = neighbourIn('network', others.get('other')?.network ?? 0);
    const controls = controlsOf({ ...facts, others, tellers: tellersIn(inhabitants) });
    const control = controls.find((one) => one.control === 'ns-net');

    expect(control?.verdict).toBe(verdict);
    if (verdict === 'unknown') expect(control?.note).toContain('whose that is was not read');
  });

  it('of users is told by their map', () => {
    const userNamespace = { mode: 'container:gone', resolved: 'unknown' as const, via: [] };
    const uidMap = [{ inside: 0, outside: 500_000, count: 65_536 }];
    const example = inThreads(1, { userNamespace });

    expect(controlOf('ns-user', example, kernelFacts({ uidMap })).verdict).toBe('enforced');
    expect(controlOf('ns-user', example).verdict).toBe('unknown');
  });
});
