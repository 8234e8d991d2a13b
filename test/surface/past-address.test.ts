import { network } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  exampleDaemonSettings,
  withoutSettings,
  withSettings,
} from '../../src/rules/example-host-files.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read, unread } from '../../src/shared/reading.ts';
import type { NetworkFacts } from '../../src/snapshot/facts/network.ts';
import { reachedPastAddress } from '../../src/surface/past-address.ts';

const member = { networks: ['shop'], networkIds: [] };
const ask = (
  example: ExampleHost,
  ofNetwork: Partial<NetworkFacts> = {},
  family: 'ipv4' | 'ipv6' = 'ipv4',
) =>
  reachedPastAddress(
    exampleSnapshot({ networks: [{ ...network('shop'), ...ofNetwork }], ...example }),
  )(member, family);
const withEngine = (version: string, rest: ExampleHost = withSettings({})) =>
  ask({ ...rest, engine: { ...rest.engine, version } });

/** What moby's release notes say: 28.0 drops it, 28.2 has a switch that lets it in again. */
it.each([
  ['before 28', '27.5.1', {}, true],
  ['of Debian before 28', '20.10.24+dfsg1', {}, true],
  ['from 28 on', '28.0.0', {}, false],
  ['that asks for it', '29.1.0', { allowsDirectRouting: true }, true],
  ['that leaves the firewall to the host', '27.5.1', { managesIptables: false }, null],
  ['of 28 that does so too', '28.0.0', { managesIptables: false }, null],
  ['of a version nobody knows', 'master', {}, null],
])('is told of an engine %s', (_, version, settings, expected) => {
  expect(withEngine(version, withSettings(settings))).toBe(expected);
});

it('is not known where the settings of the engine were not read', () => {
  expect(withEngine('26.1.5', withoutSettings)).toBeNull();
  expect(withEngine('28.0.0', withoutSettings)).toBeNull();
});

it.each([{ isRouted: 'whole' as const }, { trustsLinks: true as const }])(
  'is so in a network with %j, whatever the engine drops elsewhere',
  (ofNetwork) => {
    const newest = { ...withSettings({}), engine: { version: '29.0.0' } };

    expect(ask(newest, ofNetwork)).toBe(true);
    expect(ask(newest)).toBe(false);
  },
);

it('is not known where a network of the container was not read, or is routed for one family', () => {
  const newest = { ...withSettings({}), engine: { version: '29.0.0' } };
  const snapshot = exampleSnapshot({ ...newest, networks: [network('shop')] });

  expect(ask(newest, { isRouted: 'partly' })).toBeNull();
  expect(
    reachedPastAddress({ ...snapshot, networks: unread('timeout') })(member, 'ipv4'),
  ).toBeNull();
  expect(reachedPastAddress({ ...snapshot, networks: read([]) })(member, 'ipv4')).toBeNull();
  const older = { ...withSettings({}), engine: { version: '27.5.0' } };
  expect(ask(older, { isRouted: 'partly' })).toBe(true);
});

it('is so of an engine that warns that it drops nothing', () => {
  const warnings = ['WARNING: DOCKER_INSECURE_NO_IPTABLES_RAW is set'];

  expect(ask({ ...withSettings({}), engine: { version: '28.3.0', warnings } })).toBe(true);
});

it('is told of IPv6 by the rules for it', () => {
  const six = (version: string, managesIp6tables: boolean | null) =>
    ask({ ...withSettings({ managesIp6tables }), engine: { version } }, {}, 'ipv6');

  expect(six('28.0.0', null)).toBe(false);
  expect(six('28.0.0', false)).toBeNull();
  expect(six('27.0.0', true)).toBe(true);
  // By itself it makes none.
  expect(six('26.1.5', null)).toBeNull();
});

it('is not known where a setting may not have been seen, or was not asked for', () => {
  const { allowsDirectRouting: _, ...before } = exampleDaemonSettings;
  const settings = { state: 'read' as const, value: before };

  expect(
    withEngine('28.2.0', withSettings({ gaps: ['variables'], managesIptables: true })),
  ).toBeNull();
  expect(withEngine('28.2.0', { hostFiles: { settings } })).toBeNull();
});

it('is not known of a version nobody knows, whatever its networks are asked for', () => {
  const ofNetwork = { trustsLinks: true as const };

  expect(ask({ ...withSettings({}), engine: { version: 'master' } }, ofNetwork)).toBeNull();
});

it('is not so of a rootless engine, of which a program opens the port', () => {
  const rootless = { engine: { version: '28.0.0', isRootless: true } };

  expect(ask(rootless)).toBe(false);
  expect(ask(rootless, { isRouted: 'whole' })).toBe(false);
});

it('is not known of Podman', () => {
  expect(ask({ engine: { version: '5.4.2', isPodman: true } })).toBeNull();
});
