import { assess } from '../../src/assessment/assess.ts';
import { assessHost } from '../../src/posture/assess-host.ts';
import {
  bind,
  hostNamespace,
  joinedNamespace,
  network,
  port,
  privileged,
} from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import { withSettings } from '../../src/rules/example-host-files.ts';
import { leftOut, type Reading, read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { NamespaceListeners } from '../../src/snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { attackPaths } from '../support/attack-paths.ts';

// A privileged container with an engine of its own, as for building images: who reaches its API without a certificate
// starts privileged containers in it.

const root = { user: { declared: '', uid: 0, reason: null } };
const INNER = 'c0ffee0000d1';

interface Setting {
  port?: number;
  isOpen?: boolean;
  networks?: string[];
  hasFirewall?: boolean;
  dind?: Partial<ContainerFacts>;
  build?: Partial<NetworkFacts>;
  version?: string;
  warnings?: string[];
  others?: Partial<ContainerFacts>[];
}

/** How sure the best way of `web` is, beside such a container that listens there; null for none. */
function pathOf(
  web: Partial<ContainerFacts>,
  address: string | null,
  {
    port: listening = 2375,
    isOpen = true,
    networks = ['build'],
    hasFirewall = true,
    dind = {},
    build = {},
    version = '27.3.1',
    warnings = [],
    others = [],
  }: Setting = {},
) {
  const snapshot = exampleSnapshot({
    container: { networks, ...web },
    otherContainers: [
      { id: INNER, name: 'dind', networks, ...root, ...privileged, ...dind },
      ...others,
    ],
    networks: [
      network('build', { allowsInterContainerTraffic: isOpen, ...build }),
      network('open', { gateways: ['10.9.0.1'] }),
      network('lan', { driver: 'macvlan', hasDummyParent: true }),
      network('wide', { driver: 'macvlan' }),
      network('shut', { isInternal: true, gateways: ['10.8.0.1'] }),
      network('shut6', { isInternal: true, hasIpv6: true, gateways: ['10.7.0.1'] }),
    ],
    engine: { version, warnings },
    ...withSettings({ managesIptables: hasFirewall }),
  });
  const protocol = 'tcp' as const;
  const family = 'ipv4' as const;
  const sockets = address === null ? [] : [{ protocol, family, address, port: listening }];
  const { takenAt: readAt } = snapshot;
  const facts = read({ readAt, sockets });
  const containers = [INNER, 'c0ffee000001'].map((containerId) => ({
    containerId,
    facts: containerId === INNER || web.networkNamespace ? facts : read({ readAt, sockets: [] }),
  }));
  const listeners = read({ containers, notes: [] });
  const { paths } = attackPaths(assess({ ...snapshot, listeners }));
  return paths.find(({ through }) => through?.[0] === 'c0ffee000001') ?? null;
}

const wayOf = (...asked: Parameters<typeof pathOf>) => pathOf(...asked)?.certainty ?? null;

const joined = { networkNamespace: joinedNamespace('shared', 'dind'), networks: [] };

it.each<[string, Partial<ContainerFacts>, string | null, string | null]>([
  ['in its network', {}, '0.0.0.0', 'unproven'],
  ['in its network, by its loopback address', {}, '127.0.0.1', null],
  ['in its network, where nothing listens', {}, null, null],
  ['in another network', { networks: ['other'] }, '0.0.0.0', null],
  ['in its network namespace', joined, '127.0.0.1', 'unproven'],
  ['in its network namespace, where nothing listens', joined, null, null],
])('is a way for who is %s', (_where, web, address, certainty) => {
  expect(wayOf(web, address)).toBe(certainty);
});

it('is none where members are kept apart', () => {
  expect(wayOf({}, '0.0.0.0', { isOpen: false })).toBeNull();
  expect(wayOf({}, '0.0.0.0', { isOpen: false, hasFirewall: false })).toBe('unproven');
});

it('is one by a link of old, for sure to a port that is exposed', () => {
  const build = { isDefaultBridge: true };
  const conditionsOf = (web: Partial<ContainerFacts>, dind: Partial<ContainerFacts>) =>
    pathOf(web, '0.0.0.0', { isOpen: false, build, dind })?.steps.find(({ says }) =>
      says.includes('port 2375'),
    )?.conditions;
  const exposed = { exposedPorts: [{ containerPort: 2375, protocol: 'tcp' }] };
  const [answers, unsure] = ['an engine answers there', 'a link opens port 2375'].map(
    (text) => `${text} (unknown)`,
  );

  expect(conditionsOf({ linkedTo: ['dind'] }, exposed)).toEqual([answers]);
  expect(conditionsOf({ linkedTo: ['dind'] }, {})).toBeUndefined();
  expect(conditionsOf(exposed, { linkedTo: ['web'] })).toEqual([unsure, answers]);
  expect(conditionsOf({}, { ...exposed, linkedTo: ['web'] })).toBeUndefined();
  expect(conditionsOf({ linkedTo: ['other'] }, exposed)).toBeUndefined();
  // Elsewhere a link is a name.
  expect(wayOf({ linkedTo: ['dind'] }, '0.0.0.0', { isOpen: false })).toBeNull();
});

it('is one by IPv6 where the engine makes no rules of that family by itself', () => {
  const asked = { isOpen: false, build: { hasIpv6: true } };

  expect(wayOf({}, '0.0.0.0', { ...asked, version: '26.1.5' })).toBe('unproven');
  expect(wayOf({}, '0.0.0.0', { ...asked, version: '27.3.1' })).toBeNull();
});

it('is one through any network that they have in common', () => {
  const networks = ['build', 'none', 'open'];

  expect(wayOf({}, '0.0.0.0', { isOpen: false, networks })).toBe('unproven');
  expect(wayOf({}, '0.0.0.0', { isOpen: false, networks: ['build', 'none'] })).toBeNull();
});

it('says that the engine may be another’s where a network namespace is shared', () => {
  const [alone, shared] = [pathOf({}, '0.0.0.0'), pathOf(joined, '0.0.0.0')].map((path) =>
    path?.steps.find(({ says }) => says.includes('port 2375')),
  );

  expect(alone?.says).toContain('port 2375 of dind');
  expect(alone?.conditions).toEqual(['an engine answers there (unknown)']);
  expect(shared?.says).toContain('port 2375 in the network of dind');
  expect(shared?.conditions).toContain('it is one of dind (unknown)');
});

const stepOf = (...asked: Parameters<typeof pathOf>) =>
  pathOf(...asked)?.steps.find(({ says }) => /^(reaches|may reach) port/.test(says));

it.each([
  [10250, 'a kubelet', 'it asks for no certificate or token (unknown)'],
  [1234, 'BuildKit', 'privileged builds are allowed there (unknown)'],
])('may be one on port %d, where nobody knows what is asked for', (port, program, condition) => {
  expect(wayOf({}, '0.0.0.0', { port })).toBe('unproven');
  expect(stepOf({}, '0.0.0.0', { port })?.conditions).toEqual([
    `${program} answers there (unknown)`,
    condition,
  ]);
});

it('is none through a port that by custom asks for a certificate', () => {
  expect(wayOf({}, '0.0.0.0', { port: 2376 })).toBeNull();
});

it.each([10250, 1234])(
  'is none through port %d of what neither is privileged nor manages engines',
  (port) => {
    const debugged = { isPrivileged: false, mounts: [bind('/etc')] };

    expect(wayOf({}, '0.0.0.0', { port, dind: debugged })).toBeNull();
    expect(wayOf({}, '0.0.0.0', { port: 2375, dind: debugged })).toBe('unproven');
  },
);

it('is one through the agent of Portainer, and none through a port of which others use the number', () => {
  const agent = { mounts: [bind('/run/docker.sock')] };

  expect(wayOf({}, '0.0.0.0', { port: 9001, dind: agent })).toBe('unproven');
  expect(wayOf({}, '0.0.0.0', { port: 9001 })).toBeNull();
  // A person has a password.
  expect(wayOf({}, '0.0.0.0', { port: 9443, dind: agent })).toBeNull();
});

describe('for who is on the network of the host', () => {
  const onHost = { networkNamespace: hostNamespace, networks: ['host'] };
  /** What the way by the engine hangs on; null where there is none. */
  const conditionsOf = (address: string, setting: Setting = {}, web = onHost) =>
    stepOf(web, address, setting)?.conditions ?? null;
  const answers = 'an engine answers there (unknown)';

  it('is one at its address on a bridge, whoever is kept apart there', () => {
    expect(conditionsOf('0.0.0.0')).toEqual([answers]);
    expect(conditionsOf('0.0.0.0', { isOpen: false })).toEqual([answers]);
    expect(stepOf(onHost, '0.0.0.0')?.says).toBe(
      'reaches port 2375 of dind through the network build from that of the host',
    );
    expect(conditionsOf('127.0.0.1')).toBeNull();
  });

  it('is none where the host has no address, and open where nobody knows', () => {
    const apart = { driver: 'macvlan', hasDummyParent: true as const };
    expect(conditionsOf('0.0.0.0', { build: apart })).toBeNull();
    // An internal one lacks a route alone.
    expect(conditionsOf('0.0.0.0', { build: { driver: 'macvlan', isInternal: true } })).toContain(
      'the host reaches the network build (unknown)',
    );
    expect(
      conditionsOf('0.0.0.0', { build: { isInternal: true, isWithoutHost: true } }),
    ).toBeNull();
    // A router may lead from the host into the network of its interface.
    for (const [driver, name] of [
      ['overlay', 'docker_gwbridge'],
      ['macvlan', 'build'],
    ] as const) {
      expect(conditionsOf('0.0.0.0', { build: { driver } })).toContain(
        `the host reaches the network ${name} (unknown)`,
      );
      expect(stepOf(onHost, '0.0.0.0', { build: { driver } })?.says).toMatch(/^may reach port/);
    }
    const astray = { networkNamespace: joinedNamespace('unknown'), networks: [] };
    expect(conditionsOf('0.0.0.0', {}, astray)).toContain(
      "its network namespace is the host's (unknown)",
    );
  });
});

const hostNetwork = { networkNamespace: hostNamespace, networks: ['host'] };
const nobody = { declared: '1000', uid: 1000, reason: null };

describe('on the host', () => {
  const published = (hostIp: string) => ({
    dind: { ports: [{ ...port(hostIp, 12375), containerPort: 2375 }] },
  });
  const apart = { networks: ['open'] };
  const answers = 'an engine answers there (unknown)';

  it('is one by a published port, through every network that leads to the host', () => {
    const step = stepOf(apart, '0.0.0.0', published('0.0.0.0'));

    expect(step?.says).toBe(
      'reaches port 2375 of dind through port 12375 of the host, at 10.9.0.1 in the network open',
    );
    expect(step?.conditions).toEqual([answers]);
    // Members that are kept apart reach the host.
    expect(wayOf({}, '0.0.0.0', { ...published(''), isOpen: false })).toBe('unproven');
  });

  it('may be one from a macvlan, if a router leads to the host', () => {
    const step = stepOf({ networks: ['wide'] }, '0.0.0.0', published('0.0.0.0'));

    expect(step?.says).toMatch(/^may reach port 2375 of dind/);
    expect(step?.conditions).toContain('the network wide leads to the host (unknown)');
  });

  it('is none by a published port from an internal network, unless the engine leaves the firewall alone', () => {
    const shut = { networks: ['shut'] };

    expect(stepOf(shut, '0.0.0.0', published('0.0.0.0'))).toBeUndefined();
    expect(
      stepOf(shut, '0.0.0.0', { ...published('0.0.0.0'), hasFirewall: false })?.says,
    ).toContain('at 10.8.0.1 in the network shut');
  });

  it('may be one by it where an internal network hides what is published by rules of IPv4 alone', () => {
    const [without, both] = ['26.1.5', '27.3.1'].map((version) =>
      stepOf({ networks: ['shut6'] }, '0.0.0.0', { ...published('0.0.0.0'), version }),
    );

    expect(without?.says).toMatch(/^may reach port 2375/);
    expect(both).toBeUndefined();
  });

  it('is one at another address where another in its network namespace sets a route', () => {
    const web = { networkNamespace: joinedNamespace('shared', 'vpn'), networks: [] };
    const wayWith = (capability: string) => {
      const vpn = { id: 'c0ffee0000d2', name: 'vpn', networks: ['shut'] };
      const others = [{ ...vpn, configuredCapabilities: [capability] }];
      return stepOf(web, '192.0.2.1', { dind: hostNetwork, others })?.conditions;
    };

    expect(wayWith('CAP_NET_ADMIN')).toContain('vpn, in the same network namespace, sets a route');
    expect(wayWith('CAP_CHOWN')).toBeUndefined();
  });

  it('is one at another address of the host for who can set a route out of an internal network', () => {
    const setting = { dind: hostNetwork };
    const [without, asRoot, asUser] = [
      { networks: ['shut'] },
      { networks: ['shut'], configuredCapabilities: ['CAP_NET_ADMIN'], ...root },
      { networks: ['shut'], configuredCapabilities: ['CAP_NET_ADMIN'], user: nobody },
    ].map((web) => stepOf(web, '192.0.2.1', setting)?.conditions);

    expect(without).toBeUndefined();
    expect(asRoot).toEqual([answers, 'it is one of dind (unknown)']);
    expect(asUser).toContain('a hole in the kernel, since no-new-privileges holds its user down');
  });

  it.each<[string, Partial<ContainerFacts>, string, Setting]>([
    ['bound to the loopback address', apart, '0.0.0.0', published('127.0.0.1')],
    ['in front of a loopback address', apart, '127.0.0.1', published('0.0.0.0')],
    ['without a network that leads there', { networks: ['lan'] }, '0.0.0.0', published('0.0.0.0')],
    ['of another program', apart, '0.0.0.0', { dind: { ports: [port('0.0.0.0', 2375)] } }],
  ])('is none by a port that is %s', (_title, web, address, setting) => {
    expect(wayOf(web, address, setting)).toBeNull();
  });

  it('is one by a published port on the loopback address for who is on its network', () => {
    const onHost = { networkNamespace: hostNamespace, networks: ['host'] };
    const setting = { ...published('127.0.0.1'), build: { driver: 'macvlan' } };

    expect(stepOf(onHost, '0.0.0.0', setting)?.says).toBe(
      'reaches port 2375 of dind through port 12375 of the host',
    );
  });

  const dind = hostNetwork;

  it('is one in its own network, where it may be another’s', () => {
    const step = stepOf(apart, '0.0.0.0', { dind });

    expect(step?.says).toBe(
      'reaches port 2375 in the network of dind through port 2375 of the host, at 10.9.0.1 in the network open',
    );
    expect(step?.conditions).toEqual([answers, 'it is one of dind (unknown)']);
    expect(wayOf(apart, '127.0.0.1', { dind })).toBeNull();
    expect(wayOf(dind, '127.0.0.1', { dind })).toBe('unproven');
  });

  it('is none of it where the host’s port is one that is published for another container', () => {
    const others = [
      { id: 'c0ffee0000d2', name: 'proxy', networks: ['lan'], ports: [port('0.0.0.0', 2375)] },
    ];

    expect(stepOf(apart, '0.0.0.0', { dind, others })).toBeUndefined();
    expect(stepOf(dind, '0.0.0.0', { dind, others })).toBeUndefined();
  });

  it.each<[string, number, Partial<ContainerFacts>, string]>([
    ['BuildKit', 1234, {}, 'privileged builds are allowed there (unknown)'],
    ['a kubelet', 10250, {}, 'it asks for no certificate or token (unknown)'],
    [
      'an agent of Portainer',
      9001,
      { isPrivileged: false, mounts: [bind('/run/docker.sock')] },
      'it asks for no signature (unknown)',
    ],
  ])('is one by %s there too', (program, port, facts, condition) => {
    const step = stepOf(apart, '0.0.0.0', { dind: { ...dind, ...facts }, port });

    expect(step?.conditions).toEqual([
      `${program} answers there (unknown)`,
      condition,
      'it is one of dind (unknown)',
    ]);
  });

  it('may be one where nobody knows whether its network is that of the host', () => {
    const lost = { networkNamespace: joinedNamespace('unknown'), networks: [] };

    expect(stepOf(apart, '0.0.0.0', { dind: lost })?.conditions).toContain(
      "the network namespace of dind is the host's (unknown)",
    );
  });

  it('is none by the API of the engine itself, nor by a number that other programs use', () => {
    const warnings = ['WARNING: API is accessible on http://0.0.0.0:2375 without encryption.'];

    expect(stepOf(apart, '0.0.0.0', { dind, warnings })).toBeUndefined();
    const debugged = { ...dind, isPrivileged: false, mounts: [bind('/etc')] };
    expect(wayOf(apart, '0.0.0.0', { dind: debugged, port: 1234 })).toBeNull();
    expect(wayOf(apart, '0.0.0.0', { dind, port: 9001 })).toBeNull();
  });
});

describe('what listens in a container that may run an engine and was not read', () => {
  /** Why a way of `web` may hide. */
  function openOf(
    web: Partial<ContainerFacts>,
    listeners: Snapshot['listeners'],
    dind: Partial<ContainerFacts> = privileged,
  ) {
    const snapshot = exampleSnapshot({
      container: { networks: ['build'], ...web },
      otherContainers: [{ id: INNER, name: 'dind', networks: ['build'], ...root, ...dind }],
      networks: [network('build')],
    });
    const { waysByContainer = [] } = assessHost([], [], assess({ ...snapshot, listeners }));
    return waysByContainer.find(({ id }) => id === 'c0ffee000001')?.open ?? null;
  }
  const told = (facts: Reading<NamespaceListeners>) =>
    read({ containers: [{ containerId: INNER, facts }], notes: [] });
  const gone = unread<NamespaceListeners>('its process was another');
  const reason = 'whether an engine is reached in dind was not read: its process was another';

  it('leaves that open also where it would be reached through the host', () => {
    const ports = [{ ...port('0.0.0.0', 12375), containerPort: 2375 }];
    const apart = { networks: ['other'] };
    const onHost = { networkNamespace: hostNamespace, networks: ['host'] };

    expect(openOf(apart, told(gone), { ...privileged, ports })).toBe(reason);
    expect(openOf(apart, told(gone), { ...privileged, ...onHost })).toBe(reason);
    // It was read through another container, or through none.
    const readThere = read({ readAt: '2026-01-02T00:00:00Z', sockets: [] });
    const listeners = read({
      containers: [{ containerId: INNER, facts: gone }],
      host: readThere,
      notes: [],
    });
    expect(openOf(apart, listeners, { ...privileged, ...onHost })).toBeNull();
  });

  it('leaves open whether who would reach it has a way', () => {
    expect(openOf({}, told(gone))).toBe(reason);
    expect(openOf(joined, told(gone))).toBe(reason);
    expect(openOf({}, unread('its process was another'))).toBe(reason);
    // A proxy of the engine.
    expect(openOf({}, told(gone), { mounts: [bind('/run/docker.sock')] })).toBe(reason);
  });

  it.each<[string, Parameters<typeof openOf>]>([
    ['in another network', [{ networks: ['other'] }, told(gone)]],
    [
      'beside one that holds other things of the host',
      [{}, told(gone), { mounts: [bind('/etc')] }],
    ],
    ['where it was read', [{}, told(read({ readAt: '2026-01-02T00:00:00Z', sockets: [] }))]],
    ['at a level that reads none', [{}, leftOut('needs evidence level kernel')]],
  ])('says nothing of who is %s', (_title, asked) => {
    expect(openOf(...asked)).toBeNull();
  });
});
