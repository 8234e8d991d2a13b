import { engineInfo } from '../../snapshot/evidence.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';

export const liveRestore = defineRule({
  id: 'live-restore',
  title: 'Containers survive a restart of the engine',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:2.15', 'cis-1.8:2.16'],
  rationale:
    'If a restart of the engine stops every container, people put off security updates of the engine.',
  remediation: 'Set `"live-restore": true` in daemon.json and reload the engine.',
  fix: { words: 'Turn live restore on in {}' },
  isOfDocker: true,
  judge(engine) {
    const evidence = [
      engineInfo('LiveRestoreEnabled', engine.hasLiveRestore),
      engineInfo('Swarm.LocalNodeState', engine.swarmState),
    ];
    if (engine.swarmState === 'active') {
      const reason = 'a swarm moves its tasks itself and does not allow live restore';
      return notApplicable(reason, evidence);
    }
    return engine.hasLiveRestore
      ? pass('keeps containers running while it restarts', evidence)
      : fail('stops every container when it restarts', evidence);
  },
  examples: {
    pass: [{ engine: { hasLiveRestore: true } }],
    fail: [
      { engine: { hasLiveRestore: false } },
      { engine: { hasLiveRestore: false, swarmState: 'pending' } },
    ],
    'not-applicable': [{ engine: { hasLiveRestore: false, swarmState: 'active' } }],
  },
});
