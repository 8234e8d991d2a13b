import { type Assessment, assess } from '../../src/assessment/assess.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import { joinedNamespace } from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { kernelProcess, kernelSays } from '../../src/rules/example-kernel.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import { outwardPorts } from '../../src/surface/outward-ports.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { nobodyCame } from '../support/nobody-came.ts';

// Somebody on the host can put an interface into the network of a container that was given none.

const networkNamespace = { mode: 'none', resolved: 'private' as const, via: [] };
const alone = { networkNamespace, networks: ['none'] };
const api = 'WARNING: API is accessible on http://192.0.2.1:2375 without encryption.';
const { id, name } = exampleContainer;

const kernelOf = (interfaces: string[] | Reading<string[]> | undefined) =>
  interfaces === undefined
    ? {}
    : { interfaces: 'state' in interfaces ? interfaces : read(interfaces) };

/** A container without a network, of which the kernel has these interfaces. */
const withInterfaces = (
  interfaces: string[] | Reading<string[]> | undefined,
  example: ExampleHost = {},
): Assessment =>
  assess(
    exampleSnapshot({
      container: alone,
      kernel: kernelSays([kernelProcess()], kernelOf(interfaces)),
      engine: { warnings: [api] },
      ...example,
    }),
  );

function judged(assessment: Assessment, of = id) {
  const { containers } = assessment.snapshot;
  const all = containers.state === 'read' ? containers.value.read : [];
  const self = all.find((one) => one.id === of);
  if (self === undefined) throw new Error('the example has no such container');
  const ports = outwardPorts(assessment.snapshot, nobodyCame);
  return {
    reach: reachFrom(self, all, reachFacts(assessment)),
    ways: attackPaths(assessment).paths.filter(({ container }) => container === self.name),
    counted: assessHost([], [], assessment).waysByContainer?.find((one) => one.id === of),
    surface: ports.state === 'read' ? ports.value.get(of) : ports,
  };
}

it.each([[undefined], [[]]])('has no network where the kernel has %j beside', (interfaces) => {
  const { reach, ways, surface } = judged(withInterfaces(interfaces));

  expect(reach).toMatchObject({ closed: [{ what: 'any network' }], unknown: [] });
  expect(ways).toEqual([]);
  expect(surface).toEqual({ state: 'read', value: [] });
});

it('is in a network that nobody knows where it has an interface', () => {
  const why = expect.stringContaining(
    'has the interface eth1 and 1 more, which the engine did not',
  );
  const { reach, ways, counted, surface } = judged(withInterfaces(['eth1', 'eth2']));

  expect(reach).toMatchObject({ closed: [], unknown: [{ what: 'every network', reason: why }] });
  expect(surface).toEqual({ state: 'unread', reason: why });
  expect(ways.map(({ certainty }) => certainty)).toEqual(['unproven']);
  const told = ways[0]?.steps.flatMap(({ evidence }) => evidence.map(({ value }) => value));
  expect(told).toContainEqual(['eth1', 'eth2']);
  expect(counted?.worst).toBe('unproven');
});

it('may have a way that nobody knows where the engine asks for a certificate', () => {
  const { ways, counted } = judged(withInterfaces(['eth1'], { engine: { warnings: [] } }));

  expect(ways).toEqual([]);
  expect(counted).toMatchObject({ open: expect.stringContaining('the interface eth1') });
});

it('is in the one that it was given since', () => {
  const { reach, ways } = judged(
    withInterfaces(undefined, {
      container: {
        ...{ networkNamespace, networks: ['net'] },
        networkAddresses: [{ network: 'net', own: ['192.0.2.9'], gateways: ['192.0.2.1'] }],
      },
    }),
  );

  expect(reach.closed).not.toContainEqual(expect.objectContaining({ what: 'any network' }));
  expect(ways.map(({ certainty }) => certainty)).not.toEqual([]);
});

it('takes whoever joined its network along', () => {
  const assessment = withInterfaces(['eth1'], {
    otherContainers: [
      { id: 'other', name: 'other', networkNamespace: joinedNamespace('shared', name) },
    ],
  });

  expect(judged(assessment, 'other').reach).toMatchObject({
    closed: [],
    unknown: [{ what: 'every network' }],
  });
});

it('may be in any network where its interfaces were not read', () => {
  const why = expect.stringContaining('which interfaces its network has was not read: no answer');
  const { reach, ways, surface } = judged(withInterfaces(unread('no answer')));

  expect(reach).toMatchObject({ closed: [], unknown: [{ what: 'every network', reason: why }] });
  expect(surface).toEqual({ state: 'unread', reason: why });
  expect(ways.map(({ certainty }) => certainty)).toEqual(['unproven']);
});

it.each([
  ['alone', alone, 'unread'],
  ['on a bridge', { networks: ['net'] }, 'read'],
])('is told by itself where it joined one that stopped and was %s', (_how, joined, state) => {
  const assessment = withInterfaces(['eth1'], {
    container: { networkNamespace: joinedNamespace('shared', 'owner'), networks: [] },
    otherContainers: [{ id: 'owner', name: 'owner', state: 'exited', pid: null, ...joined }],
  });
  const { reach, surface } = judged(assessment);

  expect(surface).toMatchObject({ state });
  expect(reach?.unknown.map(({ what }) => what)).toEqual(state === 'read' ? [] : ['every network']);
});
