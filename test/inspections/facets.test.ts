import { assess } from '../../src/assessment/assess.ts';
import { observeContainers } from '../../src/inspections/facets.ts';
import { port } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';

/** The facets that facts alone decide of the ordinary container, on a host whose networks and swarm were not read. */
function facetsOf(container: Partial<ContainerFacts>) {
  const notRead = unread<never>('no manager');
  const snapshot = { ...exampleSnapshot({ container }), swarm: notRead, networks: notRead };
  if (snapshot.containers.state === 'unread') throw new Error('an example has containers');
  const [own] = observeContainers(snapshot.containers.value.read, [], [], assess(snapshot));
  return { facets: own?.facets, unverifiedFacets: own?.unverifiedFacets };
}

const ofSwarm = { swarmService: 'shop', networks: ['ingress'] };

it('leaves open whether a container is published whose swarm was not read', () => {
  expect(facetsOf({})).toEqual({ facets: [], unverifiedFacets: [] });
  expect(facetsOf(ofSwarm)).toEqual({ facets: ['unverified'], unverifiedFacets: ['published'] });
  expect(facetsOf({ ...ofSwarm, ports: [port('0.0.0.0', 80)] })).toEqual({
    facets: ['published'],
    unverifiedFacets: [],
  });
});
