import fc from 'fast-check';
import { surfaceTotals } from '../../src/inspections/surface-totals.ts';
import {
  hostNamespace,
  joinedNamespace,
  network,
  port,
  service,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { type Reading, read, unread } from '../../src/shared/reading.ts';
import type {
  ContainerFacts,
  NetworkAddresses,
  PortFact,
} from '../../src/snapshot/facts/container.ts';
import type { EngineFacts } from '../../src/snapshot/facts/engine.ts';
import type { ListeningSocket, NamespaceListeners } from '../../src/snapshot/facts/listeners.ts';
import type { ProcessFacts } from '../../src/snapshot/facts/process.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { countPorts, type OutwardPort, outwardPorts } from '../../src/surface/outward-ports.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';
import { nobodyCame } from '../support/nobody-came.ts';

const web = 'c0ffee000001';
const other = 'c0ffee000100';
const at = '2026-01-02T00:00:01Z';
const needsKernel = 'needs evidence level kernel';

const socket = (written: string): ListeningSocket => {
  const [, protocol = 'tcp', address = '', digits] = /^(\w+) (.*):(\d+)$/.exec(written) ?? [];
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { protocol: protocol as 'tcp', family, address, port: Number(digits) };
};
const sockets = (...written: string[]): Reading<NamespaceListeners> =>
  read({ readAt: at, sockets: written.map(socket) });

/** The example's host with what was measured on it; nothing was where none is given. */
function snapshotOf(
  example: ExampleHost,
  listeners?: Record<string, Reading<NamespaceListeners>>,
): Snapshot {
  return {
    ...exampleSnapshot(example),
    listeners:
      listeners === undefined
        ? unread(needsKernel)
        : read({
            containers: Object.entries(listeners).map(([containerId, facts]) => ({
              containerId,
              facts,
            })),
            notes: [],
          }),
  };
}

function portsOf(snapshot: Snapshot, id = web): Reading<OutwardPort[]> | undefined {
  const found = outwardPorts(snapshot, nobodyCame);
  if (found.state === 'unread') throw new Error(found.reason);
  return found.value.get(id);
}

function listOf(snapshot: Snapshot, id = web): OutwardPort[] {
  const found = portsOf(snapshot, id);
  if (found?.state !== 'read') throw new Error(found?.reason);
  return found.value;
}

const inNetwork = (id: string, pid: number, network: number) => {
  const none = { pid: null, mount: null, user: null, ipc: null, uts: null, cgroup: null };
  const process: ProcessFacts = {
    pid,
    effectiveUid: 0,
    name: 'x',
    groups: null,
    label: null,
    namespaces: { ...none, network },
    threads: null,
    otherUids: null,
    capabilities: null,
    seccompMode: null,
  };
  return { containerId: id, facts: read([process]), isToldByContainer: false };
};

const published = (...ports: PortFact[]): Partial<ContainerFacts> => ({ state: 'running', ports });

describe('published ports', () => {
  it.each<[string, string, Partial<OutwardPort>]>([
    ['0.0.0.0', 'every address of IPv4', { scope: 'every-address', family: 'ipv4' }],
    ['::', 'every address of IPv6', { scope: 'every-address', family: 'ipv6' }],
    [
      '',
      'every address, of which family the engine does not tell',
      { scope: 'every-address', family: null },
    ],
    ['127.0.0.1', 'loopback', { scope: 'loopback', family: 'ipv4' }],
    ['127.0.0.53', 'loopback', { scope: 'loopback' }],
    ['::1', 'loopback', { scope: 'loopback', family: 'ipv6' }],
    ['192.0.2.7', 'one address', { scope: 'one-address' }],
    ['2001:db8::1', 'one address', { scope: 'one-address', family: 'ipv6' }],
    ['128.127.0.1', 'one address', { scope: 'one-address' }],
  ])('on %j are open on %s', (address, _words, expected) => {
    const [found] = listOf(snapshotOf({ container: published(port(address, 8000)) }));

    expect(found).toMatchObject({
      ...expected,
      address,
      hostPort: 8000,
      containerPort: 8080,
      via: 'published',
      through: [],
      listening: { state: 'unknown', reason: needsKernel },
      source: 'GET /containers/{id}/json',
    });
  });

  it.each<[string, Partial<ContainerFacts>, number]>([
    ['of a stopped container are not open', { ...published(port('', 1)), state: 'exited' }, 0],
    ['of one never started are not open', { ...published(port('', 1)), state: 'created' }, 0],
    ['of a paused one are open', { ...published(port('', 1)), state: 'paused' }, 1],
  ])('%s', (_case, container, count) => {
    expect(listOf(snapshotOf({ container }))).toHaveLength(count);
  });

  describe('that were asked for alone', () => {
    const asked = published({ ...port('', 1), isOpen: false });
    const inner = { ...asked, networks: ['inner'] };
    const why = 'its engine does not show whether 8080/tcp, which it asked for, is published';

    it('are not open where its networks publish nothing', () => {
      const networks = [network('inner', { isInternal: true })];
      expect(listOf(snapshotOf({ container: inner, networks }))).toEqual([]);
      expect(listOf(snapshotOf({ container: { ...asked, networks: [] } }))).toEqual([]);
    });

    it('are not known to be open or not in any other network, and leave those that are', () => {
      expect(portsOf(snapshotOf({ container: asked }))).toMatchObject({ reason: why });
      expect(portsOf(snapshotOf({ container: inner }))).toMatchObject({ reason: why });
      const ports = [...(asked.ports ?? []), port('', 2)];
      expect(listOf(snapshotOf({ container: { ...asked, ports } }))).toHaveLength(1);
    });
  });
});

describe('what listens behind a published port', () => {
  const container = published(port('0.0.0.0', 8000));
  const dead = (because: string) => ({
    state: 'dead',
    at,
    because: expect.stringContaining(because),
  });

  it.each<[string, Reading<NamespaceListeners>, object]>([
    ['everywhere', sockets('tcp 0.0.0.0:8080'), { state: 'listening', at }],
    ['everywhere by IPv6', sockets('tcp :::8080'), { state: 'listening', at }],
    ['on its own address', sockets('tcp 172.17.0.2:8080'), { state: 'listening', at }],
    [
      'inside and outside',
      sockets('tcp 127.0.0.1:8080', 'tcp 172.17.0.2:8080'),
      { state: 'listening', at },
    ],
    ['nobody', sockets(), dead('nothing listens on 8080/tcp')],
    ['another port', sockets('tcp 0.0.0.0:8000'), dead('nothing listens')],
    ['another protocol', sockets('udp 0.0.0.0:8080'), dead('nothing listens')],
    ['inside alone', sockets('tcp 127.0.0.1:8080'), dead('listens on 127.0.0.1 inside alone')],
    ['inside alone by IPv6', sockets('tcp ::1:8080'), dead('listens on ::1 inside alone')],
    ['a sandbox', unread('a sandbox'), { state: 'unknown', reason: 'a sandbox' }],
  ])('%s', (_case, listeners, expected) => {
    const [found] = listOf(snapshotOf({ container }, { [web]: listeners }));

    expect(found?.listening).toEqual(expected);
  });

  const of4 = { network: 'four', own: ['172.18.0.2'], gateways: [] };
  const of6 = { network: 'both', own: ['172.19.0.2', 'fd00::2'], gateways: [] };
  // Each as the proxy and the firewall of an engine with such networks were seen to do.
  it.each<[string, string, NetworkAddresses[], Partial<EngineFacts>, string, string]>([
    ['IPv6 leads to IPv4 without an own address', '::', [of4], {}, '0.0.0.0', 'listening'],
    ['IPv6 leads to IPv6 with one', '::', [of6], {}, '0.0.0.0', 'dead'],
    ['IPv6 leads to IPv6', '::', [of6], {}, 'fd00::2', 'listening'],
    ['IPv4 leads to IPv4', '0.0.0.0', [of6], {}, 'fd00::2', 'dead'],
    ['IPv4 is answered on all', '0.0.0.0', [of6], {}, '::', 'listening'],
    ['networks that differ', '::', [of4, of6], {}, '0.0.0.0', 'listening'],
    ['Podman', '::', [of6], { isPodman: true }, '0.0.0.0', 'listening'],
    ['a rootless engine', '::', [of6], { isRootless: true }, '0.0.0.0', 'listening'],
  ])('by the family: %s', (_case, address, networkAddresses, engine, inside, state) => {
    const own = { ...published(port(address, 8000)), networkAddresses };
    const listeners = { [web]: sockets(`tcp ${inside}:8080`) };
    const [found] = listOf(snapshotOf({ container: own, engine }, listeners));

    expect(found?.listening.state).toBe(state);
  });

  it('is unknown for SCTP and for what was not looked at', () => {
    const sctp: PortFact = { ...port('', 9), protocol: 'sctp' };
    const [found] = listOf(snapshotOf({ container: published(sctp) }, { [web]: sockets() }));

    expect(found?.listening.state).toBe('unknown');
    expect(listOf(snapshotOf({ container }, {}))[0]?.listening.state).toBe('unknown');
  });

  it('may be a sandbox that joined, which no table shows', () => {
    const joined = {
      name: 'guest',
      state: 'running',
      networkNamespace: joinedNamespace('shared', 'web'),
    } as const;
    const example = { container, otherContainers: [joined] };
    const listening = (own: Reading<NamespaceListeners>) =>
      listOf(snapshotOf(example, { [web]: own, [other]: unread('a sandbox') }))[0]?.listening;

    expect(listening(sockets())).toEqual({
      state: 'unknown',
      reason: 'guest is in the same network: a sandbox',
    });
    expect(listening(sockets('tcp 0.0.0.0:8080'))?.state).toBe('listening');
  });
});

describe('a container that joined the network of another', () => {
  const example = (difference: Partial<ContainerFacts> = {}): ExampleHost => ({
    container: { state: 'running', networkNamespace: joinedNamespace('shared', 'middle', 'owner') },
    otherContainers: [{ name: 'owner', ...published(port('0.0.0.0', 8000)), ...difference }],
  });

  it('has the ports of that one', () => {
    const listeners = { [web]: sockets('tcp :::8080'), [other]: sockets('tcp :::8080') };
    const [found] = listOf(snapshotOf(example(), listeners));

    expect(found).toMatchObject({
      via: 'joined',
      through: ['middle', 'owner'],
      hostPort: 8000,
      listening: { state: 'listening' },
    });
  });

  it('has none where that one does not run, or was started anew and has another network now', () => {
    const processes = [inNetwork(web, 1, 7), inNetwork(other, 2, 8)];
    const again = { ...example({ pid: 2 }), processes };
    again.container = { ...again.container, pid: 1 };

    expect(listOf(snapshotOf(example({ state: 'exited' })))).toEqual([]);
    expect(listOf(snapshotOf(again))).toEqual([]);
    const same = { ...again, processes: [inNetwork(web, 1, 7), inNetwork(other, 2, 7)] };
    expect(listOf(snapshotOf(same))).toHaveLength(1);
  });

  it('is unread where that one is', () => {
    const lost = { container: { networkNamespace: joinedNamespace('unknown', 'gone') } };
    const unlisted = { container: { networkNamespace: joinedNamespace('shared', 'gone') } };

    expect(portsOf(snapshotOf(lost))).toMatchObject({ reason: expect.stringContaining('found') });
    expect(portsOf(snapshotOf(unlisted))).toMatchObject({
      reason: expect.stringContaining('gone'),
    });
  });
});

describe('a container on the host’s network', () => {
  const example: ExampleHost = {
    container: { state: 'running', networkNamespace: hostNamespace },
    otherContainers: [published(port('0.0.0.0', 8000), port('::', 8000))],
  };

  it('faces outward with everything that listens there but the userland proxies', () => {
    const found = listOf(
      snapshotOf(example, {
        [web]: sockets('tcp 0.0.0.0:22', 'udp 127.0.0.1:53', 'tcp 0.0.0.0:8000', 'tcp :::8000'),
      }),
    );

    expect(
      found.map(({ via, protocol, hostPort, scope }) => [via, protocol, hostPort, scope]),
    ).toEqual([
      ['host-network', 'tcp', 22, 'every-address'],
      ['host-network', 'udp', 53, 'loopback'],
    ]);
    expect(found[0]).toMatchObject({ listening: { state: 'listening', at }, containerPort: 22 });
  });

  it('is unread, not closed, where nobody looked or the engine is rootless', () => {
    const listeners = { [web]: sockets('tcp 0.0.0.0:22') };

    expect(portsOf(snapshotOf(example))).toMatchObject({
      reason: expect.stringContaining(needsKernel),
    });
    expect(
      portsOf(snapshotOf({ ...example, engine: { isRootless: true } }, listeners)),
    ).toMatchObject({
      reason: expect.stringContaining('rootless'),
    });
  });

  it('is that of the machine for Podman of an ordinary user', () => {
    const engine = { isRootless: true, isPodman: true };
    const listeners = { [web]: sockets('tcp 0.0.0.0:22') };

    expect(listOf(snapshotOf({ ...example, engine }, listeners))).toMatchObject([
      { via: 'host-network', hostPort: 22 },
    ]);
  });
});

describe('a task of a swarm service', () => {
  const task = { ...published(port('0.0.0.0', 8081)), swarmService: 'shop', networks: ['mesh'] };
  const mesh = network('mesh', { driver: 'overlay', isIngress: true });
  const shop = service('shop', {
    ingressPorts: [{ protocol: 'tcp', hostPort: 8082, containerPort: 80 }],
  });
  const example: ExampleHost = {
    container: task,
    networks: [mesh],
    swarm: { isManager: true, services: [shop] },
  };

  it('is reached through its own ports and those that every node opens', () => {
    const found = listOf(snapshotOf(example, { [web]: sockets('tcp 0.0.0.0:80') }));

    expect(found).toMatchObject([
      { hostPort: 8081, listening: { state: 'dead' } },
      {
        hostPort: 8082,
        containerPort: 80,
        family: null,
        scope: 'every-address',
        via: 'published',
        source: 'GET /services',
        listening: { state: 'listening' },
      },
    ]);
  });

  it.each<[string, ExampleHost]>([
    ['a worker', { ...example, swarm: {} }],
    ['a manager that does not know it', { ...example, swarm: { isManager: true } }],
  ])('is unread on %s, not closed', (_case, given) => {
    expect(portsOf(snapshotOf(given))).toMatchObject({ reason: expect.stringContaining('shop') });
    expect(portsOf({ ...snapshotOf(given), swarm: unread('busy') })).toMatchObject({
      reason: expect.stringContaining('busy'),
    });
  });

  it('publishes nothing in the swarm without its network', () => {
    const apart = { ...example, container: { ...task, networks: ['other'] } };
    const unlisted = { ...snapshotOf(example), networks: unread<never>('busy') };

    expect(listOf(snapshotOf(apart))).toHaveLength(1);
    // Then any of its networks may be that one.
    expect(listOf(unlisted)).toHaveLength(2);
  });
});

describe('a container with an address of its own', () => {
  const container: Partial<ContainerFacts> = {
    state: 'running',
    networks: ['lan', 'backend'],
    networkAddresses: [
      { network: 'lan', own: ['192.0.2.8', '2001:db8::8'], gateways: [] },
      { network: 'backend', own: ['172.18.0.2'], gateways: [] },
    ],
  };
  const lan = (facts: Parameters<typeof network>[1]): ExampleHost => ({
    container,
    networks: [network('lan', facts), network('backend')],
  });
  const listeners = {
    [web]: sockets('tcp 127.0.0.1:1', 'tcp 172.18.0.2:2', 'tcp 0.0.0.0:3', 'tcp 192.0.2.8:4'),
  };

  it.each([
    ['macvlan', { driver: 'macvlan' }],
    ['ipvlan', { driver: 'ipvlan' }],
    ['macvlan without a way out', { driver: 'macvlan', isInternal: true }],
    ['a bridge that the engine does not protect', { isUnprotected: true }],
  ] as const)('faces outward in %s with all that listens there', (_name, facts) => {
    const found = listOf(snapshotOf(lan(facts), listeners));

    expect(found.map(({ address, hostPort }) => `${address}:${hostPort}`)).toEqual([
      '192.0.2.8:3',
      '192.0.2.8:4',
    ]);
    expect(found[0]).toMatchObject({ via: 'own-address', scope: 'one-address', through: [] });
    expect(found[0]?.listening).toEqual({ state: 'listening', at });
    expect(listOf(snapshotOf(lan(facts), { [web]: sockets('tcp :::5') }))).toHaveLength(2);
  });

  it('is unread, not closed, where nobody looked or knows the driver', () => {
    const [byDriver, unlooked] = [lan({ driver: 'weave' }), lan({ driver: 'macvlan' })];
    const bridges = [
      { mayLackHost: true },
      { mayLackHost: true, isInternal: true },
      { mayHoldOthers: true },
    ] as const;
    for (const bridge of bridges) {
      expect(portsOf(snapshotOf(lan(bridge), listeners))).toMatchObject({
        reason: expect.stringMatching(/what else is on (its bridge|it) was not read/),
      });
    }
    expect(portsOf(snapshotOf(unlooked))).toMatchObject({
      reason: expect.stringContaining(needsKernel),
    });
    expect(portsOf(snapshotOf(byDriver, listeners))).toMatchObject({
      reason: expect.stringContaining('weave'),
    });
    const unlisted = { ...snapshotOf({ container }, listeners), networks: unread('busy') };
    expect(portsOf(unlisted)).toMatchObject({ reason: expect.stringContaining('busy') });
    const partly = { ...unlisted, networks: read([network('backend')]) };
    expect(portsOf(partly)).toMatchObject({ reason: expect.stringContaining('in lan is not') });
  });

  // As Podman's API tells of it: the list of networks has `bridge`, the container is in `podman`.
  it('is closed in the default network of Podman, under whichever name', () => {
    const networks = read([network('bridge')]);
    const inPodman = { container: { ...container, networks: ['podman'] } };
    const there = snapshotOf({ ...inPodman, engine: { isPodman: true } }, listeners);
    expect(portsOf({ ...snapshotOf(inPodman, listeners), networks })).toMatchObject({
      reason: expect.stringContaining('in podman is not known'),
    });
    expect(listOf({ ...there, networks })).toEqual([]);
    expect(portsOf({ ...there, networks: read([network('backend')]) })).toEqual(
      portsOf({ ...there, networks }),
    );
  });

  it('hides no port that is known', () => {
    const both = { container: { ...container, ...published(port('', 8000)) } };
    expect(listOf({ ...snapshotOf(both), networks: unread('busy') })).toHaveLength(1);
  });

  it.each([
    ['a bridge', {}],
    ['macvlan on an interface that leads nowhere', { driver: 'macvlan', hasDummyParent: true }],
  ] as const)('is closed in %s', (_name, facts) => {
    expect(listOf(snapshotOf(lan(facts), listeners))).toEqual([]);
  });

  it('is told where its addresses are not', () => {
    const told = {
      ...lan({ driver: 'macvlan' }),
      container: { ...container, networkAddresses: [] },
    };
    expect(listOf(snapshotOf(told, { [web]: sockets('tcp 0.0.0.0:3') }))).toMatchObject([
      { address: '', scope: 'one-address', family: null },
    ]);
  });
});

it('is unread for a container that was not read, and as a whole where none was', () => {
  const snapshot = snapshotOf({});
  const missing = { id: 'c1', name: 'x', reason: 'busy' };

  expect(portsOf({ ...snapshot, containers: read({ read: [], unread: [missing] }) }, 'c1')).toEqual(
    unread('busy'),
  );
  expect(outwardPorts({ ...snapshot, containers: unread('no engine') }, nobodyCame)).toEqual(
    unread('no engine'),
  );
});

it('calls nothing dead or listening that was not measured, whatever the facts', () => {
  fc.assert(
    fc.property(arbitrarySnapshot, (snapshot) => {
      const found = outwardPorts(snapshot, nobodyCame);
      if (found.state === 'unread' || snapshot.containers.state === 'unread') {
        expect(snapshot.containers.state).toBe('unread');
        return;
      }
      const running = new Set(
        snapshot.containers.value.read
          .filter(({ state }) => state === 'running' || state === 'paused')
          .map(({ id }) => id),
      );
      for (const [id, ports] of found.value) {
        if (ports.state === 'unread') continue;
        const isKnown = ports.value.some(({ listening }) => listening.state !== 'unknown');
        if (isKnown) expect(snapshot.listeners.state).toBe('read');
        if (ports.value.length > 0) expect([...running]).toContain(id);
      }
    }),
  );
});

it('counts a port of both families once, and those of several addresses each', () => {
  const one = snapshotOf({ container: published(port('0.0.0.0', 8080), port('::', 8080)) });
  const several = snapshotOf({
    container: published(port('192.0.2.7', 80), port('192.0.2.8', 80), port('127.0.0.1', 80)),
  });

  expect(countPorts(listOf(one))).toBe(1);
  expect(countPorts(listOf(several))).toBe(3);
});

it('counts a port of a host once, whoever joined the network behind it', () => {
  const snapshot = snapshotOf({
    container: { state: 'running', networkNamespace: joinedNamespace('shared', 'owner') },
    otherContainers: [{ name: 'owner', ...published(port('0.0.0.0', 8000), port('::', 8000)) }],
  });
  const containers = [web, other].map((id) => ({
    ...{ host: 'web-1', name: id, id, state: 'running' as const },
    surface: { ports: read(listOf(snapshot, id)) },
  }));
  const host = { name: 'web-1', unread: null, lastGoodScanAt: at };
  const { ports } = surfaceTotals(
    host,
    containers as unknown as Parameters<typeof surfaceTotals>[1],
    () => ({ software: 0, severalVersions: 0 }),
  );

  expect(ports).toEqual({ count: 1, unknown: 0 });
});
