import { enumerate } from '../../shared/text.ts';
import { networkListed } from '../../snapshot/evidence.ts';
import { joinedSwarm, managedSwarm, network } from '../example-facts.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../rule.ts';
import { notManaging, swarmOff } from '../swarm-node.ts';

const overlay = (name: string, isEncrypted: boolean, isIngress = false) =>
  network(name, { driver: 'overlay', isEncrypted, isIngress });

export const overlayEncrypted = defineRule({
  id: 'overlay-encrypted',
  title: 'Overlay networks are encrypted',
  subject: 'swarm',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:7.3', 'cis-1.8:7.3'],
  rationale: 'Anyone who listens between two nodes reads all traffic between services.',
  remediation:
    'Recreate the network with `docker network create --driver overlay --opt encrypted …`.',
  fix: { words: 'Encrypt the overlay networks of {}' },
  needs: ['networks'],
  judge(swarm, { networks }) {
    const off = swarmOff(swarm);
    if (off) return off;
    const overlays = networks.filter(({ driver }) => driver === 'overlay');
    const open = overlays.filter(({ isEncrypted }) => !isEncrypted);
    const evidence = [
      networkListed(
        'overlay networks',
        overlays.map(({ name }) => name),
      ),
      networkListed(
        'overlay networks without Options.encrypted',
        open.map(({ name }) => name),
      ),
    ];
    const own = open.filter(({ isIngress }) => !isIngress);
    if (own.length > 0) {
      const message = `has overlay networks in the clear: ${enumerate(own.map(({ name }) => name))}`;
      return fail(message, evidence);
    }
    if (open.length > 0) {
      const message = 'has the ingress network in the clear, and no other';
      return fail(message, evidence, { severity: 'low' });
    }
    // A node that is no manager lists only the networks of its own tasks.
    const aside = notManaging(swarm);
    if (aside) {
      const reason = 'only a manager lists every overlay network; those seen here are encrypted';
      return unknown(reason, evidence);
    }
    return overlays.length > 0
      ? pass('encrypts all overlay networks', evidence)
      : notApplicable('has no overlay network', evidence);
  },
  examples: {
    pass: [{ swarm: managedSwarm, networks: [overlay('ingress', true, true), overlay('a', true)] }],
    fail: [
      { swarm: managedSwarm, networks: [overlay('shop', false)] },
      { swarm: joinedSwarm, networks: [overlay('shop', false), overlay('a', true)] },
      {
        swarm: managedSwarm,
        networks: [overlay('ingress', false, true), overlay('shop', true)],
        severity: 'low',
      },
    ],
    unknown: [
      { swarm: joinedSwarm, networks: [overlay('shop', true)] },
      { swarm: { state: 'locked' }, networks: [] },
    ],
    'not-applicable': [
      { networks: [overlay('left-over', false)] },
      { swarm: managedSwarm, networks: [network('backend')] },
    ],
  },
});
