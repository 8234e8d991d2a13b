import { engineInfo, policySaid } from '../../snapshot/evidence.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

export const rootlessEngine = defineRule({
  id: 'rootless-engine',
  title: 'Engine runs without root',
  subject: 'engine',
  severity: 'low',
  pillar: 'isolation',
  controls: ['cis-1.6:2.1', 'cis-1.8:2.1'],
  rationale:
    'Somebody who breaks out of a container of a rootless engine is an ordinary user of the host, not root.',
  remediation:
    'Install the engine with `dockerd-rootless-setuptool.sh install`; where it must run as root, say so with `wantsRootless: false` in the policy.',
  fix: { words: 'Run {} without root' },
  judge({ isRootless }, _facts, { policy }) {
    const evidence = [engineInfo('SecurityOptions[name=rootless]', isRootless)];
    if (isRootless) return pass('runs without root', evidence);
    if (!policy.wantsRootless) {
      evidence.push(policySaid('policy.wantsRootless', false));
      return notApplicable('the policy wants it to run as root', evidence);
    }
    return fail('runs as root', evidence);
  },
  examples: {
    pass: [
      { engine: { isRootless: true } },
      { engine: { isRootless: true }, policy: { wantsRootless: false } },
    ],
    fail: [{ engine: { isRootless: false } }],
    'not-applicable': [{ engine: { isRootless: false }, policy: { wantsRootless: false } }],
  },
});
