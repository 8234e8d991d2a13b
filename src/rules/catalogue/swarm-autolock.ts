import { engineInfo } from '../../snapshot/evidence.ts';
import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, fail, pass, unknown } from '../rule.ts';
import { notManaging } from '../swarm-node.ts';

export const swarmAutolock = defineRule({
  id: 'swarm-autolock',
  title: 'Swarm managers are locked after a restart',
  subject: 'swarm',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:7.5', 'cis-1.8:7.5'],
  rationale:
    'Without the lock, anyone who gets the disk of a manager has its keys, and so every secret of the swarm.',
  remediation:
    'Run `docker swarm update --autolock=true` and keep the unlock key outside of the swarm.',
  fix: { words: 'Lock the managers of {}' },
  needs: ['swarm'],
  judge(swarm) {
    const aside = notManaging(swarm);
    if (aside) return aside;
    const isLocked = swarm.isAutolocked;
    const evidence = [engineInfo('Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers', isLocked)];
    if (isLocked === null) return unknown('the manager does not say', evidence);
    return isLocked
      ? pass('locks its managers', evidence)
      : fail('leaves its managers unlocked', evidence);
  },
  examples: {
    pass: [{ swarm: managedSwarm }],
    fail: [{ swarm: { ...managedSwarm, isAutolocked: false } }],
    unknown: [
      { swarm: { ...managedSwarm, isAutolocked: null } },
      { swarm: { state: 'locked' } },
      { swarm: { state: 'pending' } },
    ],
    'not-applicable': [{}, { swarm: joinedSwarm }],
  },
});
