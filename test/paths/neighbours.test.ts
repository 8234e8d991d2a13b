import { assess } from '../../src/assessment/assess.ts';
import { buildGraph } from '../../src/paths/build-graph.ts';
import {
  hostNamespace,
  joinedNamespace,
  network,
  port,
  privileged,
  running,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { DaemonSettings } from '../../src/snapshot/facts/host-files.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import { attackPaths } from '../support/attack-paths.ts';
import { namespaceIds, withEach } from '../support/example-processes.ts';

const root = { user: { declared: '', uid: 0, reason: null } };

/** How sure the way is that leads from the public port of `web` into the privileged `agent`; null for none. */
function wayInto(...asked: Parameters<typeof assessed>): string | null {
  const { paths } = attackPaths(assessed(...asked));
  const way = paths.find(({ startsFromPublicPort }) => startsFromPublicPort);
  return way?.certainty ?? null;
}

function assessed(
  agent: Partial<ContainerFacts>,
  { owner = {}, isOpen = true, processes = [], hasFirewall }: Setting = {},
) {
  const snapshot = exampleSnapshot({
    container: { ports: [port('0.0.0.0', 80)], networks: ['lan'] },
    otherContainers: [
      { id: 'c0ffee0000d1', name: 'agent', ...root, ...privileged, ...agent },
      { id: 'c0ffee0000d2', name: 'owner', networks: ['lan'], ...owner },
    ],
    networks: [network('lan', { allowsInterContainerTraffic: isOpen })],
    processes,
    ...(hasFirewall ? { hostFiles: { settings: hasFirewall } } : {}),
  });
  return assess(snapshot);
}

interface Setting {
  owner?: Partial<ContainerFacts>;
  isOpen?: boolean;
  processes?: NonNullable<ExampleHost['processes']>;
  hasFirewall?: Reading<DaemonSettings>;
}

const joined = (name: string) => ({
  networkNamespace: joinedNamespace('shared', name),
  networks: [],
});
const alone = { networkNamespace: { mode: 'none', resolved: 'private' as const, via: [] } };

it.each<[string, Partial<ContainerFacts>, Setting]>([
  ['in a network', { networks: ['lan'] }, {}],
  ['in that of one that it joined', joined('owner'), {}],
])('a neighbour %s is a way by a weakness in it', (_title, agent, setting) => {
  expect(wayInto(agent, setting)).toBe('conditional');
});

it.each<[string, Partial<ContainerFacts>, Setting]>([
  ['in another network', { networks: ['other'] }, {}],
  ['in a network that keeps its members apart', { networks: ['lan'] }, { isOpen: false }],
  ['in that of one in another', joined('owner'), { owner: { networks: ['other'] } }],
  ['in that of one that does not run', joined('owner'), { owner: { state: 'exited', pid: null } }],
  ['without any network', { ...alone, networks: ['none'] }, {}],
])('a neighbour %s is none', (_title, agent, setting) => {
  expect(wayInto(agent, setting)).toBeNull();
});

const exposing = { exposedPorts: [{ containerPort: 80, protocol: 'tcp' }] };

it.each<[string, Partial<ContainerFacts>, Partial<ContainerFacts>, boolean, string | null]>([
  ['to it', { linkedTo: ['agent'] }, exposing, true, 'conditional'],
  ['to it, which exposes nothing,', { linkedTo: ['agent'] }, {}, true, null],
  ['from it', exposing, { linkedTo: ['web'] }, true, 'conditional'],
  ['from it to what exposes nothing', {}, { linkedTo: ['web'] }, true, null],
  ['to another', { linkedTo: ['gone'] }, {}, true, null],
  ['where a link is no more than a name', { linkedTo: ['agent'] }, exposing, false, null],
  [
    'to one that is elsewhere',
    { linkedTo: ['agent'] },
    { networks: ['other'], ...exposing },
    true,
    null,
  ],
])('a link of old %s leads past what keeps members apart', (_title, web, agent, isDefault, way) => {
  const networks = ['bridge'];
  const { paths } = attackPaths(
    assess(
      exampleSnapshot({
        container: { ports: [port('0.0.0.0', 80)], networks, ...web },
        otherContainers: [{ name: 'agent', networks, ...root, ...privileged, ...agent }],
        networks: [
          network('bridge', { isDefaultBridge: isDefault, allowsInterContainerTraffic: false }),
        ],
      }),
    ),
  );

  expect(paths.find((one) => one.startsFromPublicPort)?.certainty ?? null).toBe(way);
});

it.each<[string, Setting]>([
  ['keeps its members apart', { isOpen: false }],
  ['is none', { owner: { ...alone, networks: ['none'] } }],
])('who shares the namespace of a container reaches it where its network %s', (_title, setting) => {
  const { edges } = buildGraph(assessed(joined('owner'), setting));
  const steps = edges.filter(({ from, to }) => [from.name, to.name].includes('network of owner'));

  expect(steps.map(({ from, to }) => `${from.name} → ${to.name}`).sort()).toEqual([
    'agent → network of owner',
    'network of owner → agent',
    'network of owner → owner',
    'owner → network of owner',
  ]);
});

it('who shares the namespace reaches it whether or not its network keeps its members apart', () => {
  const { edges } = buildGraph(
    assessed(joined('owner'), { isOpen: false, hasFirewall: unread('needs evidence level files') }),
  );
  const conditions = edges
    .filter(({ from, to }) => from.name === 'network of owner' && to.name === 'agent')
    .map((edge) => edge.conditions.length);

  expect(conditions).toEqual([1]);
});

it.each(['pasta', 'slirp4netns'])('who has %s for a network shares it with nobody', (name) => {
  const { snapshot } = assessed({ networks: [name] }, { owner: { networks: [name] } });
  const { edges } = buildGraph(assess({ ...snapshot, networks: read([network('lan')]) }));

  expect(edges.filter(({ to }) => to.name === `network ${name}`)).toEqual([]);
});

it('who joined a container in the network of the host is in no network of containers', () => {
  const networkNamespace = { mode: 'container:owner', resolved: 'host' as const, via: ['owner'] };
  const owner = { networkNamespace: hostNamespace, networks: ['host'] };
  const { edges } = buildGraph(assessed({ networkNamespace, networks: [] }, { owner }));
  const into = edges.filter(({ from, to }) => from.name === 'agent' && to.kind === 'network');

  expect(into.map(({ to }) => to.name)).toEqual(['networks that the host is in']);
});

describe('who is on the network of the host', () => {
  const onHost = { networkNamespace: hostNamespace, networks: ['host'] };
  const stepsOf = (
    owner: Partial<ContainerFacts>,
    lan: Partial<NetworkFacts>,
    agent: Partial<ContainerFacts> = onHost,
  ) => {
    const { snapshot } = assessed(agent, { owner });
    const networks = read([network('lan', lan)]);
    return buildGraph(assess({ ...snapshot, networks })).edges.flatMap(
      ({ from, to, says, conditions }) =>
        from.kind === 'network' || to.kind === 'network'
          ? [`${from.name} → ${to.name}: ${says} (${conditions.length})`]
          : [],
    );
  };
  const [away, host] = ['networks that the host is in', "the host's own network"];

  it('reaches members of each bridge, who reach it, whether or not they are kept apart', () => {
    const found = stepsOf({ networks: ['lan'] }, { allowsInterContainerTraffic: false });

    expect(found).toEqual(
      expect.arrayContaining([
        `agent → ${away}: is on the host's network (0)`,
        `${away} → owner: reaches owner through the network lan (1)`,
        `owner → ${host}: reaches the host through the network lan (0)`,
        `${host} → agent: reaches agent (1)`,
      ]),
    );
  });

  it('may be reached where nobody knows that it is there', () => {
    const astray = { networkNamespace: joinedNamespace('unknown'), networks: [] };

    expect(stepsOf({ networks: ['lan'] }, {}, astray)).toContain(
      `${host} → agent: may reach agent (2)`,
    );
  });

  it('reaches nobody where the host has no address, and may where that is not known', () => {
    const without = stepsOf({ networks: ['lan'] }, { isInternal: true, isWithoutHost: true });

    expect(without.filter((step) => /the host/.test(step))).toEqual([]);
    expect(stepsOf({ networks: ['lan'] }, { driver: 'macvlan' })).toContain(
      `${away} → owner: may reach owner through the network lan (2)`,
    );
  });
});

it('who joined a container that was started anew since is in no network', () => {
  const processIn = (containerId: string, pid: number, own: number) =>
    withEach(running(['sh', pid]), () => ({
      ...{ pid, namespaces: { ...namespaceIds, network: own } },
    })).map((list) => ({ ...list, containerId }));
  const certainty = (own: number) =>
    wayInto(
      { ...joined('owner'), pid: 11 },
      {
        owner: { pid: 12 },
        processes: [...processIn('c0ffee0000d1', 11, own), ...processIn('c0ffee0000d2', 12, 6)],
      },
    );

  expect(certainty(6)).toBe('conditional');
  expect(certainty(66)).toBeNull();
});
