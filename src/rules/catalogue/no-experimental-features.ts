import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noExperimentalFeatures = defineRule({
  id: 'no-experimental-features',
  title: 'Experimental features are off',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.18', 'cis-1.8:2.19'],
  rationale: 'Experimental features are not stable and change without notice.',
  remediation: 'Remove `"experimental": true` from daemon.json and restart the engine.',
  fix: { words: 'Turn experimental features off in {}' },
  isOfDocker: true,
  judge({ isExperimental }) {
    const evidence = [engineInfo('ExperimentalBuild', isExperimental)];
    return isExperimental
      ? fail('has experimental features on', evidence)
      : pass('has experimental features off', evidence);
  },
  examples: {
    pass: [{ engine: { isExperimental: false } }],
    fail: [{ engine: { isExperimental: true } }],
  },
});
