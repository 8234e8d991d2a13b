import { networks } from '../../../src/snapshot/collectors/networks.ts';
import { recordedReader } from '../../support/recorded-reader.ts';
import { runCollector } from '../../support/run-collector.ts';

const network = (Options: unknown) => ({
  Id: 'n1',
  Name: 'lan',
  Driver: 'bridge',
  Internal: false,
  EnableIPv6: true,
  Options,
});

/** `version` is what the engine says of itself. */
const read = (answer: unknown, version: object = { Version: '28.0.1' }) =>
  runCollector(networks, {
    engine: recordedReader({ '/networks': answer, '/version': version }),
  });

describe('networks', () => {
  it('are read from the recording, by name', async () => {
    const found = await runCollector(networks, { engine: recordedReader() });

    expect(found.map(({ name, driver }) => `${name} ${driver}`)).toEqual([
      'demonet bridge',
      'host host',
      'none null',
    ]);
  });

  it.each<[string, unknown, object]>([
    ['none', {}, { isDefaultBridge: false, allowsInterContainerTraffic: null }],
    ['null', null, { allowsInterContainerTraffic: null }],
    [
      'those of the default bridge, whatever its name',
      {
        'com.docker.network.bridge.default_bridge': 'true',
        'com.docker.network.bridge.enable_icc': 'false',
      },
      { isDefaultBridge: true, allowsInterContainerTraffic: false },
    ],
    [
      'not the default bridge, said aloud',
      { 'com.docker.network.bridge.default_bridge': 'false' },
      { isDefaultBridge: false },
    ],
    ['encrypted, without a value', { encrypted: '' }, { isEncrypted: true }],
    [
      'members that nothing protects',
      { 'com.docker.network.bridge.gateway_mode_ipv6': 'nat-unprotected' },
      { isUnprotected: true },
    ],
    [
      'links that are let in',
      { 'com.docker.network.bridge.trusted_host_interfaces': 'eth0:eth1' },
      { trustsLinks: true },
    ],
    [
      'another address for ports that name none',
      { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' },
      { publishesOn: '127.0.0.1' },
    ],
    ['not encrypted', {}, { isEncrypted: false, isIngress: false }],
    [
      'traffic allowed',
      { 'com.docker.network.bridge.enable_icc': 'true' },
      { isDefaultBridge: false, allowsInterContainerTraffic: true },
    ],
    [
      'a word that is neither',
      { 'com.docker.network.bridge.enable_icc': 'perhaps' },
      { allowsInterContainerTraffic: null },
    ],
  ])('with options: %s', async (_case, options, expected) => {
    await expect(read([network(options)])).resolves.toMatchObject([expected]);
  });

  it.each<[string, string[], object, string | undefined]>([
    ['one family', ['ipv4'], { EnableIPv6: false }, 'whole'],
    ['one family of two', ['ipv4'], { EnableIPv6: true }, 'partly'],
    ['both families', ['ipv4', 'ipv6'], { EnableIPv6: true }, 'whole'],
    ['no family', [], {}, undefined],
  ])(
    'open in the mode routed for %s what is published',
    async (_title, families, facts, isRouted) => {
      const modes = families.map((family) => [
        `com.docker.network.bridge.gateway_mode_${family}`,
        'routed',
      ]);
      const [found] = await read([{ ...network(Object.fromEntries(modes)), ...facts }]);
      expect(found?.isRouted).toBe(isRouted);
      expect(found).not.toHaveProperty('isUnprotected');
    },
  );

  it.each<[string, string | undefined, object?]>([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['0.0.0.0', undefined],
    ['000.0.0.0', undefined],
    ['::', undefined],
    ['0:0::0', undefined],
    ['::ffff:0.0.0.0', undefined],
    ['::0.0.0.0', undefined],
    ['localhost', undefined],
    ['127.0.0.1 ', undefined],
    ['127.0.0.256', undefined],
    ['1:2', undefined],
    ['127.0.0.1/8', undefined],
    ['127.0.0.1', undefined, { Driver: 'macvlan' }],
  ])(
    'publish ports that name no address, where told %j, on %s',
    async (told, address, facts = {}) => {
      const options = { 'com.docker.network.bridge.host_binding_ipv4': told };
      const [found] = await read([{ ...network(options), ...facts }]);
      expect(found?.publishesOn).toBe(address);
    },
  );

  it('take what only bridges know from bridges alone', async () => {
    const options = {
      'com.docker.network.bridge.enable_icc': 'false',
      'com.docker.network.bridge.gateway_mode_ipv4': 'nat-unprotected',
    };
    const [bridge] = await read([network(options)]);
    const [other] = await read([{ ...network(options), Driver: 'overlay' }]);

    expect(bridge).toMatchObject({ allowsInterContainerTraffic: false, isUnprotected: true });
    expect(other?.allowsInterContainerTraffic).toBeNull();
    expect(other).not.toHaveProperty('isUnprotected');
  });

  it.each<[string, Record<string, string>, object, boolean]>([
    ['isolated', { gateway_mode_ipv4: 'isolated' }, {}, true],
    ['a bridge without an address', { inhibit_ipv4: 'true' }, {}, true],
    ['not internal', { inhibit_ipv4: 'true' }, { Internal: false }, false],
    ['a bridge that somebody made', { inhibit_ipv4: 'true', name: 'br0' }, {}, false],
    ['isolated by one family alone', { inhibit_ipv4: 'true' }, { EnableIPv6: true }, false],
    ['an ordinary internal one', {}, {}, false],
    ['of a driver that ignores it', { inhibit_ipv4: 'true' }, { Driver: 'weave' }, false],
  ])('have no address of the host: %s', async (_case, options, facts, isWithoutHost) => {
    const named = Object.entries(options).map(([name, value]) => [
      `com.docker.network.bridge.${name}`,
      value,
    ]);
    const [found] = await read([
      { ...network(Object.fromEntries(named)), Internal: true, EnableIPv6: false, ...facts },
    ]);

    expect(found?.isWithoutHost ?? false).toBe(isWithoutHost);
  });

  it.each<[string, Record<string, string>, object, string | undefined]>([
    ['inhibited', { inhibit_ipv4: 'true' }, { EnableIPv6: true }, 'ipv4'],
    ['told to carry IPv6 alone', {}, { EnableIPv4: false, EnableIPv6: true }, 'ipv4'],
    ['isolated by IPv6', { gateway_mode_ipv6: 'isolated' }, { EnableIPv6: true }, 'ipv6'],
    ['inhibited by both', { inhibit_ipv4: 'true' }, { EnableIPv6: false }, undefined],
    ['ordinary', {}, { EnableIPv4: true, EnableIPv6: true }, undefined],
    ['without IPv6', {}, { EnableIPv6: false }, undefined],
    ['another driver', {}, { EnableIPv4: false, EnableIPv6: true, Driver: 'weave' }, undefined],
  ])('have the host by one family alone: %s', async (_case, options, facts, lacks) => {
    const named = Object.entries(options).map(([name, value]) => [
      `com.docker.network.bridge.${name}`,
      value,
    ]);
    const [found] = await read([{ ...network(Object.fromEntries(named)), ...facts }]);

    expect(found?.lacksFamily).toBe(lacks);
  });

  it('may have none where another one may be the way out, or has made the bridge', async () => {
    const inhibited = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
    const lacks = async (options: object, facts: object) =>
      (await read([{ ...network({ ...inhibited, ...options }), EnableIPv6: false, ...facts }]))[0]
        ?.mayLackHost ?? false;

    expect(await lacks({}, { Internal: false })).toBe(true);
    expect(await lacks({ 'com.docker.network.bridge.name': 'br0' }, { Internal: true })).toBe(true);
    expect(await lacks({}, { Internal: true })).toBe(false);
  });

  it('may hold others where somebody made the bridge, or the host is not the way out', async () => {
    const named = (name: string) => ({ 'com.docker.network.bridge.name': name });
    const byDefault = { 'com.docker.network.bridge.default_bridge': 'true' };
    const way = {
      IPAM: { Config: [{ AuxiliaryAddresses: { DefaultGatewayIPv4: '10.0.0.254' } }] },
    };
    const holds = async (options: object, facts: object = {}) =>
      (await read([{ ...network(options), ...facts }]))[0]?.mayHoldOthers ?? false;

    expect(await holds({ ...byDefault, ...named('br0') })).toBe(true);
    expect(await holds({ ...byDefault, ...named('docker0') })).toBe(false);
    expect(await holds({ ...byDefault, ...named('balena0') })).toBe(false);
    expect(await holds(named('br-shop'))).toBe(false);
    expect(await holds({}, way)).toBe(true);
    for (const aux of ['printer', 'DefaultGatewayOld']) {
      const Config = [{ AuxiliaryAddresses: { [aux]: '10.0.0.9' } }];
      expect(await holds({}, { IPAM: { Config } })).toBe(false);
    }
    expect(await holds({}, { ...way, Driver: 'overlay' })).toBe(false);
  });

  // Each engine lists every option of a network, and an older one heeds none that it does not know.
  describe.each<[string, object, object]>([
    ['26.1.5+dfsg1', { Version: '26.1.5+dfsg1' }, {}],
    ['27.5.1', { Version: '27.5.1' }, { isRouted: 'whole' }],
    [
      '28.0.0',
      { Version: 'v28.0.0' },
      { isRouted: 'whole', isUnprotected: true, isWithoutHost: true },
    ],
    [
      'a version of its own',
      { Version: 'dev' },
      { isRouted: 'partly', isUnprotected: true, mayLackHost: true },
    ],
    ['no version', {}, { isRouted: 'partly', isUnprotected: true, mayLackHost: true }],
    ['Podman', { Version: '30.0.0', Components: [{ Name: 'Podman Engine' }] }, {}],
  ])('of an engine that says %s', (_title, version, expected) => {
    it('are in the modes that it knows', async () => {
      const inMode = async (mode: string) => {
        const options = { 'com.docker.network.bridge.gateway_mode_ipv4': mode };
        const listed = { ...network(options), EnableIPv6: false, Internal: mode === 'isolated' };
        const [found] = await read([listed], version);
        const { isRouted, isUnprotected, isWithoutHost, mayLackHost } = found ?? {};
        return { isRouted, isUnprotected, isWithoutHost, mayLackHost };
      };
      const told = [];
      for (const mode of ['routed', 'nat-unprotected', 'isolated']) told.push(await inMode(mode));

      expect({
        isRouted: told[0]?.isRouted,
        isUnprotected: told[1]?.isUnprotected,
        isWithoutHost: told[2]?.isWithoutHost,
        mayLackHost: told[2]?.mayLackHost,
      }).toEqual(expected);
    });
  });

  it.each<[string, object, object]>([
    ['19.03.15', { Version: '19.03.15' }, {}],
    ['20.10.24', { Version: '20.10.24' }, { isWithoutHost: true }],
    ['no version', {}, { mayLackHost: true }],
  ])(
    'of an engine that says %s have a bridge without an address or not',
    async (_title, version, expected) => {
      const options = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
      const listed = { ...network(options), EnableIPv6: false, Internal: true };
      const [found] = await read([listed], version);

      const { isWithoutHost, mayLackHost } = found ?? {};
      expect({ isWithoutHost, mayLackHost }).toEqual(expected);
    },
  );

  const podman = { Version: '5.0.0', Components: [{ Name: 'Podman Engine' }] };

  it.each<[string, string, object, object, boolean]>([
    ['an interface of the host', 'macvlan', { Options: { parent: 'eth0' } }, {}, false],
    ['none', 'macvlan', {}, {}, true],
    ['none', 'ipvlan', { Options: { parent: '' } }, {}, true],
    ['that of another network', 'macvlan', { ConfigFrom: { Network: 'base' } }, {}, false],
    ['none, as any other driver', 'bridge', {}, {}, false],
    ['what Podman takes', 'macvlan', {}, podman, false],
  ])('have for a parent %s (%s)', async (_title, Driver, facts, version, isDummy) => {
    const [found] = await read(
      [{ ...network({}), ConfigFrom: { Network: '' }, Driver, ...facts }],
      version,
    );

    expect(found?.hasDummyParent ?? false).toBe(isDummy);
  });

  it.each<[string, object, string, object, string | undefined]>([
    ['20.10.24', { Version: '20.10.24' }, 'ipvlan', { ipvlan_flag: 'private' }, undefined],
    ['20.10.24', { Version: '20.10.24' }, 'macvlan', { macvlan_mode: 'private' }, 'private'],
    ['23.0.0', { Version: '23.0.0' }, 'ipvlan', { ipvlan_flag: 'private' }, 'private'],
    ['no version', {}, 'ipvlan', { ipvlan_flag: 'private' }, 'unknown'],
    ['Podman', podman, 'macvlan', { mode: 'private' }, 'private'],
    ['Podman', podman, 'ipvlan', { mode: 'l3' }, undefined],
  ])(
    'of an engine that says %s keep members in a mode: %#',
    async (_title, version, Driver, options, mode) => {
      const [found] = await read([{ ...network(options), Driver }], version);

      expect(found?.membersMode).toBe(mode);
    },
  );

  it.each<[string, Record<string, string>, string | undefined]>([
    ['macvlan', { macvlan_mode: 'private' }, 'private'],
    ['macvlan', { macvlan_mode: 'bridge' }, undefined],
    ['macvlan', {}, undefined],
    ['macvlan', { ipvlan_flag: 'private' }, undefined],
    ['ipvlan', { ipvlan_mode: 'l3', ipvlan_flag: 'vepa' }, 'vepa'],
    ['bridge', { macvlan_mode: 'private' }, undefined],
  ])('of the driver %s with %j have members in the mode %s', async (Driver, options, mode) => {
    const [found] = await read([{ ...network(options), Driver }]);

    expect(found?.membersMode).toBe(mode);
  });

  it.each<[unknown, string[]]>([
    [null, []],
    [{ Config: null }, []],
    [{ Config: [{ Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }] }, ['10.0.0.1']],
    [{ Config: [{ Gateway: '10.0.0.1/24' }, { Gateway: 'fd00:0::1' }] }, ['10.0.0.1', 'fd00::1']],
    [{ Config: [{ Subnet: '10.0.0.0/24' }, { Gateway: 'gateway' }] }, []],
  ])('have the gateways that stand in %j', async (IPAM, gateways) => {
    await expect(read([{ ...network({}), IPAM }])).resolves.toMatchObject([{ gateways }]);
  });

  it.each([
    [
      'bridge',
      [{ Subnet: '10.0.0.0/24' }, { Subnet: 'fd00:0:0::/64' }],
      ['10.0.0.0/24', 'fd00::/64'],
    ],
    [
      'bridge',
      [{ Subnet: 'fd00::/64' }, { Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }],
      ['fd00::/64'],
    ],
    ['bridge', [{ Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }], undefined],
    ['bridge', [{ Subnet: '10.0.0.0' }, { Subnet: 'all/8' }, {}], undefined],
    ['macvlan', [{ Subnet: '10.0.0.0/24' }], undefined],
  ])('of the driver %s with %j leave gateways untold in %j', async (Driver, Config, untold) => {
    const [found] = await read([{ ...network({}), Driver, IPAM: { Config } }]);

    expect(found?.untoldGateways).toEqual(untold);
  });

  it('tell that members keep their addresses on the way out', async () => {
    const off = { 'com.docker.network.bridge.enable_ip_masquerade': 'false' };
    const found = await read([network(off), { ...network(off), Driver: 'macvlan' }, network({})]);

    expect(found.map(({ isUnmasked }) => isUnmasked)).toEqual([true, undefined, undefined]);
  });

  it.each<[unknown]>([[null], [{}], [['x']], [[{ ...network({}), Internal: 'no' }]]])(
    'are unread when the answer is %j',
    async (answer) => {
      await expect(read(answer)).rejects.toThrow('GET /networks: expected');
    },
  );
});
