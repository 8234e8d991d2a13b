import { assess } from '../../src/assessment/assess.ts';
import { bind, joinedNamespace, network, port, swarmTask } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';

const shut = { ...port('0.0.0.0', 80), isOpen: false };
const open = port('0.0.0.0', 80);

/** Whether the way to the engine's socket begins at a public port. */
function isPublic(container: Partial<ContainerFacts>, networks: NetworkFacts[] = []): boolean {
  const mounts = [bind('/run/docker.sock')];
  const example = { container: { mounts, ...container }, networks };
  const { paths } = attackPaths(assess(exampleSnapshot(example)));
  expect(paths).toHaveLength(1);
  return paths[0]?.startsFromPublicPort === true;
}

it.each<[string, Partial<ContainerFacts>, boolean]>([
  ['a port that is open', { ports: [open] }, true],
  // Nobody knows what hides it, of a container that would not run without it.
  ['a port that its engine does not show', { ports: [shut] }, true],
  ['an open one beside a shut one', { ports: [shut, { ...open, hostPort: 81 }] }, true],
  // It asks for it again as it starts.
  ['a port that it will ask for', { ports: [shut], state: 'exited', pid: null }, true],
  ['no port', { ports: [] }, false],
])('one enters by %s or not', (_name, container, expected) => {
  expect(isPublic(container)).toBe(expected);
});

it('one that its networks keep shut, or that nobody asked for, is no entrance', () => {
  const networks = [network('inner', { isInternal: true })];
  expect(isPublic({ ports: [shut], networks: ['inner'] }, networks)).toBe(false);
  expect(isPublic({ ports: [{ ...shut, hostIp: '127.0.0.1' }] })).toBe(false);
});

it('is not known to be one where its engine does not show it', () => {
  const example = { container: { mounts: [bind('/run/docker.sock')], ports: [shut] } };
  const { paths } = attackPaths(assess(exampleSnapshot(example)));
  expect(paths.filter(({ certainty }) => certainty === 'direct')).toEqual([]);
  expect(paths.at(-1)?.sentence).toContain('if the engine published what it asked for');
});

it('one that its network will open on the loopback address alone is no entrance', () => {
  const ports = [{ ...shut, hostIp: '' }];
  const asked: Partial<ContainerFacts> = { ports, state: 'exited', pid: null, networks: ['local'] };

  expect(isPublic(asked, [network('local', { publishesOn: '127.0.0.1' })])).toBe(false);
  expect(isPublic(asked, [network('local')])).toBe(true);
});

it('one through networks that are internal alone is no entrance', () => {
  const asked = {
    ports: [shut],
    state: 'exited' as const,
    pid: null,
    networks: ['inner', 'local'],
  };
  const inner = network('inner', { isInternal: true });
  const local = network('local', { isInternal: true });

  expect(isPublic(asked, [inner, local])).toBe(false);
  expect(isPublic(asked, [inner, network('local')])).toBe(true);
  // What an internal one says of addresses counts for nothing.
  const ports = [{ ...shut, hostIp: '' }];
  const bound = { publishesOn: '127.0.0.1' };
  expect(isPublic({ ...asked, ports }, [inner, network('local', bound)])).toBe(false);
  expect(
    isPublic({ ...asked, ports }, [
      network('inner', { ...bound, isInternal: true }),
      network('local'),
    ]),
  ).toBe(true);
});

it.each<Partial<NetworkFacts>>([
  { driver: 'macvlan' },
  { driver: 'ipvlan' },
  { driver: 'host' },
  { driver: 'null' },
  { isRouted: 'whole' },
])('one that does not run is entered by no port of a network that maps none: %j', (facts) => {
  const asked = {
    ports: [open],
    state: 'exited' as const,
    pid: null,
    networks: ['lan', 'local'],
  };
  const lan = network('lan', facts);

  expect(isPublic({ ...asked, networks: ['lan'] }, [lan])).toBe(false);
  expect(isPublic(asked, [lan, network('local')])).toBe(true);
});

it('who does not run enters by the ports of the one whose network it will join', () => {
  const ended = { state: 'exited' as const, pid: null, networks: [] };
  const sharing = { ...ended, networkNamespace: joinedNamespace('shared', 'proxy') };
  const startsFrom = (ports: ContainerFacts['ports']) => {
    const mounts = [bind('/run/docker.sock')];
    const example = {
      container: { mounts, ...sharing },
      otherContainers: [{ name: 'proxy', ports }],
    };
    return attackPaths(assess(exampleSnapshot(example))).paths.map(
      ({ startsFromPublicPort }) => startsFromPublicPort,
    );
  };

  expect(startsFrom([open])).toEqual([true]);
  expect(startsFrom([])).toEqual([false]);
});

describe('a task of the swarm', () => {
  function entrance(
    hostPort: number | null,
    facts: Partial<ContainerFacts> = {},
    hidden: Pick<Snapshot, 'networks'> | null = null,
  ) {
    const { container, ...rest } = swarmTask(hostPort);
    const mounts = [bind('/run/docker.sock')];
    const user = { declared: '', uid: 0, reason: null };
    const example = { ...rest, container: { ...container, mounts, user, ...facts } };
    const { paths } = attackPaths(assess({ ...exampleSnapshot(example), ...hidden }));
    return paths.find(({ startsFromPublicPort }) => startsFromPublicPort);
  }

  it('is entered also where a manager alone knows its ports', () => {
    expect(entrance(80)?.certainty).toBe('direct');
    expect(entrance(null)?.certainty).toBe('direct');
    expect(entrance(null)?.steps[0]?.to.name).toBe('a port of the swarm on every interface');
    expect(entrance(null, { swarmService: null })).toBeUndefined();
    for (const hostPort of [null, 80]) {
      expect(entrance(hostPort, { state: 'exited', pid: null })).toBeUndefined();
    }
  });

  it('may be entered where its networks were not read', () => {
    const hidden = { networks: unread<NetworkFacts[]>('the engine did not answer') };

    expect(entrance(null, {}, hidden)?.certainty).toBe('unproven');
  });

  it('shows its ports by its service', () => {
    const [step] = entrance(80)?.steps ?? [];

    expect(step?.evidence).toContainEqual({
      path: 'Endpoint.Ports',
      value: ['*:80->80/tcp'],
      source: 'GET /services',
    });
  });
});

const mode = `container:${'c0ffee'.padEnd(64, '0')}`;
const lost = { mode, resolved: 'unknown' as const, via: [] };

it('one may enter by a port of the host where nobody knows whose network it has', () => {
  const networkNamespace = joinedNamespace('unknown');
  const example = { container: { mounts: [bind('/run/docker.sock')], networkNamespace } };
  const { paths } = attackPaths(assess(exampleSnapshot(example)));

  expect(paths.filter((path) => path.startsFromPublicPort)).not.toEqual([]);
  expect(JSON.stringify(paths)).toContain("its network namespace is the host's (unknown)");
});

it.each<[string, Partial<ContainerFacts>, boolean]>([
  ['may go the way of the host’s network while it runs', {}, true],
  ['never starts again', { state: 'exited', pid: null }, false],
])('who joined a container that is gone %s', (_name, container, expected) => {
  const example = { container: { networkNamespace: lost, networks: [], ...container } };
  const { paths } = attackPaths(assess(exampleSnapshot(example)));
  const names = paths.flatMap(({ steps }) => steps.map(({ to }) => to.name));

  expect(names.includes('network namespace')).toBe(expected);
});
