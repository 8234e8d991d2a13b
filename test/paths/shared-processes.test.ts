import { assess } from '../../src/assessment/assess.ts';
import {
  bind,
  capabilities,
  hostNamespace,
  joinedNamespace,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// The kernel opens /proc/PID/root to the same user with every capability of the process, without
// CAP_SYS_PTRACE (`__ptrace_may_access` in kernel/ptrace.c, `cap_ptrace_access_check` in security/commoncap.c).

type Differences = Partial<ContainerFacts>;

const root: Differences = { user: { declared: '', uid: 0, reason: null } };
const user = (uid: number): Differences => ({
  user: { declared: String(uid), uid, reason: null },
});
const ordinary: Differences = { ...root, ...capabilities([]) };
const alone: Differences = { networks: [] };
const joins: Differences = { pidNamespace: joinedNamespace('shared', 'agent') };
const socket: Differences = { mounts: [bind('/run/docker.sock')] };

const waysThrough = (example: ExampleHost) =>
  attackPaths(assess(exampleSnapshot(example))).paths.map(
    ({ through = [], certainty }) => [through[0], certainty] as const,
  );

/** How sure the way of `web` is, which joins the processes of `agent`; null for none. */
function wayOf(web: Differences, agent: Differences, host: ExampleHost = {}): string | null {
  const ways = waysThrough({
    ...host,
    container: { ...alone, ...joins, ...web },
    otherContainers: [{ name: 'agent', ...alone, ...socket, ...agent }],
  });
  return ways.find(([first]) => first === 'c0ffee000001')?.[1] ?? null;
}

describe('who joins the processes of a container that holds a socket', () => {
  it.each<[string, Differences, Differences, string | null]>([
    ['has it with the same user and capabilities', ordinary, ordinary, 'direct'],
    [
      'has it with more capabilities',
      ordinary,
      { ...root, ...capabilities([], ['ALL']) },
      'direct',
    ],
    [
      'has nothing with fewer capabilities',
      { ...root, droppedCapabilities: ['ALL'] },
      ordinary,
      null,
    ],
    [
      'has nothing without one of them',
      { ...root, ...capabilities([], ['CAP_NET_RAW']) },
      ordinary,
      null,
    ],
    ['becomes the other’s user', ordinary, user(1000), 'unproven'],
    [
      'cannot become it without CAP_SETUID',
      { ...root, ...capabilities([], ['CAP_SETUID']) },
      user(1000),
      null,
    ],
    ['may have it as the same user', user(1000), user(1000), 'unproven'],
    ['has nothing as another user without capabilities', user(1001), user(1000), null],
    [
      'may have it where the other’s user is unknown',
      ordinary,
      { user: { declared: 'app', uid: null, reason: 'no passwd' }, ...capabilities(['CAP_BPF']) },
      'unproven',
    ],
  ])('%s', (_title, web, agent, expected) => {
    expect(wayOf(web, agent)).toBe(expected);
  });

  it('says what opens the files', () => {
    const [path] = attackPaths(
      assess(
        exampleSnapshot({
          container: { ...alone, ...joins, ...ordinary },
          otherContainers: [{ name: 'agent', ...alone, ...socket, ...ordinary }],
        }),
      ),
    ).paths.filter(({ through }) => through?.length === 2);

    expect(path?.sentence).toContain(
      'it shares the processes of agent and has their user and capabilities, which opens their files and sockets, and agent mounts the engine socket',
    );
  });
});

it('siblings that joined one container see each other', () => {
  const ways = waysThrough({
    container: { ...alone, ...joins, ...ordinary },
    otherContainers: [
      { name: 'agent', ...alone, ...user(1001) },
      { name: 'sibling', ...alone, ...joins, ...ordinary, ...socket },
    ],
  });

  expect(ways).toContainEqual(['c0ffee000001', 'direct']);
});

describe('in the PID namespace of the host', () => {
  const host = (web: Differences, agent: Differences, example: ExampleHost = {}) =>
    waysThrough({
      ...example,
      container: { ...alone, pidNamespace: hostNamespace, ...web },
      otherContainers: [{ name: 'agent', ...alone, ...socket, ...agent }],
    }).filter(([first]) => first === 'c0ffee000001');

  it('every container with as few privileges is in reach', () => {
    expect(host(ordinary, ordinary)).toContainEqual(['c0ffee000001', 'direct']);
    expect(host(ordinary, { ...ordinary, ...capabilities(['CAP_BPF']) })).not.toContainEqual([
      'c0ffee000001',
      'direct',
    ]);
  });

  it('the surest holders are told where there are more than a hundred', () => {
    const many = Array.from({ length: 101 }, (_, index): Differences & { name: string } => ({
      ...{ ...alone, ...ordinary, name: `site-${index}`, mounts: [bind('/home/web')] },
    }));
    const ways = waysThrough({
      container: { ...alone, ...ordinary, pidNamespace: hostNamespace },
      otherContainers: [...many, { name: 'agent', ...alone, ...ordinary, ...socket }],
    });

    expect(ways).toContainEqual(['c0ffee000001', 'direct']);
  });

  it('a container in a sandbox has its processes there', () => {
    const kata = { name: 'kata', path: '/usr/bin/containerd-shim-kata-v2', runcVersion: null };
    const runtimes = { engine: { runtimes: [{ ...kata, name: 'runc', path: 'runc' }, kata] } };
    const own = { ...ordinary, mounts: [bind('/etc')] };
    const found = host(ordinary, { ...own, runtime: 'kata' }, runtimes);

    expect(host(ordinary, own, runtimes)).toContainEqual(['c0ffee000001', 'direct']);
    expect(found).not.toContainEqual(['c0ffee000001', 'direct']);
  });

  it('who has users of his own traces nobody with others', () => {
    const mapped: Differences = { userNamespace: { mode: 'auto', resolved: 'private', via: [] } };
    const found = host({ ...ordinary, ...mapped }, { ...ordinary, ...mapped });

    expect(found.map(([, certainty]) => certainty)).toEqual(['conditional', 'conditional']);
  });

  it('users of a namespace that the engine made belong to root of the host', () => {
    const remaps = { engine: { remapsUsers: true } };
    const own = { userNamespace: hostNamespace };
    const [, ...more] = host(
      { ...ordinary, ...own },
      { ...root, ...capabilities(['ALL']) },
      remaps,
    );

    expect(more).toHaveLength(1);
    expect(wayOf(ordinary, ordinary, remaps)).toBe('unproven');
  });

  it('a number inside of a user namespace is another user than the same number outside', () => {
    const own = { ...user(1000), userNamespace: hostNamespace, noNewPrivileges: true };
    const remaps = { engine: { remapsUsers: true } };

    expect(host(own, user(1000))).toHaveLength(2);
    expect(host(own, user(1000), remaps)).toHaveLength(1);
    const joined = { ...user(1000), noNewPrivileges: true };
    expect(wayOf(joined, user(1000), remaps)).toBe('unproven');
    expect(wayOf(joined, user(1001), remaps)).toBeNull();
  });
});

describe('AppArmor', () => {
  const hasAppArmor = { engine: { hasAppArmor: true } };
  const tracer = { ...root, ...capabilities(['CAP_SYS_PTRACE']) };

  it('lets those trace each other that have the engine’s profile, and no others', () => {
    const profile = { appArmorProfile: 'docker-default' };
    expect(wayOf({ ...ordinary, ...profile }, { ...ordinary, ...profile }, hasAppArmor)).toBe(
      'direct',
    );
    expect(
      wayOf({ ...tracer, ...profile }, { ...ordinary, appArmorProfile: 'unconfined' }, hasAppArmor),
    ).not.toBe('direct');
  });

  it('keeps root in the host’s namespace from the host, and not from who has the same profile', () => {
    const profile = { appArmorProfile: 'docker-default' };
    const certainties = (agent: Differences) =>
      waysThrough({
        ...hasAppArmor,
        container: { ...alone, ...tracer, ...profile, pidNamespace: hostNamespace },
        otherContainers: [{ name: 'agent', ...alone, ...socket, ...ordinary, ...agent }],
      })
        .filter(([first]) => first === 'c0ffee000001')
        .map(([, certainty]) => certainty);

    expect(certainties({ appArmorProfile: 'unconfined' })).not.toContain('direct');
    expect(certainties(profile)).toContain('direct');
  });
});

describe('SELinux', () => {
  const hasSelinux = { engine: { hasSelinux: true } };
  const label = (level: string, type = 'container_t') => ({
    processLabel: `system_u:system_r:${type}:${level}`,
  });

  it.each<[string, string, string, string | null]>([
    ['has what has all of its own', 's0:c0.c1023', 's0:c3,c4', 'direct'],
    ['by the high end of its range', 's0-s0:c0.c1023', 's0:c3,c4', 'direct'],
    ['as one of the same level', 's0:c4,c3', 's0:c3,c4', 'direct'],
    ['has what has none', 's0:c1,c2', 's0', 'direct'],
    ['with none has what has none', 's0', 's0', 'direct'],
    ['with none has nothing else', 's0', 's0:c1,c2', 'unproven'],
    ['has nothing of another level', 's0:c1,c2', 's0:c1,c3', 'unproven'],
    ['of lower sensitivity has nothing', 's0:c0.c1023', 's1', 'unproven'],
    ['as one of the same in other words', 'SystemHigh', 'SystemHigh', 'direct'],
    ['in other words may have all', 'SystemHigh', 's0:c1,c2', 'unproven'],
  ])('who %s', (_title, web, agent, expected) => {
    const own = { devices: ['/dev/sda'], mounts: [] };

    // What nobody read is whether the label is in force.
    expect(
      wayOf({ ...ordinary, ...label(web) }, { ...ordinary, ...own, ...label(agent) }, hasSelinux),
    ).toBe(expected);
  });

  it('lets none at those of another type', () => {
    const wide = label('s0:c0.c1023');
    const other = { ...ordinary, devices: ['/dev/sda'], ...label('s0:c1,c2', 'container_init_t') };

    expect(wayOf({ ...ordinary, ...wide }, other, hasSelinux)).toBe('unproven');
  });
});

describe('of more than a hundred that are in sight', () => {
  const profile = (appArmorProfile: string) => ({ appArmorProfile });
  const kata = { name: 'kata', path: '/usr/bin/containerd-shim-kata-v2', runcVersion: null };
  const runtimes = [{ ...kata, name: 'runc', path: 'runc' }, kata];
  const agent: Differences = { ...alone, ...ordinary, ...socket };
  const etc = { mounts: [bind('/etc')] };

  it.each<[string, Differences, Differences, Differences, ExampleHost]>([
    [
      'in another profile',
      profile('docker-default'),
      profile('unconfined'),
      profile('docker-default'),
      { engine: { hasAppArmor: true } },
    ],
    ['in a sandbox', {}, { ...etc, runtime: 'kata' }, etc, { engine: { runtimes } }],
  ])('the surest is told behind others %s', (_title, web, others, own, host) => {
    const many = Array.from({ length: 101 }, (_, index): Differences & { name: string } => ({
      ...{ ...agent, ...others, name: `site-${index}` },
    }));
    const ways = waysThrough({
      ...host,
      container: { ...alone, ...ordinary, ...web, pidNamespace: hostNamespace },
      otherContainers: [...many, { ...agent, ...own, name: 'agent' }],
    });

    expect(ways).toContainEqual(['c0ffee000001', 'direct']);
  });
});
