import { assess } from '../../src/assessment/assess.ts';
import { buildGraph } from '../../src/paths/build-graph.ts';
import { isTakeover } from '../../src/paths/graph.ts';
import { waysInto } from '../../src/paths/ways.ts';
import {
  bind,
  capabilities,
  hostNamespace,
  joinedNamespace,
  localVolume,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelMount, kernelSays, readonlyOver } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// What the processes of the host in a mount give, by the rights that the kernel asks for as in shared-processes.test.ts.

type Differences = Partial<ContainerFacts>;

const readonly = { isWritable: false };
const root: Differences = { user: { declared: '', uid: 0, reason: null } };
const alone: Differences = { networks: [] };
const ordinary: Differences = { ...root, ...capabilities([]), ...alone };
const socket: Differences = { mounts: [bind('/run/docker.sock')] };
const shown: Differences = { mounts: [bind('/proc', readonly)] };
const tracer = capabilities(['CAP_SYS_PTRACE']);

const exampleOf = (web: Differences, agent: Differences, example: ExampleHost): ExampleHost => ({
  ...example,
  container: { ...ordinary, ...web },
  otherContainers: [{ name: 'agent', ...ordinary, ...socket, ...agent }],
});

/** How sure the ways of `web` are, beside `agent` with a socket. */
const waysOf = (web: Differences, agent: Differences = {}, example: ExampleHost = {}) =>
  attackPaths(assess(exampleSnapshot(exampleOf(web, agent, example)))).paths.flatMap(
    ({ through = [], certainty }) => (through[0] === 'c0ffee000001' ? [certainty] : []),
  );

it('every container with as few privileges is in reach, and a process of the host may be', () => {
  const other = { user: { declared: '1000', uid: 1000, reason: null }, noNewPrivileges: true };

  expect(waysOf(shown)).toEqual(['direct', 'conditional']);
  expect(waysOf(shown, capabilities(['ALL']))).toEqual(['conditional']);
  expect(waysOf({ ...shown, ...other })).toEqual(['conditional']);
  expect(waysOf({ mounts: [bind('/srv')] })).toEqual([]);
});

it('is no process of the host that a container has by its own main one', () => {
  const target = '/x';
  const waysAt = (root: string, options = {}) => {
    const proc = kernelMount(target, { root, filesystem: 'proc', options: ['rw'] });
    const kernel = kernelSays([], { mounts: [kernelMount('/'), readonlyOver('/proc/sys'), proc] });
    const mounts = [bind('/proc/self/fd', { destination: target })];
    return waysOf({ pid: 22_133, mounts, ...options }, { mounts: [] }, { kernel });
  };

  expect(waysAt('/22133/fd')).toEqual([]);
  expect(waysAt('/22133')).toEqual([]);
  expect(waysAt('/2213/fd')).toEqual(['conditional']);
  expect(waysAt('/22133/fd', { pid: null })).toEqual(['conditional']);
});

it.each([
  ['/proc/1/status', false],
  ['/proc/1/mountinfo', false],
  ['/proc/1/net', false],
  ['/proc/1/ns', false],
  ['/proc/1/task/1/stat', false],
  ['/proc/1', true],
  ['/proc/1/task', true],
  ['/proc/1/task/1', true],
  ['/proc/1/task/1/root/srv', true],
  ['/proc/1/fd', true],
  ['/proc/1/mem', true],
])('leads from %s to files of the host: %s', (path, isWay) => {
  const mounts = [bind(path, readonly)];
  expect(waysOf({ mounts, ...tracer }).includes('direct')).toBe(isWay);
});

it('says what opens the files, and what closes the way', () => {
  const snapshot = exampleSnapshot(exampleOf(shown, {}, {}));
  const [path] = attackPaths(assess(snapshot)).paths.filter(({ through }) => through?.length === 2);

  expect(path?.sentence).toContain(
    'it mounts /proc, which shows the processes of agent and opens their files and sockets, and agent mounts the engine socket',
  );
  const [step] = buildGraph(assess(snapshot)).edges.filter(isTakeover);
  expect(step?.rules).toEqual(['no-sensitive-mount']);
  expect(step?.evidence().map(({ path: where }) => where)).toContain('Mounts');
});

it('leaves the ways of who leaves the PID namespace of the host', () => {
  const both = { ...shown, pidNamespace: hostNamespace };
  const graph = buildGraph(assess(exampleSnapshot(exampleOf(both, {}, {}))));
  const left = waysInto(graph, ({ rules }) => rules.includes('no-host-pid')).filter(({ edges }) =>
    edges.some(({ from }) => from.id === 'container:c0ffee000001'),
  );

  expect(left.map(({ certainty }) => certainty).sort()).toEqual(['conditional', 'direct']);
});

describe('a user namespace', () => {
  const remaps = { engine: { remapsUsers: true } };
  const inPod = { userNamespace: joinedNamespace('shared', 'pod') };

  it('of its own traces nobody in another', () => {
    expect(waysOf(shown, {}, remaps)).toEqual(['conditional']);
    expect(waysOf({ ...shown, userNamespace: hostNamespace }, {}, remaps)).toEqual([
      'unproven',
      'conditional',
    ]);
  });

  it('that two have joined may be one', () => {
    expect(waysOf({ ...shown, ...inPod }, inPod, remaps)).toEqual(['unproven', 'conditional']);
    // Who joins another's network joins its users as well (moby `daemon/oci_linux.go`).
    const joins = { networkNamespace: joinedNamespace('shared', 'agent') };
    expect(waysOf({ ...shown, ...joins }, {}, remaps)).toEqual(['unproven', 'conditional']);
  });
});

it('the processes of one container alone show no other', () => {
  const own = { mounts: [bind('/proc/4711/root/srv', readonly)] };

  expect(waysOf(own)).not.toContain('direct');
});

it.each(['/proc/1', '/proc/4711/root'])(
  'of one process %s tells writable what it tells read-only',
  (path) => {
    expect(waysOf({ mounts: [bind(path)] })).toEqual(waysOf({ mounts: [bind(path, readonly)] }));
    expect(waysOf({ mounts: [bind(path)] })).toEqual(['conditional']);
  },
);

describe('a mount of / has the processes', () => {
  const stepsBy = (web: Differences, example: ExampleHost = {}) =>
    buildGraph(assess(exampleSnapshot(exampleOf(web, {}, example))))
      .edges.filter(({ says }) => says.includes('processes'))
      .map(({ to }) => to.name);
  const whole = bind('/', readonly);
  const seen = (...filesystems: string[]) => ({
    kernel: kernelSays([], {
      mounts: [
        kernelMount('/mnt', { device: '8:1' }),
        ...filesystems.map((filesystem) => kernelMount('/mnt/proc', { filesystem })),
      ],
    }),
  });

  it('that come along with it', () => {
    expect(stepsBy({ mounts: [whole] })).toEqual(['agent']);
    expect(stepsBy({ mounts: [whole] }, seen('proc'))).toEqual(['agent']);
    expect(stepsBy({ ...tracer, mounts: [whole] })).toEqual(['/']);
  });

  it.each<[string, ContainerFacts['mounts'][number], ExampleHost]>([
    ['without what is below it', { ...whole, isNonRecursive: true }, {}],
    ['by the kernel without them', whole, seen()],
    ['with another filesystem there', whole, seen('tmpfs')],
    ['in an overlay', { ...localVolume('overlay', 'overlay', { layers: ['/'] }), ...readonly }, {}],
    ['of a share', { ...localVolume('nfs', ':/', { server: '127.0.0.1' }), ...readonly }, {}],
  ])('and not %s', (_title, mount, example) => {
    expect(stepsBy({ mounts: [mount] }, example)).toEqual([]);
    expect(stepsBy({ ...tracer, mounts: [mount] }, example)).toEqual([]);
  });
});

describe('what confines a container', () => {
  const label = (categories: string) => ({
    processLabel: `system_u:system_r:container_t:s0:${categories}`,
  });
  const selinux = { engine: { hasSelinux: true } };
  const appArmor = { engine: { hasAppArmor: true } };
  const profile = (appArmorProfile: string) => ({ appArmorProfile });
  const ofFiles = { mounts: [bind('/etc')] };

  it.each<[string, string | undefined, Differences, Differences, ExampleHost]>([
    ['labels that differ', undefined, label('c1,c2'), label('c3,c4'), selinux],
    ['one profile', 'direct', profile('docker-default'), profile('docker-default'), appArmor],
    ['other profiles', undefined, profile('docker-default'), profile('unconfined'), appArmor],
  ])('by %s', (_title, expected, web, agent, example) => {
    const found = waysOf({ ...shown, ...web }, { ...ofFiles, ...agent }, example);

    expect(found.find((certainty) => certainty === 'direct')).toBe(expected);
    expect(found).toContain('conditional');
  });
});

it('leads from many into nobody whose only way is such a mount', () => {
  const others = Array.from({ length: 30 }, (_, index) => ({
    ...{ ...ordinary, ...shown, name: `other-${index}` },
  }));
  const { edges } = buildGraph(
    assess(
      exampleSnapshot({
        container: { ...ordinary, ...shown },
        otherContainers: [...others, { name: 'agent', ...ordinary, ...socket }],
      }),
    ),
  );

  expect(new Set(edges.filter(isTakeover).map(({ to }) => to.name))).toEqual(new Set(['agent']));
});
