import { assess } from '../../src/assessment/assess.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import {
  bind,
  execsFound,
  hostNamespace,
  network,
  privileged,
} from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { namespaceIds as ids, inNetworks } from '../support/example-processes.ts';

const HOSTS = 66;

/** A container with a process in this network, beside one on the host's, or one that has its own. */
function hostWith(place: number, example: ExampleHost, networkNamespace = hostNamespace) {
  return assess(
    exampleSnapshot({
      ...example,
      otherContainers: [{ id: 'other', pid: 4242, networkNamespace }],
      processes: [
        ...inNetworks([ids.network, place], null),
        ...inNetworks([HOSTS], null).map((entry) => ({ ...entry, containerId: 'other' })),
      ],
      execs: execsFound(),
    }),
  );
}

/** What it reaches where it has no network. */
function reachWith(
  place: number,
  state: 'running' | 'exited' = 'running',
  other?: typeof hostNamespace,
) {
  const networkNamespace = { mode: 'none', resolved: 'private' as const, via: [] };
  const container = { networkNamespace, networks: ['none'], state };
  const assessment = hostWith(place, { container }, other);
  const { containers } = assessment.snapshot;
  const [self, ...others] = containers.state === 'read' ? containers.value.read : [];
  if (self === undefined) throw new Error('the example has a container');
  return reachFrom(self, [self, ...others], reachFacts(assessment));
}

const byHost = expect.objectContaining({
  through: expect.objectContaining({ kind: 'host-network' }),
  evidence: expect.arrayContaining([expect.objectContaining({ value: 'host' })]),
});
const nowhere = [{ what: 'any network', because: 'it has none (--network none)' }];

it('has no network where all of its processes are in its own', () => {
  expect(reachWith(ids.network)).toMatchObject({ closed: nowhere, unknown: [] });
});

it('reaches all that the host does by a process that is on its network', () => {
  const { targets, closed } = reachWith(HOSTS);

  expect(targets).toContainEqual(byHost);
  expect(closed).toEqual([]);
});

it('may reach every network by a process of which nobody knows where it is', () => {
  const { targets, unknown, closed } = reachWith(77);

  expect(targets).not.toContainEqual(byHost);
  expect(unknown).toEqual([
    { what: 'every network', reason: expect.stringContaining('is in another network') },
  ]);
  expect(closed).toEqual([]);
});

it('may reach every network by a process that is in that of another container', () => {
  const own = { mode: '', resolved: 'private' as const, via: [] };
  const { unknown, closed } = reachWith(HOSTS, 'running', own);

  expect(unknown).toEqual([
    {
      what: 'every network',
      reason: expect.stringMatching(
        /^its process 4243 \(tool1\) is in the network namespace of other/,
      ),
    },
  ]);
  expect(closed).toEqual([]);
});

it('is entered over no port of the host for the doubt alone where it is', () => {
  const container = {
    configuredCapabilities: ['CAP_SYS_ADMIN'],
    pidNamespace: hostNamespace,
    networks: ['bridge'],
    mounts: [bind('/var/run/docker.sock')],
    user: { declared: '0', uid: 0, reason: null },
  };
  const assessment = hostWith(77, { container });
  const { name, id } = exampleContainer;
  // By no other container that it may be reached from.
  const ways = attackPaths(assessment).paths.filter(
    (one) => one.container === name && one.through?.[0] === id,
  );

  expect(assessment.controls.get(id)?.networkDoubt).toContain('whose that is was not read');
  expect(ways.length).toBeGreaterThan(0);
  expect(ways.filter(({ startsFromPublicPort }) => startsFromPublicPort)).toEqual([]);
});

it('is not said to have no way to the host where a process may be on its network', () => {
  const networkNamespace = { mode: 'none', resolved: 'private' as const, via: [] };
  const openOf = (place: number) => {
    const assessment = hostWith(place, { container: { networkNamespace, networks: ['none'] } });
    const { waysByContainer = [] } = assessHost([], [], assessment);
    return waysByContainer.find((one) => one.id === exampleContainer.id);
  };

  expect(openOf(77)).toMatchObject({ count: 0, open: expect.stringContaining('another network') });
  expect(openOf(ids.network)).toEqual({ id: exampleContainer.id, count: 0, worst: null });
});

it('would have no network if it were started again', () => {
  expect(reachWith(HOSTS, 'exited').closed).toEqual(nowhere);
});

describe('the API of the engine', () => {
  const gateway = network('bridge', { isDefaultBridge: true, gateways: ['172.17.0.1'] });

  it.each<[string, number, string, string | undefined]>([
    [
      'keeps out who has all of its processes in its own network',
      ids.network,
      '127.0.0.1',
      undefined,
    ],
    ['is open to who has one on the network of the host', HOSTS, '127.0.0.1', 'direct'],
    ['may be open to who has one somewhere', 77, '127.0.0.1', 'unproven'],
    ['is as open over a bridge as it was', 77, '0.0.0.0', 'direct'],
  ])('%s', (_name, place, address, expected) => {
    const warnings = [`WARNING: API is accessible on http://${address}:2375 without encryption.`];
    const assessment = hostWith(place, {
      container: { networks: ['bridge'] },
      engine: { warnings },
      networks: [gateway],
    });
    const { name } = exampleContainer;
    // The gravest first.
    const ways = attackPaths(assessment).paths.filter(
      ({ container, steps }) =>
        container === name && steps.some(({ to }) => to.kind === 'engine-api'),
    );

    expect(ways[0]?.certainty).toBe(expected);
    if (place === 77 && address === '127.0.0.1') {
      // The mode alone would deny what the step says.
      const told = ways[0]?.steps.flatMap(({ evidence }) => evidence.map(({ value }) => value));
      expect(told).toContainEqual(expect.stringContaining('whose that is was not read'));
    }
  });
});

it.each<[string, number, string | undefined]>([
  ['keeps out who has all of its processes in its own network', ids.network, undefined],
  ['may be open to who has one somewhere', 77, 'unproven'],
])('an engine in a container on the network of the host %s', (_title, place, expected) => {
  const { snapshot } = hostWith(place, { container: { networks: ['bridge'] } });
  const { containers } = snapshot;
  const all = containers.state === 'read' ? containers.value.read : [];
  const root = { user: { declared: '', uid: 0, reason: null } };
  const listening = ['127.0.0.1'].map((address) => ({
    ...{ protocol: 'tcp' as const, family: 'ipv4' as const, address, port: 2375 },
  }));
  const told = { readAt: snapshot.takenAt, sockets: listening };
  const assessment = assess({
    ...snapshot,
    containers: read({
      read: all.map((one) => (one.id === 'other' ? { ...one, ...root, ...privileged } : one)),
      unread: [],
    }),
    listeners: read({
      containers: all.map(({ id: containerId }) => ({
        containerId,
        facts: read(containerId === 'other' ? told : { ...told, sockets: [] }),
      })),
      notes: [],
    }),
  });
  const ways = attackPaths(assessment).paths.filter(({ steps }) =>
    steps.some(({ says }) => says.includes('port 2375')),
  );

  expect(ways[0]?.certainty).toBe(expected);
});
