import { networkListed } from '../../snapshot/evidence.ts';
import { network } from '../example-facts.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../rule.ts';

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
  needs: ['engine', 'networks'],
  judge(_engine, { networks }) {
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
    return allowed
      ? fail('lets containers on the default bridge talk', evidence)
      : pass('keeps containers on the default bridge apart', evidence);
  },
  examples: {
    pass: [
      { networks: [bridgeWith(false)] },
      { networks: [network('backend'), bridgeWith(false)] },
    ],
    fail: [
      { networks: [bridgeWith(true)] },
      { networks: [network('bridge', { allowsInterContainerTraffic: false }), bridgeWith(true)] },
    ],
    unknown: [{ networks: [bridgeWith(null)] }],
    'not-applicable': [{ networks: [] }, { networks: [network('bridge')] }],
  },
});

function bridgeWith(allowsInterContainerTraffic: boolean | null) {
  return network('lan', { isDefaultBridge: true, allowsInterContainerTraffic });
}
