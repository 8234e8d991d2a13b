import { assess } from '../../src/assessment/assess.ts';
import { evaluateRule } from '../../src/findings/evaluate.ts';
import { noSensitiveMount } from '../../src/rules/catalogue/no-sensitive-mount.ts';
import { escapeCapabilities } from '../../src/rules/dangerous-capabilities.ts';
import {
  bind,
  capabilities,
  execsFound,
  hostNamespace,
  joinedNamespace,
  network,
  port,
  privileged,
  processesUnread,
  running,
} from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { withoutSettings, withSettings } from '../../src/rules/example-host-files.ts';
import { kernelSays, rootProcess, withCapabilities } from '../../src/rules/example-kernel.ts';
import { dangerousPlaces } from '../../src/rules/known-places.ts';
import { isEngineSocket } from '../../src/rules/mounts.ts';
import type { ExampleHost, Rule } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { ListeningSocket } from '../../src/snapshot/facts/listeners.ts';
import { attackPaths } from '../support/attack-paths.ts';

const root = { user: { declared: '', uid: 0, reason: null } };
const someUser = { user: { declared: '1000', uid: 1000, reason: null } };
const otherUser = { user: { declared: '1001', uid: 1001, reason: null } };
const unknownUser = { user: { declared: 'app', uid: null, reason: 'no passwd' } };
const isPublic = { ports: [port('0.0.0.0', 80)] };
const socket = { mounts: [bind('/run/docker.sock')] };
const addedCapability = (name: string): Partial<ContainerFacts> => ({
  ...root,
  ...capabilities([name]),
});

/** A host whose kernel has AppArmor, and what its list of processes says of the container's. */
const labelled = (label: string): Omit<ExampleHost, 'container'> => ({
  engine: { hasAppArmor: true },
  processes: running(['web', 0]).map(({ facts, ...own }) => ({
    ...own,
    facts:
      facts.state === 'read' ? read(facts.value.map((process) => ({ ...process, label }))) : facts,
  })),
});

const pathsOn = (example: ExampleHost) => attackPaths(assess(exampleSnapshot(example))).paths;
const certainties = (
  container: Partial<ContainerFacts>,
  host: Omit<ExampleHost, 'container'> = {},
) => pathsOn({ container, ...host }).map(({ certainty }) => certainty);
/** Of whoever no seccomp profile keeps from the keyring of the host's root, or may not. */
const byKeyring: readonly string[] = ['conditional'];

describe('a path in words', () => {
  it('goes from a public port to the host', () => {
    const [path] = pathsOn({ container: { ...root, ...isPublic, ...socket } });

    expect(path).toMatchObject({
      sentence:
        'Anyone who reaches port 80 on every interface, and takes over web, owns demo-host: it mounts the engine socket (/run/docker.sock).',
      severity: 'critical',
      certainty: 'direct',
      startsFromPublicPort: true,
      container: 'web',
    });
    expect(path?.steps.map(({ to }) => to.kind)).toEqual([
      'public-port',
      'container',
      'socket',
      'host',
    ]);
  });

  it('goes through what it publishes where nobody knows what else is open', () => {
    const networks = ['lan', 'bridge'];
    const container = { ...root, ...isPublic, ...socket, networks };
    const [path] = pathsOn({ container, networks: [network('lan', { driver: 'macvlan' })] });

    expect(path).toMatchObject({ severity: 'critical', startsFromPublicPort: true });
  });

  it('has evidence for every step that rests on a fact', () => {
    const [path] = pathsOn({ container: { ...root, ...isPublic, ...socket } });

    expect(path?.steps.slice(0, -1).map(({ evidence }) => evidence.length > 0)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('goes through no port behind which nothing listens, says the kernel', () => {
    const host = exampleSnapshot({ container: { ...root, ...isPublic, ...socket } });
    const seen = (sockets: ListeningSocket[]) =>
      read({
        containers: [
          {
            containerId: exampleContainer.id,
            facts: read({ readAt: '2026-01-02T00:00:01Z', sockets }),
          },
        ],
        notes: [],
      });
    const isPublicWith = (sockets: ListeningSocket[]) =>
      attackPaths(assess({ ...host, listeners: seen(sockets) })).paths.map(
        ({ startsFromPublicPort }) => startsFromPublicPort,
      );

    expect(isPublicWith([])).toEqual([false]);
    const { containerPort } = port('0.0.0.0', 80);
    expect(
      isPublicWith([{ protocol: 'tcp', family: 'ipv4', address: '0.0.0.0', port: containerPort }]),
    ).toEqual([true]);
  });

  it.each([
    ['redis:7', 'Anyone who controls the image redis:7 of web owns demo-host: '],
    ['redis@sha256:1111', 'Anyone who may run commands in web owns demo-host: '],
  ])('begins inside where no port is public: %s', (imageReference, beginning) => {
    const [path] = pathsOn({ container: { ...root, ...socket, imageReference } });

    expect(path?.sentence).toContain(beginning);
    expect(path?.startsFromPublicPort).toBe(false);
  });

  it('says what else has to happen', () => {
    const [path] = pathsOn({ container: { ...root, pidNamespace: hostNamespace } });

    expect(path?.sentence).toBe(
      "Anyone who may run commands in web could own demo-host: it shares the host's PID namespace. This needs: a process of the host that it may trace.",
    );
  });

  it('says which fact is missing', () => {
    const [path] = pathsOn({ container: { ...someUser, ...socket } });

    expect(path?.sentence).toMatch(
      /may own .*, if its user is in the socket's group \(unknown\)\.$/,
    );
  });
});

describe('root of the container is root on the host through', () => {
  it.each<[string, Partial<ContainerFacts>]>([
    ['the socket', socket],
    [
      'the socket, mounted read-only',
      { mounts: [bind('/run/docker.sock', { isWritable: false })] },
    ],
    ['privileged', privileged],
    ['writable programs', { mounts: [bind('/usr/local/bin')] }],
    ['a writable cron folder', { mounts: [bind('/etc/cron.d')] }],
    ['jobs of users', { mounts: [bind('/var/spool')] }],
    ['programs of root elsewhere', { mounts: [bind('/opt')] }],
    ['kernel settings', { mounts: [bind('/proc')] }],
    ['CAP_SYS_ADMIN', addedCapability('CAP_SYS_ADMIN')],
    ['CAP_SYS_MODULE', addedCapability('CAP_SYS_MODULE')],
    ['CAP_DAC_READ_SEARCH', addedCapability('CAP_DAC_READ_SEARCH')],
    [
      'the processes of the host',
      { ...addedCapability('CAP_SYS_PTRACE'), pidNamespace: hostNamespace },
    ],
    ['a disk', { devices: ['/dev/sda'] }],
    ['a rule for disks', { ...capabilities(['CAP_MKNOD']), deviceCgroupRules: ['b 8:* rwm'] }],
  ])('%s', (_title, facts) => {
    expect(certainties({ ...root, ...facts })).toContain('direct');
  });
});

it.each(['/var/lib/kubelet', '/etc/kubernetes', '/nix', '/opt/cni/bin', '/var/backups'])(
  'does not call %s a way for sure, of which root runs nothing on many hosts',
  (path) => {
    expect(certainties({ ...root, mounts: [bind(path)] })).toEqual(['unproven']);
  },
);

describe('the runtime', () => {
  const by = (path: string, runtime = 'mine') =>
    certainties(
      { ...root, ...privileged, runtime },
      { engine: { runtimes: [{ name: 'mine', path, runcVersion: null }] } },
    );

  it('is no barrier where its program hands on to runc, or is one by a name of containerd', () => {
    expect(by('/usr/bin/nvidia-container-runtime')).toEqual(['direct']);
    expect(by('runc', 'io.containerd.runc.v2')).toEqual(['direct']);
    expect(by('runc', 'nvidia')).toEqual(['direct']);
  });

  it('is a barrier as a sandbox, and unknown as any other program', () => {
    expect(by('/usr/bin/runsc')).toEqual(['conditional']);
    expect(by('io.containerd.runsc.v1')).toEqual(['conditional']);
    expect(by('/opt/ours')).toEqual(['unproven']);
  });
});

it('that hangs on who listens on the network of the host is unproven', () => {
  const paths = pathsOn({
    container: { ...root, ...socket, networkNamespace: hostNamespace },
  });
  const kindsOf = ({ steps }: (typeof paths)[number]) => steps.map(({ to }) => to.kind);
  const fromPort = paths.filter((path) => kindsOf(path).includes('public-port'));
  const bySocket = fromPort.filter((path) => kindsOf(path).includes('socket'));
  expect(bySocket.map(({ certainty }) => certainty)).toEqual(['unproven']);
});

test('what calls itself rootless and runs as root of the host is a direct way', () => {
  const example = { engine: { isRootless: true } };
  const seenAs = (outside: number) => {
    const uidMap = [{ inside: 0, outside, count: 65_536 }];
    return certainties(
      { ...root, ...privileged },
      { ...example, kernel: kernelSays([rootProcess], { uidMap }) },
    );
  };

  expect(seenAs(0)).toContain('direct');
  expect(seenAs(1000)).not.toContain('direct');
});

describe('nothing is direct', () => {
  it.each<[string, Partial<ContainerFacts>, Omit<ExampleHost, 'container'>]>([
    ['for another user and the socket', { ...someUser, ...socket }, {}],
    ['for another user and privileged', { ...someUser, ...privileged }, {}],
    ['for an unknown user', { ...unknownUser, ...socket }, {}],
    ['for a rootless engine', { ...root, ...privileged }, { engine: { isRootless: true } }],
    ['for remapped root', { ...root, ...socket }, { engine: { remapsUsers: true } }],
    ['in a stopped container', { ...root, ...privileged, state: 'exited' }, {}],
    ['in a sandbox', { ...root, ...privileged, runtime: 'runsc' }, {}],
    ['for reading', { ...root, mounts: [bind('/etc', { isWritable: false })] }, {}],
    [
      'for CAP_SYS_ADMIN under AppArmor',
      { ...addedCapability('CAP_SYS_ADMIN'), appArmorProfile: 'docker-default' },
      { engine: { hasAppArmor: true } },
    ],
    [
      'for capabilities under a profile of the team',
      { ...addedCapability('CAP_SYS_MODULE'), seccomp: 'custom' },
      {},
    ],
    [
      'for capabilities under a profile that the engine has from a file',
      addedCapability('CAP_SYS_MODULE'),
      { engine: { seccompProfile: '/etc/docker/seccomp.json' } },
    ],
    ['for a shared network', { ...root, networkNamespace: hostNamespace }, {}],
  ])('%s', (_title, facts, host) => {
    const found = certainties(facts, host);

    expect(found).not.toHaveLength(0);
    expect(found).not.toContain('direct');
  });

  it.each<[string, string, Omit<ExampleHost, 'container'>]>([
    ['the kernel has no such module', 'direct', {}],
    ['its label says that it only logs', 'direct', labelled('docker-default (complain)')],
    // It forbids mounting, and nothing that programs in the kernel do.
    ['its label says that it forbids', 'unproven', labelled('docker-default (enforce)')],
    ['nobody read its label', 'unproven', { engine: { hasAppArmor: true } }],
  ])('believes the kernel and not the name of a profile where %s', (_title, certainty, host) => {
    const container = {
      ...addedCapability('CAP_SYS_ADMIN'),
      appArmorProfile: 'docker-default',
    };

    expect(certainties(container, host)).toEqual([certainty]);
  });

  it.each(['', 'unconfined'])(
    'takes no profile that a process came by for one of a container that asked for none (named “%s”)',
    (appArmorProfile) => {
      const container = {
        ...addedCapability('CAP_SYS_ADMIN'),
        ...{ appArmorProfile, askedAppArmorProfile: 'unconfined' },
      };

      for (const label of ['/usr/sbin/mysqld (enforce)', 'docker-default (enforce)']) {
        expect(certainties(container, labelled(label))).toEqual(['direct']);
      }
    },
  );

  it.each([
    ['+0', 'direct'],
    ['toor', 'direct'],
    ['1000', 'conditional'],
    ['other', 'unproven'],
  ])('knows who runs a privileged command as “%s”', (user, certainty) => {
    const container = {
      ...{ user: { declared: 'toor', uid: 0, reason: null }, seccomp: 'unconfined' as const },
    };
    const paths = pathsOn({ container, execs: execsFound({ isPrivileged: true, user }) });

    expect(paths.map((path) => path.certainty)).toEqual([certainty, ...byKeyring]);
  });

  it('does not know what Podman’s own profile keeps from a privileged command', () => {
    const execs = execsFound({ isPrivileged: true, user: 'root' });

    expect(certainties(root, { execs })).toEqual(['conditional']);
    expect(certainties(root, { execs, engine: { isPodman: true } })).toEqual([
      ...['unproven', ...byKeyring],
    ]);
  });

  it('finds a capability that a process has and nobody asked for, past which its seccomp profile stands', () => {
    const kernel = kernelSays([rootProcess, withCapabilities('CAP_SYS_MODULE')]);
    expect(certainties(root, { kernel })).toEqual(['conditional']);
    const [path] = pathsOn({
      container: { ...root, ...capabilities([]), seccomp: 'unconfined' },
      kernel: kernelSays([rootProcess, withCapabilities('CAP_SYS_MODULE')]),
    });

    expect(path).toMatchObject({ certainty: 'direct' });
    expect(path?.steps.flatMap(({ evidence }) => evidence)).toContainEqual({
      path: 'CapBnd or CapPrm',
      value: ['CAP_SYS_MODULE'],
      source: '/proc/PID/status',
    });
  });

  it.each([
    ['of it alone', 'builtin'],
    ['of an engine with a file', '/etc/docker/seccomp.json'],
  ])('knows what the engine’s own seccomp profile opens, %s', (_title, seccompProfile) => {
    const engine = { seccompProfile };
    const seccomp = 'builtin';
    const kernel = kernelSays([rootProcess, withCapabilities('CAP_SYS_MODULE')]);

    expect(certainties({ ...addedCapability('CAP_SYS_MODULE'), seccomp }, { engine })).toEqual([
      'direct',
    ]);
    expect(certainties({ ...root, seccomp }, { engine, kernel })).toEqual(['conditional']);
  });

  it('knows what a profile of somebody’s own opens by its text', () => {
    const module = addedCapability('CAP_SYS_MODULE');
    const read = {
      seccomp: 'custom' as const,
      seccompAllows: [],
      seccompOpens: ['CAP_SYS_MODULE'],
    };
    const kernel = kernelSays([rootProcess, withCapabilities('CAP_SYS_MODULE')]);

    expect(certainties({ ...module, ...read })).toEqual(['direct']);
    expect(certainties({ ...root, ...read }, { kernel })).toEqual(['direct']);
    expect(certainties({ ...module, ...read, seccompOpens: [] })).toEqual(['unproven']);
    const session = execsFound({ isPrivileged: true, user: 'root' });
    expect(certainties({ ...root, seccomp: 'custom' }, { execs: session })).toEqual([
      ...['unproven', ...byKeyring],
    ]);
  });

  it('tells a missing fact from a missing weakness', () => {
    expect(certainties({ ...unknownUser, ...socket })).toEqual(['unproven']);
    expect(certainties({ ...someUser, ...privileged })).toEqual(['conditional']);
  });
});

describe('there is no path at all', () => {
  it.each<[string, Partial<ContainerFacts>]>([
    ['from an ordinary container', root],
    ['from a public port alone', { ...root, ...isPublic }],
    ['through a folder made for it', { ...root, mounts: [bind('/srv/web')] }],
    [
      'through a capability that no-new-privileges keeps out of reach',
      { ...someUser, ...capabilities(['CAP_SYS_ADMIN']), noNewPrivileges: true },
    ],
  ])('%s', (_title, facts) => {
    expect(attackPaths(assess(exampleSnapshot({ container: facts })))).toEqual({
      paths: [],
      pathsUnknown: [],
    });
  });
});

describe('a measurement goes before the configuration', () => {
  it('when a process runs as root', () => {
    expect(certainties({ ...someUser, ...socket }, { processes: running(['sh', 0]) })).toEqual([
      'direct',
    ]);
  });

  it('but not when it could not be made', () => {
    const processes = processesUnread('no top');

    expect(certainties({ ...someUser, ...socket }, { processes })).toEqual(['unproven']);
  });
});

describe('a chain through another container', () => {
  const web = { ...someUser, ...isPublic };
  const ci = { name: 'ci', ...root, ...socket };

  it('over a common network needs a weakness there', () => {
    const paths = pathsOn({ container: web, otherContainers: [ci] });

    expect(paths.map(({ certainty }) => certainty)).toEqual(['direct', 'conditional']);
    expect(paths[1]).toMatchObject({ startsFromPublicPort: true, severity: 'medium' });
    expect(paths[1]?.sentence).toBe(
      'Anyone who reaches port 80 on every interface, and takes over web, could own demo-host: it is in the network backend, and ci mounts the engine socket (/run/docker.sock). This needs: a weakness in ci that the network backend reaches.',
    );
  });

  it.each<[string, Omit<ExampleHost, 'container'>]>([
    ['another network', { otherContainers: [{ ...ci, networks: ['build'] }] }],
    [
      'a network that keeps its members apart',
      {
        otherContainers: [ci],
        networks: [network('backend', { allowsInterContainerTraffic: false })],
      },
    ],
  ])('does not go over %s', (_title, host) => {
    const paths = pathsOn({ container: web, ...host });

    expect(paths.filter(({ startsFromPublicPort }) => startsFromPublicPort)).toEqual([]);
  });

  const kept = network('backend', { allowsInterContainerTraffic: false });

  const IS_UNKNOWN = 'the network backend does not keep its members apart (unknown)';

  it.each<[string, Omit<ExampleHost, 'container'>, boolean]>([
    [
      'where the engine does not manage the firewall',
      { networks: [kept], ...withSettings({ managesIptables: false }) },
      false,
    ],
    ['where nobody knows whether it does', { networks: [kept], ...withoutSettings }, true],
    [
      'where another network of that name is open',
      { networks: [kept, network('backend', { id: 'other' })] },
      false,
    ],
    ['of a driver that ignores that option', { networks: [{ ...kept, driver: 'overlay' }] }, false],
  ])(
    'goes over a network that is said to keep its members apart, %s',
    (_where, host, isDoubted) => {
      const paths = pathsOn({ container: web, otherContainers: [ci], ...host });
      const way = paths.find(({ startsFromPublicPort }) => startsFromPublicPort);

      expect(way?.certainty).toBe('conditional');
      expect(way?.sentence.includes(IS_UNKNOWN)).toBe(isDoubted);
    },
  );

  it('through joined processes is direct for who may trace them', () => {
    const tracer = { ...root, ...isPublic, ...capabilities(['CAP_SYS_PTRACE']) };
    const [path] = pathsOn({
      container: { ...tracer, networks: [], pidNamespace: joinedNamespace('shared', 'ci') },
      otherContainers: [{ ...ci, networks: [] }],
    });

    expect(path).toMatchObject({ certainty: 'direct', startsFromPublicPort: true });
    expect(path?.sentence).toContain(
      'it shares the processes of ci and has CAP_SYS_PTRACE, which takes them over, and ci mounts',
    );
  });

  it('begins at the ports of the container whose network was joined, if it listens there', () => {
    const [path] = pathsOn({
      container: { ...root, ...socket, networkNamespace: joinedNamespace('shared', 'proxy') },
      otherContainers: [{ name: 'proxy', ...someUser, ...isPublic }],
    });

    expect(path).toMatchObject({ container: 'web', certainty: 'direct' });
    const [, fromOutside] = pathsOn({
      container: { ...root, ...socket, networkNamespace: joinedNamespace('shared', 'proxy') },
      otherContainers: [{ name: 'proxy', ...someUser, ...isPublic }],
    });
    expect(fromOutside).toMatchObject({ certainty: 'unproven', startsFromPublicPort: true });
  });
});

describe("the engine's own API", () => {
  const listener = (address: string) => ({
    container: { networks: [] },
    engine: {
      warnings: [`[DEPRECATION NOTICE]: API is accessible on ${address} without encryption.`],
    },
  });

  it('is a public way when it asks for no certificate', () => {
    expect(pathsOn(listener('http://0.0.0.0:2375'))).toMatchObject([
      {
        sentence:
          "Anyone who reaches the engine's API at http://0.0.0.0:2375 owns demo-host: it requires no client certificate and starts any container.",
        severity: 'critical',
        container: null,
      },
    ]);
  });

  it('needs a foothold when it listens on the host alone', () => {
    expect(pathsOn(listener('http://127.0.0.1:2375'))).toMatchObject([
      { certainty: 'conditional' },
    ]);
  });
});

describe('what was not read', () => {
  const host = exampleSnapshot({ container: { ...root, ...socket } });

  it('is told where a way may hide in it', () => {
    const blind = {
      ...host,
      containers: unread<never>('refused'),
      engine: unread<never>('refused'),
    };

    expect(attackPaths(assess(blind))).toEqual({
      paths: [],
      pathsUnknown: ['engine: refused', 'containers: refused'],
    });
  });

  it('is told for a single container', () => {
    const lost = { id: 'c9', name: 'lost', reason: 'timeout' };
    const containers = { state: 'read' as const, value: { read: [], unread: [lost] } };

    expect(attackPaths(assess({ ...host, containers })).pathsUnknown).toEqual(['lost: timeout']);
  });

  it('does not hide a way that the rest shows', () => {
    const { paths, pathsUnknown } = attackPaths(
      assess({ ...host, engine: unread<never>('refused') }),
    );

    expect(paths).toMatchObject([{ certainty: 'direct' }]);
    expect(pathsUnknown).toEqual(['engine: refused']);
  });
});

describe('a session of docker exec --privileged', () => {
  const session = (user: string) => ({ execs: execsFound({ isPrivileged: true, user }) });
  const open = { seccomp: 'unconfined' } as const;

  it.each([
    ['root', someUser, 'direct'],
    ['0:0', someUser, 'direct'],
    ['', root, 'direct'],
    ['', someUser, 'conditional'],
    ['1000', root, 'conditional'],
    ['app', root, 'unproven'],
  ])('as "%s" is a way to the host', (user, own, certainty) => {
    const isRoot = own.user?.uid === 0;

    expect(certainties({ ...own, ...open }, session(user))).toEqual([
      ...[certainty, ...(isRoot ? byKeyring : [])],
    ]);
  });

  it('keeps the seccomp profile of its container, which refuses the calls', () => {
    expect(certainties(root, session('root'))).toEqual(['conditional']);
    expect(certainties({ ...root, seccomp: 'custom' }, session('root'))).toEqual([
      ...['unproven', ...byKeyring],
    ]);
    expect(
      certainties(root, { ...session('root'), engine: { seccompProfile: 'unconfined' } }),
    ).toEqual(['direct', ...byKeyring]);
    expect(certainties({ ...root, pidNamespace: hostNamespace }, session('root'))).toContain(
      'direct',
    );
  });

  it('counts as the worst of several', () => {
    const execs = execsFound(
      { isPrivileged: true, user: '1000' },
      { isPrivileged: true, user: '0' },
    );

    expect(certainties({ ...someUser, ...open }, { execs })).toEqual(['direct']);
  });

  it('is none without --privileged, and none more in a privileged container', () => {
    expect(certainties(root, { execs: execsFound({ user: 'root' }) })).toEqual([]);
    expect(pathsOn({ container: { ...root, ...privileged }, ...session('root') })).toHaveLength(1);
  });
});

it('a profile whose text nobody read makes a way unproven, and the engine’s own conditional', () => {
  const tracer = { ...addedCapability('CAP_SYS_PTRACE'), pidNamespace: hostNamespace };
  const under = (facts: Partial<ContainerFacts>, name: string, appArmorProfile = name) =>
    certainties({ ...facts, appArmorProfile }, labelled(`${name} (enforce)`));

  expect(under(tracer, 'docker-default')).toEqual(['conditional']);
  expect(under(tracer, 'allow-all')).toEqual(['unproven']);
  // Where the engine names none, the label does, of those alone that it lists.
  const admin = addedCapability('CAP_SYS_ADMIN');
  expect(under(admin, 'docker-default', '')).toEqual(['unproven']);
  expect(under(admin, 'allow-all', '')).toEqual(['unproven']);
});

describe('a capability', () => {
  const open = { seccomp: 'unconfined' as const };
  const readers = { ...root, ...capabilities(['CAP_BPF', 'CAP_PERFMON']) };
  const boot = addedCapability('CAP_SYS_BOOT');
  const inHost = { pidNamespace: hostNamespace };
  const ofPid = 'a process of the host that it may trace';
  const conditionsOf = (container: Partial<ContainerFacts>, name: string) =>
    pathsOn({ container }).flatMap(({ steps }) =>
      steps.filter(({ to }) => to.name === name).flatMap(({ conditions }) => conditions),
    );

  it('loads another kernel, which starts with the host', () => {
    expect(certainties({ ...boot, ...open })).toEqual(['conditional', ...byKeyring]);
    expect(conditionsOf({ ...boot, ...open }, 'CAP_SYS_BOOT')).toEqual([
      'the kernel is not locked down and takes another one (unknown)',
      'somebody restarts the host, which then starts what was loaded',
    ]);
    expect(conditionsOf({ ...boot, ...open, ...inHost }, 'CAP_SYS_BOOT')).toEqual([
      'the kernel is not locked down and takes another one (unknown)',
    ]);
    expect(conditionsOf({ ...boot, ...open, ...inHost }, 'PID namespace')).toEqual([ofPid]);
  });

  it.each<[string, Partial<ContainerFacts>, string | undefined]>([
    ['a profile may allow', { seccomp: 'custom' }, 'its seccomp profile allows the calls'],
    ['a profile allows', { seccomp: 'custom', seccompAllows: ['kexec_load'] }, undefined],
  ])('for that needs a call that %s', (_title, profile, expected) => {
    const [first] = conditionsOf({ ...boot, ...inHost, ...profile }, 'CAP_SYS_BOOT');

    expect(first?.startsWith(expected ?? 'the kernel is not locked down')).toBe(true);
  });

  it.each<[string, Partial<ContainerFacts>]>([
    ['an engine’s own profile', {}],
    ['a profile by its text', { seccomp: 'custom', seccompAllows: ['reboot'] }],
  ])('loads none where %s refuses the call', (_title, profile) => {
    expect(certainties({ ...boot, ...profile })).toEqual([]);
  });

  it('reads all memory beside another one, and needs a hole alone', () => {
    expect(conditionsOf(readers, 'CAP_BPF')).toEqual([
      'a key or password found there opens the host',
    ]);
    expect(conditionsOf(addedCapability('CAP_BPF'), 'CAP_BPF')).toEqual(['a hole in its verifier']);
    expect(conditionsOf(addedCapability('CAP_PERFMON'), 'CAP_PERFMON')).toEqual([
      'kernel.perf_event_paranoid is below 3 (unknown)',
      'a key or password found there opens the host',
    ]);
  });

  it.each([
    ['CAP_SYS_MODULE', 'docker-default', 'direct'],
    ['CAP_DAC_READ_SEARCH', 'docker-default', 'direct'],
    ['CAP_SYS_MODULE', '', 'unproven'],
    ['CAP_DAC_READ_SEARCH', '', 'unproven'],
    ['CAP_SYS_ADMIN', '', 'unproven'],
  ])('%s meets SELinux where AppArmor says nothing of it', (name, appArmorProfile, expected) => {
    const isSelinux = appArmorProfile === '';
    const container = {
      ...{ ...addedCapability(name), appArmorProfile },
      processLabel: isSelinux ? 'system_u:system_r:container_t:s0:c1,c2' : '',
    };
    const host = isSelinux
      ? { engine: { hasSelinux: true } }
      : labelled('docker-default (enforce)');

    expect(certainties(container, host)).toEqual([expected]);
  });
});

describe('the keyring of the host’s root', () => {
  const sandbox = { name: 'runsc', path: '/usr/bin/runsc', runcVersion: null };
  const found = 'a key or password found there opens the host';
  const open = { seccomp: 'unconfined' as const };
  const selinux = { processLabel: 'system_u:system_r:container_t:s0:c1,c2' };
  const conditionsOf = (
    container: Partial<ContainerFacts>,
    host: Omit<ExampleHost, 'container'> = {},
  ) =>
    pathsOn({ ...host, container: { ...root, ...container } }).flatMap(({ steps }) =>
      steps.filter(({ to }) => to.kind === 'keyring').map(({ conditions }) => conditions),
    );

  it.each<[string, Partial<ContainerFacts>, string[][]]>([
    ['without a profile', open, [[found]]],
    ['by a profile that allows it', { seccomp: 'custom', seccompAllows: ['keyctl'] }, [[found]]],
    [
      'by a profile that nobody read',
      { seccomp: 'custom' },
      [['its seccomp profile allows the calls (unknown)', found]],
    ],
    ['by a profile that refuses it', { seccomp: 'custom', seccompAllows: ['add_key'] }, []],
    ['by the profile of its engine', {}, []],
    [
      'for another user',
      { ...someUser, ...open, noNewPrivileges: false },
      [['a set-uid program in it that makes its user root', found]],
    ],
    ['for one who stays another user', { ...someUser, ...open, noNewPrivileges: true }, []],
  ])('is open %s', (_title, container, expected) => {
    expect(conditionsOf(container)).toEqual(expected);
  });

  it.each<[string, Partial<ContainerFacts>, NonNullable<ExampleHost['engine']>]>([
    ['in a sandbox with a kernel of its own', { runtime: 'runsc' }, { runtimes: [sandbox] }],
    ['of an engine that is a user’s', {}, { isRootless: true }],
  ])('is none of a container’s %s', (_title, container, engine) => {
    expect(conditionsOf({ ...open, ...container }, { engine })).toEqual([]);
  });

  it('is told of where the engine was not read of who asks for no profile alone', () => {
    const engine = unread<never>('timeout');
    const ways = (container: Partial<ContainerFacts>) =>
      attackPaths(assess({ ...exampleSnapshot({ container }), engine })).paths;

    expect(ways({ ...root, ...open })).toHaveLength(1);
    expect(ways(root)).toEqual([]);
  });

  it('is another one in a user namespace, and kept from whom SELinux holds', () => {
    const mapped = conditionsOf(open, { engine: { remapsUsers: true } });
    const labelled = conditionsOf({ ...open, ...selinux }, { engine: { hasSelinux: true } });

    expect(mapped).toEqual([]);
    expect(labelled).toEqual([['its SELinux label is not in force (unknown)', found]]);
  });
});

it('puts certain ways before possible ones, and public before inner ones', () => {
  const others = [
    { name: 'a', ...otherUser, ...isPublic, pidNamespace: hostNamespace },
    { name: 'b', ...root, ...socket },
    { name: 'c', ...root, ...socket, ...isPublic },
    { name: 'd', ...someUser, ...socket, ...isPublic },
  ].map((one) => ({ ...one, networks: [] }));
  const paths = pathsOn({ container: { networks: [] }, otherContainers: others });

  expect(paths.map(({ container, severity }) => [container, severity])).toEqual([
    ['c', 'critical'],
    ['b', 'high'],
    ['d', 'high'],
    ['a', 'medium'],
  ]);
});

describe('rules and ways to the host judge by one list', () => {
  const rule = noSensitiveMount as unknown as Rule;
  const verdictOf = (path: string) =>
    evaluateRule(rule, assess(exampleSnapshot({ container: { mounts: [bind(path)] } })))[0]
      ?.verdict;

  // Sockets of engines belong to no-docker-socket-mount.
  const places = dangerousPlaces.filter(({ path }) => !isEngineSocket(path, []));

  const unsure = places.flatMap(({ path, isUnsure }) => (isUnsure ? [path] : []));

  it.each(places)('$path', ({ path, writing, reading, after }) => {
    expect(verdictOf(path)).toBe('fail');
    // Where nobody writes, what is read has to be worth something.
    const isRead = (writing === null && reading !== null) || after !== undefined;
    // What a kernel does with what is written to /sys, or to hardware, is the kernel's own.
    const isUnproven = /^\/(sys|proc\/bus)\//.test(path) || unsure.includes(path);
    const certainty = isRead ? 'conditional' : isUnproven ? 'unproven' : 'direct';
    expect(certainties({ ...root, mounts: [bind(path)] })).toContain(certainty);
  });

  it('of capabilities too', () => {
    for (const name of escapeCapabilities) {
      const pidNamespace = hostNamespace;
      // Ports are of x86 alone.
      const certainty = name === 'CAP_SYS_RAWIO' ? 'unproven' : 'direct';
      expect(certainties({ ...addedCapability(name), pidNamespace })).toContain(certainty);
    }
  });
});
