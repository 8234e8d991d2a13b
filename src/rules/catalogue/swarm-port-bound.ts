import { joinedSwarm, managedSwarm } from '../example-facts.ts';
import { defineRule, unknown } from '../rule.ts';
import { swarmOff, swarmState } from '../swarm-node.ts';

export const swarmPortBound = defineRule({
  id: 'swarm-port-bound',
  title: 'Swarm port listens on one address',
  subject: 'swarm',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:7.2', 'cis-1.8:7.2'],
  rationale: 'The port of the managers is then also open to networks without nodes.',
  remediation:
    'Join or create the swarm with `--listen-addr 10.0.0.1:2377`, an address of the inner network.',
  fix: { words: 'Bind the swarm port of {} to one address' },
  needs: ['swarm'],
  judge: (swarm) =>
    swarmOff(swarm) ??
    unknown(
      'the engine tells the advertised address only, at every evidence level; `ss -ltn` on the host shows where the port listens',
      [swarmState(swarm)],
    ),
  examples: {
    pass: [],
    fail: [],
    unknown: [{ swarm: managedSwarm }, { swarm: joinedSwarm }, { swarm: { state: 'locked' } }],
    'not-applicable': [{}],
  },
});
