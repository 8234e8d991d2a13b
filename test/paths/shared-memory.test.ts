import { assess } from '../../src/assessment/assess.ts';
import { bind, hostNamespace, joinedNamespace, port } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { attackPaths } from '../support/attack-paths.ts';

// Who is in one IPC namespace with another writes to its shared memory: neither is in a network here.

const alone: Partial<ContainerFacts> = {
  networks: [],
  user: { declared: '', uid: 0, reason: null },
};
const ofAgent = joinedNamespace('shared', 'agent');
const ofWeb = joinedNamespace('shared', 'web');

/** The ways of who comes in by the port of `web`, beside an agent that has the socket of the engine. */
const waysOf = (
  web: Partial<ContainerFacts>,
  agent: Partial<ContainerFacts> = {},
  others: readonly Partial<ContainerFacts>[] = [],
) =>
  attackPaths(
    assess(
      exampleSnapshot({
        container: { ...alone, name: 'web', ports: [port('0.0.0.0', 80)], ...web },
        otherContainers: [
          { name: 'agent', ...alone, mounts: [bind('/run/docker.sock')], ...agent },
          ...others,
        ],
      }),
    ),
  ).paths.filter(({ through }) => through?.[0] === 'c0ffee000001');

it.each<[string, Parameters<typeof waysOf>]>([
  ['that it joined', [{ ipcNamespace: ofAgent }]],
  ['that was joined', [{}, { ipcNamespace: ofWeb }]],
  [
    'that both joined',
    [
      { ipcNamespace: joinedNamespace('shared', 'db') },
      { ipcNamespace: joinedNamespace('shared', 'db') },
    ],
  ],
])('leads into another container by the shared memory %s', (_title, [web, agent, others]) => {
  const [path, ...more] = waysOf(web, agent, others);

  expect(more).toEqual([]);
  expect(path?.certainty).toBe('conditional');
  expect(path?.sentence).toMatch(/writes to the shared memory of \w+, and/);
  expect(path?.sentence).toContain('a weakness in agent that what is written to');
});

it.each<[string, Parameters<typeof waysOf>]>([
  ['has its own', [{}]],
  ['joined another one', [{ ipcNamespace: joinedNamespace('shared', 'db') }]],
  ['does not run itself', [{ ipcNamespace: ofAgent, state: 'exited', pid: null }]],
  ['joined one that does not run', [{ ipcNamespace: ofAgent }, { state: 'exited', pid: null }]],
])('leads nowhere from who %s', (_title, [web, agent]) => {
  expect(waysOf(web, agent)).toEqual([]);
});

it('tells of the host’s alone as a way of its own', () => {
  const ways = waysOf({ ipcNamespace: hostNamespace }, { ipcNamespace: hostNamespace });

  expect(ways.map(({ steps }) => steps.at(-2)?.to.name)).toEqual(['IPC namespace']);
});
