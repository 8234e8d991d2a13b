import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import { type ContainerReach, reachFrom } from '../../src/paths/reach.ts';
import { reachFacts } from '../../src/paths/reach-facts.ts';
import {
  bind,
  capabilities,
  hostNamespace,
  joinedNamespace,
  labelled,
  network,
  port,
  privileged,
  running,
} from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import { withoutSettings, withSettings } from '../../src/rules/example-host-files.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { ContainerFacts, MountFact } from '../../src/snapshot/facts/container.ts';
import type { ListeningSocket } from '../../src/snapshot/facts/listeners.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { arbitrarySnapshot } from '../support/arbitrary-snapshot.ts';

const web = 'c0ffee000001';
const db = 'c0ffee000100';
const needsKernel = 'needs evidence level kernel';

const socket = (written: string): ListeningSocket => {
  const [, protocol = 'tcp', address = '', digits] = /^(\w+) (.*):(\d+)$/.exec(written) ?? [];
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  return { protocol: protocol as 'tcp', family, address, port: Number(digits) };
};

type Listening = Record<string, string[] | string>;

interface Setting extends ExampleHost {
  /** Sockets by the id of a container, or why they are unread; nobody looked without it. */
  listening?: Listening;
  managesIptables?: boolean;
}

function listenersOf(listening: Listening | undefined): Snapshot['listeners'] {
  if (listening === undefined) return unread(needsKernel);
  return read({
    notes: [],
    containers: Object.entries(listening).map(([containerId, found]) => ({
      containerId,
      facts:
        typeof found === 'string'
          ? unread(found)
          : read({ readAt: '2026-01-02T00:00:01Z', sockets: found.map(socket) }),
    })),
  });
}

const at = (network: string, own: string, gateway = '10.0.0.1') => ({
  networks: [network],
  networkAddresses: [{ network, own: [own], gateways: [gateway] }],
});

/** `web` and `db` in the network lan, but for what is told. */
function reach({ listening, managesIptables = true, ...host }: Setting): ContainerReach {
  const snapshot = {
    ...exampleSnapshot({
      networks: [lan()],
      ...host,
      container: { ...at('lan', '10.0.0.2'), ...host.container },
      otherContainers: host.otherContainers ?? [{ name: 'db', ...at('lan', '10.0.0.3') }],
    }),
    listeners: listenersOf(listening),
  };
  const facts = { ...reachFacts(assess(snapshot)), managesIptables: read(managesIptables) };
  const { containers } = snapshot;
  if (containers.state === 'unread') throw new Error(containers.reason);
  const [self] = containers.value.read;
  if (!self) throw new Error('the example has no container');
  // As it comes back from the database.
  return reachFrom(self, containers.value.read, JSON.parse(JSON.stringify(facts)));
}

/** By which Docker lets members of overlays out. */
const wayOut = network('docker_gwbridge', {
  allowsInterContainerTraffic: false,
  gateways: ['172.18.0.1'],
});

const lan = (facts: Partial<NetworkFacts> = {}) =>
  network('lan', { gateways: ['10.0.0.1'], ...facts });

/** `measured container db 10.0.0.3:80/tcp network lan`. */
const linesOf = ({ targets }: ContainerReach): string[] =>
  targets.map(({ certainty, kind, name, address, port: number, protocol, through }) =>
    [
      `${certainty} ${kind} ${name}`,
      ...(address === null && number === null ? [] : [`${address}:${number}/${protocol}`]),
      `${through.kind} ${through.name}`,
    ].join(' '),
  );
const of = (kind: string, found: ContainerReach) =>
  linesOf(found).filter((line) => line.split(' ')[1] === kind);

describe('in a common network', () => {
  it('reaches what a neighbour listens on beyond its loopback address', () => {
    const sockets = ['tcp 0.0.0.0:80', 'tcp :::443', 'udp 10.0.0.3:53', 'tcp 127.0.0.1:5432'];
    const found = reach({ listening: { [web]: [], [db]: [...sockets, 'tcp 10.9.0.9:7'] } });

    expect(of('container', found)).toEqual([
      'measured container db 10.0.0.3:53/udp network lan',
      'measured container db 10.0.0.3:80/tcp network lan',
      'measured container db 10.0.0.3:443/tcp network lan',
    ]);
    expect(found.targets.find((one) => one.port === 80)?.evidence).toContainEqual({
      path: 'listening',
      value: '0.0.0.0:80/tcp',
      source: '/proc/PID/net/tcp',
    });
  });

  it('is let to `::` by IPv6 where both have it, since a program may keep IPv4 from it', () => {
    const own = [{ network: 'lan', own: ['10.0.0.3', 'fd00::3'], gateways: ['10.0.0.1'] }];
    const db = { name: 'db', networks: ['lan'], networkAddresses: own };
    const found = reach({
      otherContainers: [db],
      listening: { [web]: [], c0ffee000100: ['tcp :::80'] },
    });

    expect(of('container', found)).toEqual(['measured container db fd00::3:80/tcp network lan']);
  });

  it('tells one place once, and nothing of a neighbour that listens on nothing', () => {
    const both = reach({ listening: { [web]: [], [db]: ['tcp 0.0.0.0:80', 'tcp :::80'] } });

    expect(of('container', both)).toHaveLength(1);
    expect(of('container', reach({ listening: { [web]: [], [db]: [] } }))).toEqual([]);
  });

  it.each<[string, Setting, string]>([
    ['nobody looked', {}, needsKernel],
    ['it could not be read', { listening: { [db]: 'a sandbox' } }, 'a sandbox'],
    ['the scan left it out', { listening: {} }, 'the last scan did not look into its network'],
  ])('does not know what a neighbour listens on when %s', (_case, setting, reason) => {
    const [target] = reach(setting).targets.filter(({ kind }) => kind === 'container');

    expect(target).toMatchObject({ certainty: 'unknown', port: null, address: '10.0.0.3', reason });
  });

  it('names who shares the network of a neighbour, and what of them was not seen', () => {
    const proxy = { id: 'c0ffee000101', name: 'proxy', networks: [] };
    const found = reach({
      otherContainers: [
        { name: 'db', ...at('lan', '10.0.0.3') },
        { ...proxy, networkNamespace: joinedNamespace('shared', 'db') },
      ],
      listening: { [db]: ['tcp 0.0.0.0:80'], c0ffee000101: 'a sandbox' },
    });

    expect(of('container', found)).toEqual([
      'measured container db or proxy 10.0.0.3:80/tcp network lan',
      'unknown container db or proxy 10.0.0.3:null/null network lan',
    ]);
  });

  it.each<[string, Partial<NetworkFacts>, Partial<Setting>, string[], string]>([
    ['icc is off', { allowsInterContainerTraffic: false }, {}, [], 'enable_icc is false'],
    [
      'icc is off, by rules of one family alone',
      { allowsInterContainerTraffic: false, hasIpv6: true },
      withSettings({ managesIp6tables: false }),
      ['unknown'],
      '',
    ],
    [
      'icc is off, by rules of both families',
      { allowsInterContainerTraffic: false, hasIpv6: true },
      withSettings({ managesIptables: true, managesIp6tables: true }),
      [],
      'enable_icc is false',
    ],
    [
      'icc is off, and the kernel asks no rules of it',
      { allowsInterContainerTraffic: false },
      { engine: { warnings: ['WARNING: bridge-nf-call-iptables is disabled'] } },
      ['measured'],
      '',
    ],
    [
      'icc is off and the engine sets no rules',
      { allowsInterContainerTraffic: false },
      { managesIptables: false },
      ['measured'],
      '',
    ],
    [
      'icc is off in the default bridge, and files say that the engine sets no rules',
      { isDefaultBridge: true, allowsInterContainerTraffic: false },
      { managesIptables: false },
      [],
      'enable_icc is false',
    ],
    [
      'icc is off in the default bridge of an engine that looks at both families',
      { isDefaultBridge: true, allowsInterContainerTraffic: false, hasIpv6: true },
      { engine: { version: '27.0.1' }, ...withoutSettings },
      [],
      'enable_icc is false',
    ],
    [
      'icc is off in the default bridge of one that does not',
      { isDefaultBridge: true, allowsInterContainerTraffic: false, hasIpv6: true },
      { engine: { version: '26.1.5' }, ...withoutSettings },
      ['unknown'],
      '',
    ],
    ['it is internal', { isInternal: true }, {}, ['measured'], 'all of its networks are internal'],
    [
      'the host has no address in it',
      { isInternal: true, isWithoutHost: true },
      {},
      ['measured'],
      'the host has no address in lan',
    ],
    ['it is an overlay', { driver: 'overlay' }, {}, ['measured'], ''],
    [
      'it is that by which a swarm publishes',
      { driver: 'overlay', isIngress: true },
      {},
      [],
      'rules of the swarm keep its members apart',
    ],
    [
      'it is that, and the rules may go',
      { driver: 'overlay', isIngress: true },
      { container: capabilities(['CAP_NET_ADMIN']) },
      ['unknown'],
      '',
    ],
    ['it is a macvlan', { driver: 'macvlan' }, {}, ['measured'], ''],
    ['it is an ipvlan', { driver: 'ipvlan' }, {}, ['measured'], ''],
    [
      'it is a macvlan on an interface that leads nowhere',
      { driver: 'macvlan', hasDummyParent: true },
      {},
      ['measured'],
      'the host has no address in lan',
    ],
    ['its mode is private', { driver: 'macvlan', membersMode: 'private' }, {}, [], 'its mode is'],
    ['its mode may be private', { driver: 'ipvlan', membersMode: 'unknown' }, {}, ['unknown'], ''],
    ['its mode is vepa', { driver: 'macvlan', membersMode: 'vepa' }, {}, ['unknown'], ''],
    ['its driver is not known', { driver: 'weave' }, {}, ['unknown'], ''],
  ])('judges the network: %s', (_case, facts, setting, certainties, because) => {
    const found = reach({
      ...setting,
      networks: [lan(facts), wayOut],
      listening: { [web]: [], [db]: ['tcp 0.0.0.0:80'] },
    });
    const peers = found.targets.filter(({ kind }) => kind === 'container');

    expect(peers.map(({ certainty }) => certainty)).toEqual(certainties);
    expect(found.closed.map((one) => one.because).join()).toContain(because);
  });

  it('is let by a link of old to what is exposed, and maybe back', () => {
    const exposedPorts = [{ containerPort: 80, protocol: 'tcp' }];
    const shut = lan({ isDefaultBridge: true, allowsInterContainerTraffic: false });
    const found = (web: Partial<ContainerFacts>, db: Partial<ContainerFacts>) => {
      const others = [
        { name: 'db', exposedPorts, ...at('lan', '10.0.0.3'), ...db },
        { id: 'c0ffee000101', name: 'cache', ...at('lan', '10.0.0.4') },
      ];
      const ofDb = ['tcp 0.0.0.0:80', 'tcp 0.0.0.0:22'];
      const reached = reach({
        ...{ container: web, otherContainers: others, networks: [shut] },
        listening: { c0ffee000001: [], c0ffee000100: ofDb, c0ffee000101: [] },
      });
      const closed = reached.closed.filter(({ because }) => because.includes('enable_icc'));
      return [...of('container', reached), ...closed.map(({ what }) => what)];
    };

    const neither = ['2 other members of the network lan'];
    const udp = [{ containerPort: 80, protocol: 'udp' }];

    expect(found({ linkedTo: ['db'] }, {})).toEqual([
      'measured container db 10.0.0.3:80/tcp network lan',
      '1 other member of the network lan',
      'ports of db that it does not expose',
    ]);
    expect(found({ exposedPorts }, { linkedTo: ['web'] })).toEqual([
      'unknown container db 10.0.0.3:22/tcp network lan',
      'unknown container db 10.0.0.3:80/tcp network lan',
      '1 other member of the network lan',
    ]);
    // What is sent from a port of another protocol is no way back, and who exposes nothing is let nowhere.
    expect(found({ exposedPorts: udp }, { linkedTo: ['web'] })).toEqual([
      '1 other member of the network lan',
      'port 80/tcp of db',
      'port 22/tcp of db',
    ]);
    expect(found({}, { linkedTo: ['web'] })).toEqual(neither);
    expect(found({ linkedTo: ['db'] }, { exposedPorts: [] })).toEqual(neither);
    expect(found({}, {})).toEqual(neither);
  });

  it('does not know when the networks were not read', () => {
    const base = exampleSnapshot({
      otherContainers: [{ name: 'db', ...at('backend', '10.0.0.3') }],
    });
    const snapshot = {
      ...base,
      networks: unread('no answer'),
      listeners: listenersOf({ [db]: ['tcp 0.0.0.0:80'] }),
    };
    const { containers } = snapshot;
    const all = containers.state === 'read' ? containers.value.read : [];
    const found = reachFrom(all[0] as ContainerFacts, all, reachFacts(assess(snapshot)));

    expect(of('container', found)).toEqual([
      'unknown container db 10.0.0.3:80/tcp network backend',
    ]);
    expect(found.unknown.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['the host through backend', 'other machines']),
    );
  });

  it('knows members of an overlay on this node alone', () => {
    const found = reach({ networks: [lan({ driver: 'overlay' })] });

    expect(found.unknown.map(({ what }) => what)).toContain('members of lan on other nodes');
  });

  it.each<[string, NetworkFacts[], string[], string[]]>([
    [
      'by the bridge that Docker adds',
      [lan({ driver: 'overlay' }), wayOut],
      ['lan'],
      ['172.18.0.1'],
    ],
    [
      'not from an internal one',
      [lan({ driver: 'overlay', isInternal: true }), wayOut],
      ['lan'],
      [],
    ],
    [
      'by a bridge with a gateway of its own alone',
      [lan({ driver: 'overlay' }), network('own', { gateways: ['172.19.0.1'] }), wayOut],
      ['lan', 'own'],
      ['172.19.0.1'],
    ],
    [
      'beside an internal bridge',
      [
        lan({ driver: 'overlay' }),
        network('own', { isInternal: true, isWithoutHost: true }),
        wayOut,
      ],
      ['lan', 'own'],
      ['172.18.0.1'],
    ],
    [
      'nobody knows where, of a bridge that is not listed',
      [lan({ driver: 'overlay' })],
      ['lan'],
      [],
    ],
  ])('leaves an overlay for the host: %s', (_case, networks, names, addresses) => {
    const onHost = { networkNamespace: hostNamespace, networks: ['host'] };
    const found = reach({
      ...{ networks, container: { networks: names, networkAddresses: [] } },
      otherContainers: [{ id: db, name: 'db', ...onHost }],
      listening: { [db]: ['tcp 0.0.0.0:5599'] },
    });
    const ofHost = found.targets.filter(({ kind, port }) => kind === 'host' && port === 5599);
    const unclear = found.unknown.filter(({ what }) => /^the host through/.test(what));

    expect(ofHost.map(({ certainty, address }) => [certainty, address])).toEqual(
      addresses.map((address) => ['measured', address]),
    );
    expect(unclear.map(({ what }) => what)).toEqual(
      networks.length === 1 ? ['the host through docker_gwbridge'] : [],
    );
  });
});

describe('in a shared network namespace', () => {
  const joined = { networks: [], networkNamespace: joinedNamespace('shared', 'db') };

  it.each<[string, Setting]>([
    ['it joined', { container: joined }],
    [
      'another joined',
      {
        container: { name: 'db' },
        otherContainers: [{ name: 'web', ...joined }],
      },
    ],
  ])('reaches the loopback address when %s', (_case, setting) => {
    const sockets = ['tcp 127.0.0.1:5432', 'tcp 0.0.0.0:80', 'tcp :::80'];
    const found = reach({
      ...setting,
      container: { networks: [], networkAddresses: [], ...setting.container },
      listening: { [web]: sockets, [db]: sockets },
    });
    const other = setting.container?.name === 'db' ? 'web' : 'db';

    expect(of('container', found)).toEqual([
      `measured container ${other} 127.0.0.1:80/tcp namespace ${other}`,
      `measured container ${other} 127.0.0.1:5432/tcp namespace ${other}`,
    ]);
  });

  it('does not know in a sandbox, which has a loopback address of its own', () => {
    const sockets = ['tcp 127.0.0.1:5432'];
    const found = reach({
      container: { ...joined, networkAddresses: [], runtime: 'runsc' },
      listening: { [web]: sockets, [db]: sockets },
    });

    expect(of('container', found)).toEqual([
      'unknown container db 127.0.0.1:5432/tcp namespace db',
    ]);
  });

  it('is in the networks of who owns it', () => {
    const cache = { id: 'c0ffee000101', name: 'cache', ...at('lan', '10.0.0.4') };
    const found = reach({
      container: { ...joined, networkAddresses: [] },
      otherContainers: [{ name: 'db', ...at('lan', '10.0.0.3') }, cache],
      listening: { [web]: [], [db]: [], c0ffee000101: ['tcp 0.0.0.0:6379'] },
    });

    expect(of('container', found)).toEqual([
      'measured container cache 10.0.0.4:6379/tcp network lan',
    ]);
    expect(of('outside', found)).toHaveLength(1);
  });

  it.each<[string, Setting, string]>([
    [
      'the other does not run',
      { container: joined, otherContainers: [{ name: 'db', state: 'exited' }] },
      'db, whose network it joins, does not run',
    ],
    [
      'nobody knows whose it is',
      { container: { networks: [], networkNamespace: joinedNamespace('unknown', 'x') } },
      'cannot be found',
    ],
  ])('says so when %s', (_case, setting, reason) => {
    const { targets, unknown, closed } = reach(setting);

    expect(targets.filter(({ conditions }) => conditions.length === 0)).toEqual([]);
    expect(JSON.stringify([unknown, closed])).toContain(reason);
  });
});

describe('without a network', () => {
  const none = {
    networks: ['none'],
    networkAddresses: [],
    networkNamespace: { mode: 'none', resolved: 'private' as const, via: [] },
  };

  it('reaches nothing, and says why', () => {
    const { targets, unknown, closed } = reach({
      container: none,
      listening: { [db]: ['tcp 0.0.0.0:80'] },
    });

    expect({ targets, unknown, closed }).toEqual({
      targets: [],
      unknown: [],
      closed: [{ what: 'any network', because: 'it has none (--network none)' }],
    });
  });

  it('still reaches who shares its namespace', () => {
    const found = reach({
      container: none,
      otherContainers: [
        { name: 'db', networks: [], networkNamespace: joinedNamespace('shared', 'web') },
      ],
      listening: { [web]: ['tcp 127.0.0.1:80'], [db]: ['tcp 127.0.0.1:80'] },
    });

    expect(linesOf(found)).toEqual(['measured container db 127.0.0.1:80/tcp namespace db']);
  });
});

describe('the host', () => {
  const onHost = {
    id: 'c0ffee000109',
    name: 'agent',
    networks: ['host'],
    networkNamespace: hostNamespace,
  };
  const listening = {
    [web]: [],
    c0ffee000109: ['tcp 0.0.0.0:22', 'tcp 127.0.0.1:631', 'tcp 10.0.0.1:53', 'tcp 192.0.2.1:9000'],
  };

  it('is reached at its address in a network', () => {
    const found = reach({ otherContainers: [onHost], listening });

    expect(of('host', found)).toEqual([
      'measured host a program of the host or agent 10.0.0.1:22/tcp gateway lan',
      'measured host a program of the host or agent 10.0.0.1:53/tcp gateway lan',
      'measured host a program of the host or agent 192.0.2.1:9000/tcp gateway lan',
    ]);
  });

  it('is reached at that address alone from an internal network', () => {
    const found = reach({
      networks: [lan({ isInternal: true })],
      otherContainers: [onHost],
      listening,
    });

    expect(of('host', found).map((line) => line.split(' ').at(-3))).toEqual([
      '10.0.0.1:22/tcp',
      '10.0.0.1:53/tcp',
    ]);
    expect(of('outside', found)).toEqual([]);
  });

  it.each<[string, Partial<NetworkFacts>, string[]]>([
    ['10.0.0.1', {}, []],
    ['10.0.0.1', { untoldGateways: ['10.0.0.0/24'] }, ['10.0.0.1:53/tcp']],
    ['10.0.0.1', { untoldGateways: ['10.0.1.0/24', 'fd00::/64'] }, []],
    ['fd00::9', { untoldGateways: ['fd00::/64'] }, ['fd00::9:53/tcp']],
    ['fd00:0:0:1::1', { untoldGateways: ['fd00::/64'] }, []],
  ])('is reached at %s from an internal network with %j', (address, facts, expected) => {
    const container = { networkAddresses: [{ network: 'lan', own: ['10.0.0.2'], gateways: [] }] };
    const found = reach({
      container,
      networks: [lan({ gateways: [], isInternal: true, ...facts })],
      otherContainers: [onHost],
      listening: { [web]: [], c0ffee000109: [`tcp ${address}:53`] },
    });

    expect(of('host', found).map((line) => line.split(' ').at(-3))).toEqual(expected);
  });

  it('is reached by the families that the network carries', () => {
    const listening = { [web]: [], c0ffee000109: ['tcp fd00::9:53', 'tcp 192.0.2.1:54'] };
    const from = (hasIpv6: boolean) =>
      of('host', reach({ networks: [lan({ hasIpv6 })], otherContainers: [onHost], listening }));

    expect(from(false)).toHaveLength(1);
    expect(from(true)).toHaveLength(2);
  });

  it('is reached beyond its address there if another network is not the way out', () => {
    const container = { ...at('lan', '10.0.0.2'), networks: ['lan', 'wide'] };
    const beyond = (facts: Partial<NetworkFacts>) =>
      reach({
        container,
        networks: [lan(), network('wide', facts)],
        otherContainers: [onHost],
        listening,
      }).targets.filter(({ address }) => address === '192.0.2.1');

    expect(beyond({ driver: 'macvlan' })).toMatchObject([
      { certainty: 'configured', conditions: ['a way out that does not lead through wide'] },
    ]);
    for (const facts of [{ driver: 'macvlan', isInternal: true }, {}]) {
      expect(beyond(facts)).toMatchObject([{ certainty: 'measured', conditions: [] }]);
    }
  });

  it('is open as a whole on its own network', () => {
    const found = reach({
      container: { networks: ['host'], networkNamespace: hostNamespace, networkAddresses: [] },
      listening: { [web]: ['tcp 0.0.0.0:22', 'tcp 127.0.0.1:631'], [db]: ['tcp 0.0.0.0:80'] },
    });

    expect(linesOf(found).filter((line) => !line.includes(' way '))).toEqual([
      'measured host a program of the host or itself 127.0.0.1:22/tcp host-network the host’s network',
      'measured host a program of the host or itself 127.0.0.1:631/tcp host-network the host’s network',
      'measured container db 10.0.0.3:80/tcp route lan',
      'configured outside other machines host-network the host’s network',
    ]);
    expect(found.unknown.map(({ what }) => what)).toEqual(['abstract Unix sockets of the host']);
  });

  it.each<[string, Setting, string]>([
    ['nobody looked', {}, needsKernel],
    [
      'no container is on its network',
      { listening: {} },
      'the last scan did not look at what listens',
    ],
  ])('is unknown when %s', (_case, setting, reason) => {
    const [target] = reach(setting).targets.filter(({ kind }) => kind === 'host');

    expect(target).toMatchObject({ certainty: 'unknown', reason: expect.stringContaining(reason) });
  });

  it.each<[string, string[] | null, string, string[]]>([
    ['listens and the proxy is seen', ['tcp 0.0.0.0:80'], '0.0.0.0', ['measured']],
    ['nobody looked', null, '0.0.0.0', ['configured']],
    ['nobody listens', [], '0.0.0.0', []],
    ['on the loopback address of the host', ['tcp 0.0.0.0:8080'], '127.0.0.1', []],
    ['on every address of IPv6 alone', ['tcp 0.0.0.0:80'], '::', []],
  ])('has the ports that neighbours publish: %s', (_case, sockets, hostIp, certainties) => {
    const published = { ...port(hostIp, 8080), containerPort: 80 };
    const found = reach({
      otherContainers: [{ name: 'db', ...at('other', '10.1.0.3'), ports: [published] }, onHost],
      networks: [lan(), network('other', { gateways: ['10.1.0.1'] })],
      ...(sockets && { listening: { [db]: sockets, c0ffee000109: ['tcp 0.0.0.0:8080'] } }),
    });
    const ports = found.targets.filter(({ kind }) => kind === 'published');

    expect(ports.map(({ certainty }) => certainty)).toEqual(certainties);
    for (const one of ports) expect(one).toMatchObject({ address: '10.0.0.1', port: 8080 });
  });

  it('is not met by a name of it that is no published port', () => {
    const published = { ...port('0.0.0.0', 8080), containerPort: 80 };
    const found = reach({
      otherContainers: [{ name: 'db', ...at('lan', '10.0.0.3'), ports: [published] }, onHost],
      listening: { [db]: ['tcp 0.0.0.0:80'], c0ffee000109: ['tcp 0.0.0.0:8080', 'tcp :::8080'] },
    });

    expect(of('host', found)).toEqual([
      'measured host a program of the host or agent 10.0.0.1:8080/tcp gateway lan',
    ]);
    expect(of('published', found)).toHaveLength(1);
  });
});

describe('other networks', () => {
  const apart: Setting = {
    otherContainers: [{ name: 'db', ...at('other', '10.1.0.3') }],
    networks: [lan(), network('other', { gateways: ['10.1.0.1'] })],
    listening: { [web]: [], [db]: ['tcp 0.0.0.0:80', 'tcp 127.0.0.1:81'] },
  };

  it('are kept apart by an engine that sets rules', () => {
    const found = reach(apart);

    expect(of('container', found)).toEqual([]);
    expect(found.closed.map(({ what }) => what)).toEqual(['1 container on other networks']);
  });

  it('may be reached where the engine leaves the firewall alone', () => {
    const found = reach({ ...apart, managesIptables: false });

    expect(of('container', found)).toEqual(['unknown container db 10.1.0.3:80/tcp route other']);
    expect(found.targets.find(({ kind }) => kind === 'container')?.reason).toContain(
      'does not manage the firewall',
    );
  });

  it.each(['lan', 'other'])('are not reached where %s is internal', (name) => {
    const networks = (apart.networks ?? []).map((one) => ({
      ...one,
      isInternal: one.name === name,
    }));

    expect(of('container', reach({ ...apart, networks, managesIptables: false }))).toEqual([]);
  });
});

describe('the engine', () => {
  const sockets = (host: Setting) => of('engine', reach(host));

  it('is reached by its socket', () => {
    const user = { declared: '0', uid: 0, reason: null };
    const mounts = [bind('/run/docker.sock')];

    expect(sockets({ container: { mounts, user } })).toEqual([
      'configured engine a socket of the engine holding mounts the engine socket (/run/docker.sock)',
    ]);
    expect(sockets({ container: { mounts } })[0]).toMatch(/^unknown engine/);
  });

  it('is not what the socket of another service is taken for', () => {
    const user = { declared: '0', uid: 0, reason: null };
    const found = reach({
      container: { mounts: [bind('/run/dbus', { isWritable: false })], user },
    });

    expect(of('engine', found)).toEqual([]);
    expect(of('way', found)).toEqual([
      expect.stringMatching(/^configured way \/run\/dbus holding /),
    ]);
  });

  const warning = (url: string) => ({
    engine: { warnings: [`WARNING: API is accessible on ${url} without encryption.`] },
  });
  const host = { networks: ['host'], networkNamespace: hostNamespace, networkAddresses: [] };

  it.each<[string, Setting, string[]]>([
    ['every address, from a network', warning('http://0.0.0.0:2375'), ['configured']],
    ['the loopback address, from a network', warning('http://127.0.0.1:2375'), []],
    [
      'the loopback address, from the host’s network',
      {
        ...warning('http://127.0.0.1:2375'),
        container: host,
        listening: { [web]: ['tcp 127.0.0.1:2375'] },
      },
      ['measured'],
    ],
    [
      'every address, from no network',
      {
        ...warning('http://[::]:2375'),
        container: {
          networks: [],
          networkAddresses: [],
          networkNamespace: { mode: 'none', resolved: 'private', via: [] },
        },
      },
      [],
    ],
  ])('is reached by TCP without a certificate: %s', (_case, setting, certainties) => {
    const found = reach(setting);
    const apis = found.targets.filter(({ kind }) => kind === 'engine');

    expect(apis.map(({ certainty }) => certainty)).toEqual(certainties);
    expect(found.targets.some(({ kind, port: number }) => kind === 'host' && number === 2375)).toBe(
      false,
    );
  });
});

it('has the ways to the host of the graph, and who shares its processes', () => {
  const user = { declared: '0', uid: 0, reason: null };
  const found = reach({
    container: { ...privileged, user, pidNamespace: joinedNamespace('shared', 'db') },
  });

  expect(of('way', found)[0]).toMatch(/^configured way --privileged holding runs privileged/);
  expect(found.targets.find(({ through }) => through.kind === 'processes')?.name).toBe('db');
});

describe('who sees the processes of the host', () => {
  const user = { declared: '0', uid: 0, reason: null };
  const shown = { mounts: [bind('/proc', { isWritable: false })] };
  const profile = (appArmorProfile: string) => ({ appArmorProfile });
  const others = (found: ContainerReach) =>
    found.targets
      .filter(({ through }) => through.kind === 'processes')
      .map(({ name, certainty, through }) => `${certainty} ${name}: ${through.name}`);
  const agent = { name: 'agent', user };

  it.each<[string, Partial<ContainerFacts>, string]>([
    [
      'by a mount',
      shown,
      'configured agent: mounts /proc, which shows the processes of agent and opens their files and sockets',
    ],
    [
      'by its namespace',
      { pidNamespace: hostNamespace },
      "configured agent: shares the host's processes, those of agent among them, and has their user and capabilities, which opens their files and sockets",
    ],
  ])('reaches what runs as nobody more, %s', (_title, web, expected) => {
    const container = { ...web, user };
    const otherContainers = [agent];

    expect(others(reach({ container, otherContainers }))).toEqual([expected]);
    const stopped = [{ ...agent, state: 'exited' as const, pid: null }];
    expect(others(reach({ container, otherContainers: stopped }))).toEqual([]);
  });

  it('reaches none that an AppArmor profile keeps from it', () => {
    const found = (own: string, other: string) =>
      reach({
        engine: { hasAppArmor: true },
        processes: running(['web', 0]).map((one) => labelled(one, `${own} (enforce)`)),
        container: { ...shown, user, ...profile(own) },
        otherContainers: [{ ...agent, ...profile(other) }],
      });

    expect(others(found('docker-default', 'docker-default'))).toHaveLength(1);
    expect(others(found('docker-default', 'unconfined'))).toEqual([]);
  });

  it('is told once of one that holds something', () => {
    const otherContainers = [{ ...agent, mounts: [bind('/run/docker.sock')] }];

    expect(others(reach({ container: { ...shown, user }, otherContainers }))).toHaveLength(1);
  });
});

describe('one that does not run', () => {
  it('would reach what its configuration says', () => {
    const found = reach({
      container: {
        state: 'exited',
        networkAddresses: [],
        user: { declared: '0', uid: 0, reason: null },
        mounts: [bind('/run/docker.sock')],
      },
      listening: { [db]: ['tcp 0.0.0.0:80'] },
    });

    expect(found.when).toBe('if-started');
    expect(of('container', found)).toEqual(['measured container db 10.0.0.3:80/tcp network lan']);
    expect(found.targets[0]).toMatchObject({
      kind: 'engine',
      conditions: ['somebody starts it again'],
    });
  });

  it('is judged by its configuration when no scan saw it, which is said', () => {
    const self: ContainerFacts = {
      ...exampleContainer,
      ...privileged,
      id: 'gone',
      state: 'exited',
    };
    const found = reachFrom(self, [], reachFacts(assess(exampleSnapshot({}))));

    expect(of('way', found)).toHaveLength(1);
    expect(found.unknown.map(({ reason }) => reason)).toContain('the last scan did not see it');
  });
});

describe('of any host', () => {
  const any = arbitrarySnapshot.filter(
    ({ containers }) => containers.state === 'read' && containers.value.read.length > 0,
  );
  const all = ({ containers }: Snapshot) =>
    containers.state === 'read' ? containers.value.read : [];
  const every = (snapshot: Snapshot) =>
    all(snapshot).map((self) => reachFrom(self, all(snapshot), reachFacts(assess(snapshot))));

  it('says why of everything that is unknown, and rests on evidence', () => {
    fc.assert(
      fc.property(any, (snapshot) => {
        for (const { targets } of every(snapshot)) {
          for (const { certainty, reason, evidence } of targets) {
            expect(reason !== null).toBe(certainty === 'unknown');
            expect(evidence.length).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  it('measures nothing where nobody looked, and says so of each neighbour', () => {
    fc.assert(
      fc.property(any, (snapshot) => {
        const blind = { ...snapshot, listeners: unread(needsKernel), kernel: unread(needsKernel) };
        for (const { targets } of every(blind)) {
          expect(targets.filter(({ certainty }) => certainty === 'measured')).toEqual([]);
        }
      }),
    );
  });

  it('never looks clean where the networks were not read', () => {
    fc.assert(
      fc.property(any, (snapshot) => {
        const blind: Snapshot = { ...snapshot, networks: unread('no answer') };
        for (const [index, found] of every(blind).entries()) {
          const self = all(blind)[index] as ContainerFacts;
          const isAlone = self.networks.every((name) => name === 'none');
          if (self.networkNamespace.resolved !== 'private' || isAlone) continue;
          expect(found.unknown.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('a way to the host that may hide in a mount', () => {
  const gap = (reason: string) => ({ what: 'ways to the host', reason });
  const place = '/srv/a of the host';

  it('is not known of what is mounted below, where the kernel was not asked', () => {
    const mountSources = [{ path: '/srv/a', leadsTo: read('/srv/a'), alike: [], isFolder: true }];
    const { unknown } = reach({ container: { mounts: [bind('/srv/a')] }, mountSources });

    expect(unknown).toContainEqual(gap(`what else is mounted below ${place} was not read`));
  });

  it('is not there where the host has nothing mounted below, or that does not come along', () => {
    const mountSources = [{ path: '/srv/a', leadsTo: read('/srv/a'), alike: [], isFolder: true }];
    const reached = (more: Partial<MountFact>, ...places: string[]) =>
      reach({
        ...{ container: { mounts: [bind('/srv/a', more)] }, mountSources },
        hostMounts: places.map((target) => ({ target, root: '/', device: `0:${target.length}` })),
      }).unknown.filter(({ what }) => what === 'ways to the host');

    expect(reached({}, '/', '/srv', '/srv/ab')).toEqual([]);
    expect(reached({ isNonRecursive: true }, '/', '/run', '/srv/a/b')).toEqual([]);
    expect(reached({}, '/', '/srv/a/b')).toEqual([
      gap('what the host has mounted at /srv/a/b, which comes along, was not read'),
    ]);
  });

  it('is not known of a folder in the filesystem of the socket, which may have it by another name', () => {
    const mountSources = [{ path: '/srv/a', leadsTo: read('/srv/a'), alike: [], isFolder: true }];
    const { unknown } = reach({
      ...{ container: { mounts: [bind('/srv/a')] }, mountSources },
      hostMounts: [{ target: '/', root: '/', device: '8:1' }],
    });

    expect(unknown).toContainEqual(
      gap('whether /srv/a has another name of /run/docker.sock was not read'),
    );
  });

  it('is not known where it could not be followed', () => {
    const leadsTo = unread<string>('it was cut');
    const mountSources = [{ path: '/srv/a', leadsTo, alike: [] }];
    const { unknown } = reach({ container: { mounts: [bind('/srv/a')] }, mountSources });

    expect(unknown).toContainEqual(gap(`what ${place} really is was not resolved`));
  });

  it('is told instead where one was found', () => {
    const { unknown, targets } = reach({ container: { mounts: [bind('/srv/a'), bind('/etc')] } });

    expect(unknown.filter(({ what }) => what === 'ways to the host')).toEqual([]);
    expect(targets.length).toBeGreaterThan(0);
  });

  it('is none without mounts', () => {
    const { unknown } = reach({ container: { mounts: [] } });

    expect(unknown.filter(({ what }) => what === 'ways to the host')).toEqual([]);
  });
});
