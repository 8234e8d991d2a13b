import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const noNewPrivilegesDefault = defineRule({
  id: 'no-new-privileges-default',
  title: "no-new-privileges is the engine's default",
  subject: 'engine',
  severity: 'medium',
  pillar: 'controls',
  controls: ['cis-1.6:2.14', 'cis-1.8:2.15'],
  rationale: 'The default also protects containers whose authors did not set it.',
  remediation: 'Set `"no-new-privileges": true` in daemon.json and restart the engine.',
  fix: { words: 'Make no-new-privileges the default of {}' },
  isOfDocker: true,
  judge(engine) {
    const isDefault = engine.hasNoNewPrivilegesDefault;
    const evidence = [engineInfo('SecurityOptions[name=no-new-privileges]', isDefault)];
    return isDefault
      ? pass('lets no container gain privileges by default', evidence)
      : fail('lets containers gain privileges by default', evidence);
  },
  examples: {
    pass: [{ engine: { hasNoNewPrivilegesDefault: true } }],
    fail: [{ engine: { hasNoNewPrivilegesDefault: false } }],
  },
});
