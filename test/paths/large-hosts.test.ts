import { assess } from '../../src/assessment/assess.ts';
import { buildGraph } from '../../src/paths/build-graph.ts';
import { graphOf } from '../../src/paths/graph.ts';
import { waysInto } from '../../src/paths/ways.ts';
import {
  bind,
  capabilities,
  joinedNamespace,
  namedVolume,
  network,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import { growthOf } from '../support/growth.ts';

const CONTAINERS = 80;

/** All take over each other, as root, and the one whose processes they share holds this. */
function looksPerStep(held: Partial<ContainerFacts>): { looks: number; ways: number } {
  const root = { user: { declared: '', uid: 0, reason: null } };
  const joins = { ...root, ...capabilities(['CAP_SYS_PTRACE']) };
  const pidNamespace = joinedNamespace('shared', 'owner');
  const { host, edges } = buildGraph(
    assess(
      exampleSnapshot({
        container: { ...root, ...held, name: 'owner' },
        otherContainers: Array.from({ length: CONTAINERS }, (_, index) => ({
          ...joins,
          pidNamespace,
          id: `c${index}`,
          name: `service-${index}`,
        })),
      }),
    ),
  );
  let looks = 0;
  const counted = edges.map((edge) => ({
    ...edge,
    get to() {
      looks += 1;
      return edge.to;
    },
  }));
  const ways = waysInto(graphOf(host, counted, new Map())).length;
  return { looks: looks / edges.length, ways };
}

describe('where every container takes over every other one', () => {
  it('a step is looked at a few times for all their ways, and not for each of them', () => {
    const { looks, ways } = looksPerStep({ mounts: [bind('/run/docker.sock')] });

    expect(ways).toBe(CONTAINERS + 1);
    expect(looks).toBeLessThan(20);
  });

  it('nobody searches where nothing of the host is held', () => {
    const { looks, ways } = looksPerStep({});

    expect(ways).toBe(0);
    expect(looks).toBeLessThan(20);
  });
});

it('who may run engines in a network that keeps its members apart is not looked for by each of them', () => {
  let looks = 0;
  const kept = network('bridge', { allowsInterContainerTraffic: false });
  const counted = Object.defineProperty(kept, 'isDefaultBridge', {
    get() {
      looks += 1;
      return true;
    },
  });
  const snapshot = exampleSnapshot({
    otherContainers: Array.from({ length: CONTAINERS }, (_, index) => ({
      ...{ id: `c${index}`, name: `build-${index}`, isPrivileged: true, networks: ['bridge'] },
      user: { declared: '', uid: 0, reason: null },
    })),
  });

  buildGraph(assess({ ...snapshot, networks: read([counted]) }));

  expect(looks / CONTAINERS).toBeLessThan(20);
});

it('paths of thousands of folders are not compared folder by folder', () => {
  const work = (folders: number) =>
    buildGraph(
      assess(
        exampleSnapshot({
          container: {
            mounts: Array.from({ length: 100 }, (_, index) =>
              bind(`/srv/${index}${'/a'.repeat(folders)}`),
            ),
          },
        }),
      ),
    );

  expect(growthOf(work, 1_000)).toBeLessThan(8);
});

it('where many with an engine of their own share one folder for its socket, some are named and the rest counted', () => {
  const inner = (index: number): Partial<ContainerFacts> => ({
    ...{ id: `c${index}`, name: `build-${index}`, isPrivileged: true },
    ...{ user: { declared: '', uid: 0, reason: null }, mounts: [namedVolume('s', '/run/docker')] },
  });
  const { edges } = buildGraph(
    assess(
      exampleSnapshot({
        container: inner(0),
        otherContainers: Array.from({ length: CONTAINERS }, (_, index) => inner(index + 1)),
      }),
    ),
  );
  const own = edges.filter(({ says, from }) => from.name === 'build-3' && /socket/.test(says));

  expect(own).toHaveLength(20);
  expect(own.filter(({ to }) => to.name === 'build-3')).toEqual([]);
  expect(own.at(-1)?.says).toMatch(
    /may have the socket of its own engine, and so may 60 more containers$/,
  );
});
