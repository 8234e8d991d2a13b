import { network } from '../../src/rules/example-facts.ts';
import { exampleSnapshot } from '../../src/rules/example-host.ts';
import {
  gap,
  ownerOther,
  ownerUnknown,
  withoutSettings,
  withSettings,
} from '../../src/rules/example-host-files.ts';
import type { ExampleHost } from '../../src/rules/rule.ts';
import { read } from '../../src/shared/reading.ts';
import { publishing } from '../../src/surface/publishing.ts';

const of = ({ engine = {}, ...example }: ExampleHost) =>
  publishing(exampleSnapshot({ ...example, engine: { version: '28.0.0', ...engine } }));

it.each<[string, ExampleHost, RegExp]>([
  ['the engine manages its rules, as by default', withSettings({}), /does not apply[^,]*asked\.$/],
  ['nobody could see', withoutSettings, /does not apply.*, unless .* not known\.$/],
  [
    'the engine leaves it alone',
    withSettings({ managesIptables: false }),
    /opened by its userland proxy, .* firewall .* applies/,
  ],
  [
    'the engine leaves it alone and has no proxy',
    withSettings({ managesIptables: false, usesUserlandProxy: false }),
    /opens no published port itself/,
  ],
  [
    'the engine leaves it alone and the rest was not seen',
    withSettings({ managesIptables: false, gaps: [gap] }),
    /whether its userland proxy .* is not known/,
  ],
  ['the engine is rootless', { engine: { isRootless: true }, ...withoutSettings }, /applies\.$/],
])('says what the host’s own firewall is worth where %s', (_case, example, expected) => {
  expect(of(example).firewall).toMatch(expected);
});

const before = 'publishes: before version 28 that hangs on';
const always = 'publishes: that hangs on';
const ofIpv6 = 'publishes by IPv6: that hangs on';
const dual = [network('lan', { hasIpv6: true })];
const onSwitch = [network('lan', { driver: 'macvlan', hasIpv6: true })];
const isPodman = true;

it.each<[string, ExampleHost, string | null]>([
  ['an engine of today drops it', withSettings({}), null],
  ['an older one leaves it to a policy', { engine: { version: '27.5.1' } }, before],
  ['nobody knows how old it is', { engine: { version: 'dev' }, ...withoutSettings }, before],
  ['the engine leaves the firewall alone', withSettings({ managesIptables: false }), always],
  [
    'an older one leaves it alone',
    { engine: { version: '27.5.1' }, ...withSettings({ managesIptables: false }) },
    always,
  ],
  ['it is Podman', { engine: { version: '5.4.2', isPodman } }, always],
  ['it is Podman of a user', { engine: { isPodman, isRootless: true } }, null],
  [
    'the engine leaves that of IPv6 alone',
    { networks: dual, ...withSettings({ managesIp6tables: false }) },
    ofIpv6,
  ],
  [
    'it does so where only a network has IPv6 that is on no bridge of it',
    { networks: onSwitch, ...withSettings({ managesIp6tables: false }) },
    null,
  ],
  [
    'it does so where nobody has IPv6',
    { networks: [network('lan')], ...withSettings({ managesIp6tables: false }) },
    null,
  ],
])('says whether machines on a link reach what nobody publishes: %s', (_case, example, words) => {
  const { firewall } = of(example);

  if (words === null) expect(firewall).not.toContain('nobody publishes');
  else expect(firewall).toContain(`that nobody ${words} the policy of the chain FORWARD`);
});

it('takes silence for the default only where everything was seen', () => {
  const unread = { state: 'unread', reason: gap };

  expect(of(withSettings({}))).toMatchObject({
    managesIptables: { value: true },
    usesUserlandProxy: { value: true },
  });
  expect(of(withSettings({ gaps: [gap], managesIp6tables: false }))).toMatchObject({
    managesIptables: unread,
    managesIp6tables: { value: false },
    usesUserlandProxy: unread,
  });
  expect(of(withoutSettings).usesUserlandProxy.state).toBe('unread');
});

it.each([
  ['26.1.5', { value: false }],
  ['26.1.5+dfsg1', { value: false }],
  ['27.0.1', { value: true }],
  ['28.3.0-rc.1', { value: true }],
  ['dev', { state: 'unread' }],
  ['0.0.0-20250101', { state: 'unread' }],
])('knows whether %s makes rules of IPv6 unless told', (version, expected) => {
  const engine = { version };

  expect(of({ engine, ...withSettings({}) }).managesIp6tables).toMatchObject(expected);
  expect(of({ engine, ...withSettings({ managesIp6tables: true }) }).managesIp6tables).toEqual(
    read(true),
  );
  expect(of({ engine, ...withSettings({ gaps: [gap] }) }).managesIp6tables.state).toBe('unread');
});

it.each([ownerUnknown, ownerOther])(
  'believes no file that is not the engine’s own: %j',
  (owner) => {
    const seen = of(withSettings({ owner, managesIptables: false, usesUserlandProxy: false }));

    expect(seen.managesIptables.state).toBe('unread');
    expect(seen.usesUserlandProxy.state).toBe('unread');
    expect(seen.firewall).toMatch(/which is not known/);
  },
);
