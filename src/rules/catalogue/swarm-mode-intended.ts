import { engineInfo, policySaid } from '../../snapshot/evidence.ts';
import { defineRule, fail, needsPolicy, pass } from '../rule.ts';

export const swarmModeIntended = defineRule({
  id: 'swarm-mode-intended',
  title: 'Swarm mode is off unless wanted',
  subject: 'engine',
  severity: 'low',
  pillar: 'engine',
  controls: ['cis-1.6:5.1', 'cis-1.8:5.1'],
  rationale: 'A member of a swarm opens ports to others and runs what its managers send.',
  remediation:
    'Leave with `docker swarm leave`, or say `isSwarmWanted: true` in the policy where it is meant.',
  fix: { words: 'Take {} out of swarm mode' },
  judge({ swarmState }, _facts, { policy }) {
    const evidence = [engineInfo('Swarm.LocalNodeState', swarmState)];
    if (swarmState === 'inactive') return pass('has swarm mode off', evidence);
    if (policy.isSwarmWanted === null) {
      return needsPolicy('isSwarmWanted', `whether swarm, here ${swarmState}, is wanted`, evidence);
    }
    evidence.push(policySaid('policy.isSwarmWanted', policy.isSwarmWanted));
    return policy.isSwarmWanted
      ? pass('is in a swarm, as wanted', evidence)
      : fail(`is in a swarm (${swarmState}), which nobody wants`, evidence);
  },
  examples: {
    pass: [
      { engine: { swarmState: 'inactive' } },
      { engine: { swarmState: 'inactive' }, policy: { isSwarmWanted: true } },
      { engine: { swarmState: 'active' }, policy: { isSwarmWanted: true } },
      { engine: { swarmState: 'locked' }, policy: { isSwarmWanted: true } },
    ],
    fail: [
      { engine: { swarmState: 'active' }, policy: { isSwarmWanted: false } },
      { engine: { swarmState: 'pending' }, policy: { isSwarmWanted: false } },
      { engine: { swarmState: 'locked' }, policy: { isSwarmWanted: false } },
    ],
    unknown: [{ engine: { swarmState: 'active' } }, { engine: { swarmState: 'locked' } }],
  },
});
