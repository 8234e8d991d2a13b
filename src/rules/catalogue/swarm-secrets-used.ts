import { counted } from '../../shared/text.ts';
import { serviceListed } from '../../snapshot/evidence.ts';
import type { SwarmServiceFacts } from '../../snapshot/facts/swarm.ts';
import { joinedSwarm, managedSwarm, service } from '../example-facts.ts';
import { defineRule, fail, notApplicable, pass } from '../rule.ts';
import { isSecret, secretLine } from '../secret-classes.ts';
import { notManaging } from '../swarm-node.ts';
import { enumerate } from '../words.ts';

const password = { name: 'DB_PASSWORD', valueClass: 'password' } as const;
const file = { name: 'DB_PASSWORD_FILE', valueClass: 'file-reference' } as const;

export const swarmSecretsUsed = defineRule({
  id: 'swarm-secrets-used',
  title: 'Services take their secrets from swarm secrets',
  subject: 'swarm',
  severity: 'medium',
  pillar: 'engine',
  controls: ['cis-1.6:7.4', 'cis-1.8:7.4'],
  rationale:
    'Everybody who can list services sees their environment. Only its tasks see a swarm secret.',
  remediation:
    'Create it with `docker secret create`, mount it with `--secret`, and pass its path, e.g. `DB_PASSWORD_FILE=/run/secrets/db`; then change the secret.',
  fix: { words: 'Move the secrets of {} into swarm secrets' },
  needs: ['swarm'],
  judge(swarm) {
    const aside = notManaging(swarm);
    if (aside) return aside;
    const offending = swarm.services.filter(({ environment }) => environment.some(isSecret));
    const secrets = swarm.services.reduce((sum, one) => sum + one.secrets, 0);
    const evidence = [
      serviceListed('services', swarm.services.length),
      serviceListed('swarm secrets mounted', secrets),
      serviceListed(
        'Spec.TaskTemplate.ContainerSpec.Env (names and classes)',
        offending.flatMap(({ name, environment }) =>
          environment.filter(isSecret).map((one) => `${name}: ${secretLine(one)}`),
        ),
      ),
    ];
    if (swarm.services.length === 0) return notApplicable('runs no service', evidence);
    if (offending.length > 0) {
      const names = enumerate(offending.map(({ name }) => name));
      return fail(`has secrets in the environment of ${names}`, evidence);
    }
    const services = counted(swarm.services.length, 'service');
    return pass(`has ${services} without a known kind of secret in the environment`, evidence);
  },
  examples: {
    pass: [running({}), running({ environment: [file], secrets: 1 })],
    fail: [
      running({ environment: [password] }),
      running({ environment: [password], secrets: 1 }, {}),
    ],
    unknown: [{ swarm: { state: 'locked' } }],
    'not-applicable': [{}, { swarm: joinedSwarm }, { swarm: managedSwarm }],
  },
});

/** A manager of these services. */
function running(...services: Partial<SwarmServiceFacts>[]) {
  const names = ['shop', 'web'];
  return {
    swarm: { ...managedSwarm, services: services.map((one, i) => service(names[i] ?? '', one)) },
  };
}
