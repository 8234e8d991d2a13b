import { assess } from '../../src/assessment/assess.ts';
import { buildGraph } from '../../src/paths/build-graph.ts';
import { reachFrom } from '../../src/paths/reach.ts';
import { type ReachFacts, reachFacts } from '../../src/paths/reach-facts.ts';
import {
  hostNamespace,
  joinedNamespace,
  network,
  port,
  privileged,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';

// Engines before 25 make several networks of one name, and a scan may lack the list of networks.

const [WEB, DB] = ['c0ffee000001', 'c0ffee0000d1'];
const root = { user: { declared: '', uid: 0, reason: null } };

/** A container in a network named `lan`, of an id that the engine told or did not. */
const inLan = (
  id: string | null,
  networkIds = id === null ? {} : { networkIds: [{ network: 'lan', id }] },
) => ({
  networks: ['lan'],
  networkAddresses: [{ network: 'lan', own: ['10.0.0.2'], gateways: ['10.0.0.1'] }],
  ...networkIds,
});

const shut = network('lan', { id: 'shut', allowsInterContainerTraffic: false });
const open = network('lan', { id: 'open' });

interface Setting {
  web: Partial<ContainerFacts>;
  db?: Partial<ContainerFacts>;
  networks: Snapshot['networks'];
  api?: string;
}

function snapshotOf({ web, db = {}, networks, api }: Setting): Snapshot {
  const sockets = [
    { protocol: 'tcp' as const, family: 'ipv4' as const, address: '0.0.0.0', port: 2375 },
  ];
  const warnings = api ? [`WARNING: API is accessible on http://${api} without encryption.`] : [];
  const facts = read({ readAt: '2026-01-02T00:00:00Z', sockets });
  const containers = [WEB, DB].map((containerId) => ({ containerId, facts }));
  return {
    ...exampleSnapshot({
      container: web,
      otherContainers: [{ id: DB, name: 'db', ...root, ...privileged, ...db }],
      engine: { warnings },
    }),
    networks,
    listeners: read({ containers, notes: [] }),
  };
}

function reach(setting: Setting, managesIptables = true, more: Partial<ReachFacts> = {}) {
  const snapshot = snapshotOf(setting);
  const all = snapshot.containers.state === 'read' ? snapshot.containers.value.read : [];
  const [self] = all;
  if (!self) throw new Error('the example has no container');
  const facts = { ...reachFacts(assess(snapshot)), managesIptables: read(managesIptables) };
  const told = { ...facts, ...more };
  return reachFrom(self, all, told);
}

/** How sure `web` is to reach `db` through their networks. */
const reached = (...asked: Parameters<typeof reach>) =>
  reach(...asked).targets.flatMap(({ name, through, certainty }) =>
    name === 'db' && through.kind === 'network' ? [certainty] : [],
  );

/** How sure the way of `web` into `db` is that leads through its engine. */
const wayOf = (setting: Setting) =>
  attackPaths(assess(snapshotOf(setting))).paths.find(
    ({ through, steps }) => through?.[0] === WEB && steps.some(({ says }) => says.includes('2375')),
  )?.certainty ?? null;

describe('of two networks with one name', () => {
  it.each<[string, string | null, string | null, string[], string | null]>([
    ['the open one leads to a neighbour', 'open', 'open', ['measured'], 'unproven'],
    ['the closed one leads to none', 'shut', 'shut', [], null],
    ['each leads to its own members alone', 'open', 'shut', [], null],
    ['nobody knows which leads to whom where no id is told', null, null, ['unknown'], 'unproven'],
  ])('%s', (_title, web, db, certainties, way) => {
    for (const networks of [
      [shut, open],
      [open, shut],
    ]) {
      const setting = { web: inLan(web), db: inLan(db), networks: read(networks) };

      expect(reached(setting)).toEqual(certainties);
      expect(wayOf(setting)).toBe(way);
    }
  });

  it('that of the container alone leads to the host', () => {
    const away = network('lan', { id: 'away', isInternal: true, isWithoutHost: true });
    const certainties = (id: string) =>
      attackPaths(
        assess(snapshotOf({ web: inLan(id), networks: read([away, open]), api: '0.0.0.0:2375' })),
      ).paths.flatMap(({ container, certainty }) => (container === 'web' ? [certainty] : []));

    expect(certainties('open')).toContain('direct');
    expect(certainties('away')).not.toContain('direct');
  });
});

describe('where the list of networks was not read', () => {
  const networks = unread<NetworkFacts[]>('the engine did not answer');

  it('the API of the engine may be reached through each of them', () => {
    const setting = { web: inLan(null), networks };
    const ways = (api: string) =>
      attackPaths(assess(snapshotOf({ ...setting, api }))).paths.filter(({ steps }) =>
        steps.some(({ conditions }) =>
          conditions.includes('the network lan leads to the host (unknown)'),
        ),
      );

    expect(ways('0.0.0.0:2375').map(({ certainty }) => certainty)).toContain('unproven');
    expect(ways('127.0.0.1:2375')).toEqual([]);
  });

  it('nobody knows what else is reached', () => {
    const { closed, unknown } = reach({ web: inLan(null), db: { networks: ['other'] }, networks });

    expect(closed).toEqual([]);
    expect(unknown).toContainEqual({
      what: '1 container on other networks',
      reason: 'the engine did not answer',
    });
  });
});

it.each<[string, Partial<NetworkFacts>, Partial<NetworkFacts>, string]>([
  ['its own driver is another', { driver: 'macvlan' }, {}, 'the driver macvlan'],
  ['that of the other is another', {}, { driver: 'weave' }, 'the driver weave'],
  ['others may be on the bridge of the other', {}, { mayLackHost: true }, 'the bridge of other'],
  ['somebody made the bridge of the other', {}, { mayHoldOthers: true }, 'the bridge of other'],
  ['the other is internal beside the host', {}, { driver: 'macvlan', isInternal: true }, 'macvlan'],
  ['the engine does not protect the other', {}, { isUnprotected: true }, 'filters nothing'],
])('members of another network are not kept away where %s', (_title, own, theirs, reason) => {
  const networks = read([network('lan', own), network('other', theirs)]);
  const { closed, unknown } = reach({ web: inLan(null), db: { networks: ['other'] }, networks });

  expect(closed.filter(({ what }) => what.includes('other networks'))).toEqual([]);
  expect(unknown.find(({ what }) => what === '1 container on other networks')?.reason).toContain(
    reason,
  );
});

it('ports that a member of a routed network publishes may be reached from another network', () => {
  const networks = read([network('lan'), network('other', { isRouted: 'whole' })]);
  const beside = (ports: ContainerFacts['ports']) =>
    reach({ web: inLan(null), db: { networks: ['other'], ports }, networks });

  expect(beside([port('0.0.0.0', 80)]).unknown).toContainEqual({
    what: '1 container on other networks',
    reason: expect.stringContaining('members of other publish are open at their own addresses'),
  });
  expect(beside([]).closed.map(({ what }) => what)).toContain('1 container on other networks');
});

it.each<[string, Partial<NetworkFacts>, string[], string]>([
  ['a bridge', {}, ['measured'], ''],
  ['one in which it has no address', { isInternal: true, isWithoutHost: true }, [], ''],
  ['a macvlan', { driver: 'macvlan' }, [], 'the driver macvlan connects with the host'],
  ['an internal macvlan', { driver: 'macvlan', isInternal: true }, [], 'the driver macvlan'],
  ['a bridge that is left to others', { mayLackHost: true }, [], 'whether somebody else did'],
  ['an overlay', { driver: 'overlay' }, [], ''],
])('the host reaches members of %s or not', (_title, facts, certainties, reason) => {
  const web = { networkNamespace: hostNamespace, networks: ['host'] };
  const found = reach({ web, db: inLan(null), networks: read([network('lan', facts)]) });
  const ofDb = found.targets.filter(
    ({ name, through }) => name === 'db' && through.kind === 'route',
  );

  expect(ofDb.map(({ certainty }) => certainty)).toEqual(certainties);
  expect(found.unknown.find(({ what }) => what === 'members of lan')?.reason ?? '').toContain(
    reason,
  );
});

describe('an overlay', () => {
  const lan = (facts: Partial<NetworkFacts> = {}) =>
    network('lan', { driver: 'overlay', gateways: ['10.0.0.1'], ...facts });

  it('leads to the host at no address that its own list names, and nowhere as an internal one', () => {
    const stepsTo = (networks: NetworkFacts[]) => {
      const web = { ...inLan(null), networkAddresses: [] };
      const api = '0.0.0.0:2375';
      const { edges } = buildGraph(assess(snapshotOf({ web, networks: read(networks), api })));
      return edges.flatMap(({ from, to, says }) =>
        from.name === 'web' && to.kind === 'engine-api' ? [says] : [],
      );
    };

    const wayOut = network('docker_gwbridge', { gateways: ['172.18.0.1'] });
    expect(stepsTo([lan(), wayOut])).toEqual([
      "reaches the engine's API at 172.18.0.1 through the network docker_gwbridge",
    ]);
    expect(stepsTo([lan()])).toEqual([
      "may reach the engine's API at an address of the host through the network docker_gwbridge",
    ]);
    expect(stepsTo([lan({ isInternal: true }), wayOut])).toEqual([]);
  });

  it('has members who leave by a bridge of the host, at an address there that nobody told, where the engine makes no rules', () => {
    const other = network('other', { driver: 'overlay' });
    const wayOut = network('docker_gwbridge', { allowsInterContainerTraffic: false });
    const setting = { web: inLan(null), db: { ...inLan(null), networks: ['other'] } };
    const toOther = (facts: Partial<NetworkFacts>, manages: boolean) =>
      reach({ ...setting, networks: read([open, { ...other, ...facts }, wayOut]) }, manages);
    const byRoute = toOther({}, false).targets.filter(({ through }) => through.kind === 'route');

    expect(byRoute.map(({ name, certainty, address }) => [name, certainty, address])).toEqual([
      ['db', 'unknown', null],
    ]);
    for (const { closed } of [toOther({}, true), toOther({ isInternal: true }, false)]) {
      expect(closed.map(({ what }) => what)).toContain('1 container on other networks');
    }
    const bridge = network('other');
    const routed = reach({ ...setting, networks: read([open, bridge]) }, false).targets;
    expect(routed.map(({ through }) => through.kind)).toContain('route');
  });
});

describe('a network beside the host', () => {
  const from = (facts: Partial<NetworkFacts>) =>
    reach({ web: inLan(null), networks: read([network('lan', facts)]) });

  it('leads to other machines, and to the host by a router, as an internal one too', () => {
    const { targets, unknown, closed } = from({ driver: 'macvlan', isInternal: true });

    expect(targets.map(({ kind }) => kind)).toContain('outside');
    expect(unknown.map(({ what }) => what)).toContain('the host through lan');
    expect(closed).toEqual([]);
  });

  it('leads nowhere on an interface that does not', () => {
    const { targets, unknown, closed } = from({ driver: 'ipvlan', hasDummyParent: true });

    expect(targets.map(({ kind }) => kind)).not.toContain('outside');
    expect(unknown.map(({ what }) => what)).not.toContain('other machines');
    expect(closed).toEqual(
      expect.arrayContaining([
        { what: 'other machines', because: 'none of its networks leads out of the host' },
        { what: 'the host through lan', because: 'the host has no address in lan' },
      ]),
    );
  });
});

it('takes the gateway of a bridge that somebody else made for no address of the host', () => {
  const networkAddresses = [{ network: 'lan', own: ['10.0.0.2'], gateways: ['10.0.0.254'] }];
  const toRouter = (facts: Partial<NetworkFacts>) => {
    const networks = read([network('lan', { gateways: ['10.0.0.1'], isInternal: true, ...facts })]);
    const setting = { web: { ...inLan(null), networkAddresses }, networks, api: '10.0.0.254:2375' };
    return buildGraph(assess(snapshotOf(setting))).edges.filter(
      ({ from, to }) => from.name === 'web' && to.kind === 'engine-api',
    );
  };

  expect(toRouter({})).toHaveLength(1);
  expect(toRouter({ mayHoldOthers: true })).toEqual([]);
});

describe('a bridge on which others may be', () => {
  const networks = (facts: Partial<NetworkFacts>) =>
    read([network('lan', { gateways: ['10.0.0.1'], mayLackHost: true, ...facts })]);
  const stepsTo = (api: string, facts: Partial<NetworkFacts>) => {
    const setting = { web: inLan(null), networks: networks(facts), api };
    const { edges } = buildGraph(assess(snapshotOf(setting)));
    return edges.flatMap(({ from, to, says }) =>
      from.name === 'web' && to.kind === 'engine-api' ? [says] : [],
    );
  };

  it('may lead to other machines as an internal one', () => {
    const found = reach({ web: inLan(null), networks: networks({ isInternal: true }) });

    expect(found.unknown).toContainEqual({
      what: 'other machines',
      reason: expect.stringContaining('the engine may give the host no address in lan'),
    });
  });

  it('may lead to the host, of which its way out is no address, and to no other address as an internal one', () => {
    expect(stepsTo('0.0.0.0:2375', {})).toEqual([
      "may reach the engine's API at an address of the host through the network lan",
    ]);
    expect(stepsTo('198.51.100.1:2375', {})).toHaveLength(1);
    expect(stepsTo('198.51.100.1:2375', { isInternal: true })).toEqual([]);
  });
});

it('the API of the engine is reached by a route that another in the network namespace sets', () => {
  const conditionsWith = (db: Partial<ContainerFacts>) => {
    const web = { networkNamespace: joinedNamespace('shared', 'db'), networks: [] };
    const networks = read([network('lan', { isInternal: true })]);
    const setting = { web, db: { ...inLan(null), isPrivileged: false, ...db }, networks };
    const { edges } = buildGraph(assess(snapshotOf({ ...setting, api: '198.51.100.1:2375' })));
    return edges.flatMap(({ from, to, conditions }) =>
      from.name === 'web' && to.kind === 'engine-api' ? [conditions.map(({ text }) => text)] : [],
    );
  };

  expect(conditionsWith({ configuredCapabilities: ['CAP_NET_ADMIN'] })).toEqual([
    ['db, in the same network namespace, sets a route'],
  ]);
  expect(conditionsWith({ configuredCapabilities: [] })).toEqual([]);
});

describe('a port that is published for another, from an internal network', () => {
  const meets = (
    facts: Partial<NetworkFacts>,
    db: Partial<ContainerFacts>,
    more: Partial<ReachFacts>,
  ) => {
    const networks = read([
      network('lan', { isInternal: true, gateways: ['10.0.0.1'], ...facts }),
      network('other'),
    ]);
    const web = inLan(null);
    const { targets, closed } = reach(
      { web, db: { networks: ['other'], ...db }, networks },
      true,
      more,
    );
    const reasons = targets.flatMap(({ kind, reason }) => (kind === 'published' ? [reason] : []));
    return { reasons, isClosed: closed.some(({ what }) => /^ports of the host/.test(what)) };
  };
  const published = { ...port('0.0.0.0', 8080), containerPort: 2375 };

  it('is hidden by rules of each family that the network has', () => {
    const ports = { ports: [published] };
    const alone = { managesIp6tables: read(false) };

    expect(meets({}, ports, alone)).toEqual({ reasons: [], isClosed: true });
    expect(meets({ hasIpv6: true }, ports, { managesIp6tables: read(true) }).isClosed).toBe(true);
    expect(meets({ hasIpv6: true }, ports, alone)).toEqual({
      reasons: ['an internal network hides them by rules of IPv4 alone'],
      isClosed: false,
    });
    expect(meets({ hasIpv6: true }, ports, { managesIp6tables: unread('no files') })).toEqual({
      reasons: ['no files'],
      isClosed: false,
    });
  });

  it('may be hidden from a network without masquerading, where the engine manages the firewall', () => {
    const ports = { ports: [published] };
    const unmasked = { isInternal: false, isUnmasked: true } as const;
    const reasons = (more: Partial<ReachFacts>) => meets(unmasked, ports, more).reasons;

    expect(reasons({})).toEqual([expect.stringContaining('without masquerading')]);
    expect(reasons({ managesIptables: read(false) })).toEqual([null]);
  });

  it('may be let in where a swarm publishes it', () => {
    const ingress = [{ containerId: DB, ports: read([published]) }];

    expect(meets({}, {}, { ingress })).toEqual({
      reasons: [expect.stringContaining('rules of the swarm may let in')],
      isClosed: false,
    });
  });
});

it('who may have another way out may answer what the host routes into its internal network', () => {
  const meets = (wide: NetworkFacts) => {
    const networks = read([network('lan'), network('other', { isInternal: true }), wide]);
    const db = { networks: ['other', 'wide'], isPrivileged: false, configuredCapabilities: [] };
    const found = reach({ web: inLan(null), db, networks }, false);
    return [found.unknown, found.closed].map((told) =>
      JSON.stringify(told).includes('lead out nowhere') ? 'closed' : JSON.stringify(told),
    );
  };
  const [unknown, closed] = meets(network('wide', { driver: 'macvlan' }));

  expect(unknown).toContain('whether another of their networks leads out');
  expect(closed).not.toBe('closed');
  expect(meets(network('wide', { driver: 'macvlan', hasDummyParent: true }))[1]).toBe('closed');
});
