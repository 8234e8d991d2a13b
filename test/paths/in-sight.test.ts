import { assess } from '../../src/assessment/assess.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import {
  bind,
  capabilities,
  hostNamespace,
  joinedNamespace,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';

// Who sees the processes of the host sees those of every container, of which a hundred are named.

type Differences = Partial<ContainerFacts>;

const ordinary: Differences = {
  ...capabilities([]),
  ...{ networks: [], user: { declared: '', uid: 0, reason: null } },
};
const proc = { mounts: [bind('/proc', { isWritable: false })] };
const inHost = { pidNamespace: hostNamespace };

/** Names of containers that the first reaches by their processes beside `count` ordinary ones, and what it does not know. */
function reachOf(facts: Differences, count: number) {
  const snapshot = exampleSnapshot({
    container: { ...ordinary, ...facts },
    otherContainers: Array.from({ length: count }, (_, index) => ({
      ...{ ...ordinary, id: `c${index}`, name: `service-${index}` },
    })),
  });
  if (snapshot.containers.state === 'unread') throw new Error(snapshot.containers.reason);
  const all = snapshot.containers.value.read;
  const [self] = all;
  if (!self) throw new Error('there is none');
  const { targets, unknown } = reachFrom(self, all, reachFacts(assess(snapshot)));
  return {
    names: targets.flatMap(({ name, through }) => (through.kind === 'processes' ? [name] : [])),
    gaps: unknown.filter(({ what }) => what === 'other containers whose processes it sees'),
  };
}

it.each<[string, Differences]>([
  ['by a mount of /proc', proc],
  ['in the PID namespace', inHost],
  ['with a capability that takes over all', { ...inHost, ...capabilities(['CAP_SYS_PTRACE']) }],
])('says how many are not named %s', (_title, facts) => {
  const { names, gaps } = reachOf(facts, 130);

  expect(new Set(names).size).toBe(100);
  expect(gaps).toEqual([expect.objectContaining({ reason: expect.stringContaining('30 more') })]);
  expect(reachOf(facts, 3).gaps).toEqual([]);
});

/** All in the PID namespace of the first, as root that may trace. */
function sharing(count: number) {
  const tracing: Differences = { ...ordinary, ...capabilities(['CAP_SYS_PTRACE']) };
  const snapshot = exampleSnapshot({
    container: { ...tracing, id: 'first', name: 'first' },
    otherContainers: Array.from({ length: count - 1 }, (_, index) => ({
      ...{ ...tracing, id: `c${index}`, name: `service-${index}` },
      pidNamespace: joinedNamespace('shared', 'first'),
    })),
  });
  return reachFacts(assess(snapshot)).held;
}

it('says how many are not named of those whose PID namespace it shares', () => {
  for (const { steps, moreInSight } of sharing(131)) {
    expect(steps.length + (moreInSight ?? 0)).toBe(130);
    expect(steps.length).toBeLessThanOrEqual(100);
  }
});

it('names a few for each where hundreds see each other', () => {
  const held = sharing(400);

  expect(held.reduce((sum, { steps }) => sum + steps.length, 0)).toBeLessThanOrEqual(2_000);
  for (const { steps, moreInSight } of held) {
    expect(steps.length).toBeGreaterThan(3);
    expect(steps.length + (moreInSight ?? 0)).toBe(399);
  }
});

it('names each once', () => {
  const { names } = reachOf({ ...proc, ...inHost }, 3);

  expect(names.toSorted()).toEqual(['service-0', 'service-1', 'service-2']);
});
