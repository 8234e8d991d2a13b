import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const authorizationPlugin = defineRule({
  id: 'authorization-plugin',
  title: 'An authorization plugin guards the API',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.12', 'cis-1.8:2.13'],
  rationale: 'Without one, everybody who can talk to the engine can do everything.',
  remediation: 'Install a plugin and name it in `"authorization-plugins"` in daemon.json.',
  fix: { words: 'Guard the API of {} with an authorization plugin' },
  isOfDocker: true,
  judge(engine) {
    const evidence = [engineInfo('Plugins.Authorization', engine.authorizationPlugins)];
    return engine.authorizationPlugins.length > 0
      ? pass('asks an authorization plugin about each call', evidence)
      : fail('has no authorization plugin', evidence);
  },
  examples: {
    pass: [{ engine: { authorizationPlugins: ['opa-docker-authz'] } }],
    fail: [{ engine: { authorizationPlugins: [] } }],
  },
});
