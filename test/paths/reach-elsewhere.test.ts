import { assess } from '../../src/assessment/assess.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import { execsFound, hostNamespace, running } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';

const ids = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };
const HOSTS = 66;

/** Processes of a container in these networks, its main one first. */
const inNetworks = (...networks: number[]) =>
  running(...networks.map((_, index): [string, number] => [`tool${index}`, 1000])).map((entry) => {
    if (entry.facts.state === 'unread') throw new Error('an example has processes');
    const all = entry.facts.value.map((one, index) => ({
      ...one,
      namespaces: { ...ids, network: networks[index] ?? ids.network },
    }));
    return { ...entry, facts: read(all) };
  });

/** What a container without a network reaches, beside one on the host's, with a process in this network. */
function reachWith(network: number, state: 'running' | 'exited' = 'running') {
  const networkNamespace = { mode: 'none', resolved: 'private' as const, via: [] };
  const example: ExampleHost = {
    container: { networkNamespace, networks: ['none'], state },
    otherContainers: [{ id: 'other', pid: 4242, networkNamespace: hostNamespace }],
    processes: [
      ...inNetworks(ids.network, network),
      ...inNetworks(HOSTS).map((entry) => ({ ...entry, containerId: 'other' })),
    ],
    execs: execsFound(),
  };
  const assessment = assess(exampleSnapshot(example));
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
    { what: 'every network', reason: expect.stringContaining('is in another one') },
  ]);
  expect(closed).toEqual([]);
});

it('would have no network if it were started again', () => {
  expect(reachWith(HOSTS, 'exited').closed).toEqual(nowhere);
});
