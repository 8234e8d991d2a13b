import { read } from '../../shared/reading.ts';
import { engineInfo, networkListed } from '../../snapshot/evidence.ts';
import { keepsApart } from '../../surface/kept-apart.ts';
import { firewallOf } from '../../surface/publishing.ts';
import { network } from '../example-facts.ts';
import { withoutSettings, withSettings } from '../example-host-files.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../rule.ts';

const dual = { ...bridgeWith(false), hasIpv6: true };

export const defaultBridgeIccOff = defineRule({
  id: 'default-bridge-icc-off',
  title: 'Containers on the default bridge cannot talk to each other',
  subject: 'engine',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['cis-1.6:2.2', 'cis-1.8:2.2'],
  rationale: 'Containers on the default bridge reach each other on every port, published or not.',
  remediation: 'Set `"icc": false` in daemon.json, and give applications networks of their own.',
  fix: { words: 'Cut containers off from each other on the default bridge of {}' },
  isOfDocker: true,
  needs: ['networks'],
  consults: ['hostFiles', 'hostProcesses'],
  judge(engine, { networks, ...started }) {
    const bridge = networks.find((one) => one.isDefaultBridge);
    if (bridge === undefined) {
      const evidence = [networkListed('default bridge', null)];
      return notApplicable('the engine has no default bridge', evidence);
    }
    const allowed = bridge.allowsInterContainerTraffic;
    const evidence = [
      networkListed('default bridge', bridge.name),
      networkListed('Options[com.docker.network.bridge.enable_icc]', allowed),
    ];
    if (allowed === null) {
      return unknown('the default bridge does not say whether it lets containers talk', evidence);
    }
    if (allowed) return fail('lets containers on the default bridge talk', evidence);
    const isApart = keepsApart(bridge, firewallOf({ ...started, engine: read(engine) }));
    if (isApart.state === 'unread') return unknown(isApart.reason, evidence);
    if (isApart.value) return pass('keeps containers on the default bridge apart', evidence);
    const message =
      'lets containers on the default bridge talk: the kernel asks no rules where they do (bridge-nf-call-iptables)';
    return fail(message, [...evidence, engineInfo('Warnings', engine.warnings)]);
  },
  examples: {
    pass: [
      { networks: [bridgeWith(false)] },
      { networks: [network('backend'), bridgeWith(false)] },
      { networks: [bridgeWith(false)], ...withoutSettings },
      { networks: [bridgeWith(false)], engine: asksNone('ip6tables') },
      // From 27 on an engine does not start with this setting and without rules of either family.
      { networks: [dual], engine: { version: '28.0.0' }, ...withoutSettings },
      {
        networks: [dual],
        engine: { version: '26.1.5' },
        ...withSettings({ managesIp6tables: true }),
      },
    ],
    fail: [
      { networks: [bridgeWith(true)] },
      { networks: [network('bridge', { allowsInterContainerTraffic: false }), bridgeWith(true)] },
      { networks: [bridgeWith(false)], engine: asksNone('iptables') },
      { networks: [dual], engine: { version: '27.5.1', ...asksNone('ip6tables') } },
    ],
    unknown: [
      { networks: [bridgeWith(null)] },
      // Such an engine makes rules of IPv4 alone unless it is told.
      { networks: [dual], engine: { version: '26.1.5' } },
      { networks: [dual], engine: { version: 'dev' } },
    ],
    'not-applicable': [{ networks: [] }, { networks: [network('bridge')] }],
  },
});

function bridgeWith(allowsInterContainerTraffic: boolean | null) {
  return network('lan', { isDefaultBridge: true, allowsInterContainerTraffic });
}

/** An engine whose kernel asks no such rules of what crosses a bridge. */
function asksNone(tables: 'iptables' | 'ip6tables') {
  return { warnings: [`WARNING: bridge-nf-call-${tables} is disabled`] };
}
