import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const usernsRemap = defineRule({
  id: 'userns-remap',
  title: 'User namespaces are remapped',
  subject: 'engine',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['cis-1.6:2.9', 'cis-1.8:2.10'],
  rationale:
    'With remapped users, root that breaks out of a container is an ordinary user of the host.',
  remediation:
    'Set `"userns-remap": "default"` in daemon.json (on an engine without containers, which move), or run the engine rootless.',
  fix: { words: 'Remap users in {}' },
  isOfDocker: true,
  judge(engine) {
    const evidence = [
      engineInfo('SecurityOptions[name=userns]', engine.remapsUsers),
      engineInfo('SecurityOptions[name=rootless]', engine.isRootless),
    ];
    if (engine.remapsUsers) return pass('remaps users', evidence);
    return engine.isRootless
      ? pass('runs rootless', evidence)
      : fail('user namespaces are off: container root is host root', evidence);
  },
  examples: {
    pass: [{ engine: { remapsUsers: true } }, { engine: { isRootless: true } }],
    fail: [{ engine: { remapsUsers: false, isRootless: false } }],
  },
});
