import { counted, enumerate } from '../../shared/text.ts';
import { daysBetween } from '../../shared/time.ts';
import { engineInfo, nodesListed, policySaid, serviceListed } from '../../snapshot/evidence.ts';
import type { SwarmFacts, SwarmServiceFacts } from '../../snapshot/facts/swarm.ts';
import { isSecret, secretLine } from '../../snapshot/normalise/environment.ts';
import { joinedSwarm, managedSwarm, service } from '../example-facts.ts';
import {
  defineRule,
  fail,
  type JudgeContext,
  type Judgement,
  needsAttestation,
  notApplicable,
  pass,
  type Rule,
  type RuleText,
  unknown,
} from '../rule.ts';
import { notManaging } from '../swarm-node.ts';

const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
/** With fewer the loss of one manager leaves no majority. */
const MANAGERS_MIN = 3;

const password = { name: 'DB_PASSWORD', valueClass: 'password' } as const;
const file = { name: 'DB_PASSWORD_FILE', valueClass: 'file-reference' } as const;

/** What the managers of a swarm answer for. */
export const swarmManagers = [
  ofManagers({
    id: 'swarm-autolock',
    title: 'Swarm managers are locked after a restart',
    severity: 'medium',
    controls: ['cis-1.6:7.5', 'cis-1.8:7.5'],
    rationale:
      'Without the lock, anyone who gets the disk of a manager has its keys, and so every secret of the swarm.',
    remediation:
      'Run `docker swarm update --autolock=true` and keep the unlock key outside of the swarm.',
    fix: { words: 'Lock the managers of {}' },
    judge({ isAutolocked: isLocked }) {
      const path = 'Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers';
      const evidence = [engineInfo(path, isLocked)];
      if (isLocked === null) return unknown('the manager does not say', evidence);
      return isLocked
        ? pass('locks its managers', evidence)
        : fail('leaves its managers unlocked', evidence);
    },
    examples: {
      pass: [managing({})],
      fail: [managing({ isAutolocked: false })],
      unknown: [managing({ isAutolocked: null })],
    },
  }),
  ofManagers({
    id: 'swarm-ca-rotated',
    title: 'Swarm CA has been rotated in time',
    severity: 'low',
    question: 'swarm-unlock-key-rotated',
    controls: ['cis-1.6:7.8', 'cis-1.8:7.8'],
    rationale: 'Anyone who got the CA key can become a manager until the key is replaced.',
    remediation: 'Run `docker swarm ca --rotate`; the nodes change over by themselves.',
    fix: { words: 'Rotate the CA of {}' },
    judge({ caValidFrom, isRotatingCa }, { policy, takenAt }) {
      const limit = policy.swarmCaAgeDaysMax;
      const evidence = [
        engineInfo('Swarm.Cluster.TLSInfo.TrustRoot valid from', caValidFrom),
        engineInfo('Swarm.Cluster.RootRotationInProgress', isRotatingCa),
        policySaid('policy.swarmCaAgeDaysMax', limit),
      ];
      const days = caValidFrom === null ? null : daysBetween(caValidFrom, takenAt);
      if (days === null) {
        return unknown('the certificate of the CA is not shown or could not be read', evidence);
      }
      const rotating = isRotatingCa ? ', being rotated now' : '';
      const message = `has a CA that is ${counted(days, 'day')} old${rotating}`;
      return { verdict: days > limit ? 'fail' : 'pass', message, evidence };
    },
    examples: {
      pass: [managing({}), managing({ caValidFrom: '2025-01-02T00:00:00.000Z' })],
      fail: [
        managing({ caValidFrom: '2025-01-01T00:00:00.000Z' }),
        { ...managing({}), policy: { swarmCaAgeDaysMax: 30 } },
        managing({ caValidFrom: '2020-01-01T00:00:00.000Z', isRotatingCa: true }),
      ],
      unknown: [managing({ caValidFrom: null })],
    },
  }),
  ofManagers({
    id: 'swarm-manager-count',
    title: 'Number of swarm managers is right',
    severity: 'medium',
    controls: ['cis-1.6:7.1', 'cis-1.8:7.1'],
    rationale:
      'An even number survives no more failures than one manager less, a single manager survives none, and an attacker can take over the swarm through each of them.',
    remediation:
      'Use `docker node promote` and `docker node demote` until there are 3, 5 or 7 managers.',
    fix: { words: 'Set the right number of managers in {}' },
    judge({ managers, nodes }, { policy }) {
      const highest = policy.swarmManagersMax;
      const evidence = [
        nodesListed('managers', managers),
        nodesListed('nodes', nodes),
        policySaid('policy.swarmManagersMax', highest),
      ];
      if (nodes <= 1) return notApplicable('the swarm has one node only', evidence);
      const isRight = managers % 2 === 1 && managers >= MANAGERS_MIN && managers <= highest;
      const message = `has ${managers} of ${nodes} nodes as managers`;
      return { verdict: isRight ? 'pass' : 'fail', message, evidence };
    },
    examples: {
      pass: [
        managing({}),
        managing({ managers: 7, nodes: 7 }),
        { ...managing({ managers: 9, nodes: 9 }), policy: { swarmManagersMax: 9 } },
      ],
      fail: [
        managing({ managers: 2, nodes: 2 }),
        managing({ managers: 1, nodes: 3 }),
        managing({ managers: 9, nodes: 9 }),
      ],
      'not-applicable': [managing({ managers: 1, nodes: 1 })],
    },
  }),
  ofManagers({
    id: 'swarm-node-cert-expiry',
    title: 'Swarm node certificates are short-lived',
    severity: 'low',
    question: 'swarm-unlock-key-rotated',
    controls: ['cis-1.6:7.7', 'cis-1.8:7.7'],
    rationale: 'An attacker can use the stolen key of a node until its certificate ends.',
    remediation: 'Run `docker swarm update --cert-expiry 720h`.',
    fix: { words: 'Shorten the life of the node certificates of {}' },
    judge({ nodeCertificateSeconds: seconds }, { policy }) {
      const limit = policy.swarmNodeCertificateDaysMax;
      const evidence = [
        engineInfo('Swarm.Cluster.Spec.CAConfig.NodeCertExpiry (seconds)', seconds),
        policySaid('policy.swarmNodeCertificateDaysMax', limit),
      ];
      if (seconds === null) return unknown('the manager does not say', evidence);
      const message = `gives nodes certificates for ${Math.round(seconds / HOUR_SECONDS)} hours`;
      const isShort = seconds <= limit * DAY_SECONDS;
      return { verdict: isShort ? 'pass' : 'fail', message, evidence };
    },
    examples: {
      pass: [
        managing({}),
        managing({ nodeCertificateSeconds: DAY_SECONDS }),
        managing({ nodeCertificateSeconds: 2 * DAY_SECONDS }),
      ],
      fail: [
        managing({ nodeCertificateSeconds: 91 * DAY_SECONDS }),
        { ...managing({}), policy: { swarmNodeCertificateDaysMax: 30 } },
      ],
      unknown: [managing({ nodeCertificateSeconds: null })],
    },
  }),
  ofManagers({
    id: 'swarm-secrets-used',
    title: 'Services take their secrets from swarm secrets',
    severity: 'medium',
    controls: ['cis-1.6:7.4', 'cis-1.8:7.4'],
    rationale:
      'Everybody who can list services sees their environment. Only its tasks see a swarm secret.',
    remediation:
      'Create it with `docker secret create`, mount it with `--secret`, and pass its path, e.g. `DB_PASSWORD_FILE=/run/secrets/db`; then change the secret.',
    fix: { words: 'Move the secrets of {} into swarm secrets' },
    judge({ services }) {
      const offending = services.filter(({ environment }) => environment.some(isSecret));
      const secrets = services.reduce((sum, one) => sum + one.secrets, 0);
      const evidence = [
        serviceListed('services', services.length),
        serviceListed('swarm secrets mounted', secrets),
        serviceListed(
          'Spec.TaskTemplate.ContainerSpec.Env (names and classes)',
          offending.flatMap(({ name, environment }) =>
            environment.filter(isSecret).map((one) => `${name}: ${secretLine(one)}`),
          ),
        ),
      ];
      if (services.length === 0) return notApplicable('runs no service', evidence);
      if (offending.length > 0) {
        const names = enumerate(offending.map(({ name }) => name));
        return fail(`has secrets in the environment of ${names}`, evidence);
      }
      const all = counted(services.length, 'service');
      return pass(`has ${all} without a known kind of secret in the environment`, evidence);
    },
    examples: {
      pass: [running({}), running({ environment: [file], secrets: 1 })],
      fail: [
        running({ environment: [password] }),
        running({ environment: [password], secrets: 1 }, {}),
      ],
      'not-applicable': [managing({})],
    },
  }),
  ofManagers({
    id: 'swarm-unlock-key-rotated',
    title: 'Swarm unlock key has been rotated in time',
    severity: 'low',
    controls: ['cis-1.6:7.6', 'cis-1.8:7.6'],
    rationale: 'People and files hold the key whenever a manager restarts, so it can leak.',
    remediation:
      'Run `docker swarm unlock-key --rotate`, store the new key, and attest when you did it.',
    fix: { words: 'Rotate the unlock key of {}' },
    isAttestable: true,
    // The engine would show the key itself, which Seawall never asks for, and no date.
    judge: () => needsAttestation('swarm-unlock-key-rotated'),
    examples: { pass: [], fail: [], unknown: [managing({})] },
  }),
] as const;

type ManagersRule = RuleText &
  Pick<Rule, 'isAttestable' | 'examples'> & {
    /** Asked of a manager alone. */
    judge(swarm: SwarmFacts, context: JudgeContext): Judgement;
  };

function ofManagers({ judge, examples, ...text }: ManagersRule): Rule<'swarm', 'swarm', never> {
  return defineRule({
    ...text,
    subject: 'swarm',
    pillar: 'engine',
    judge: (swarm, _facts, context) => notManaging(swarm) ?? judge(swarm, context),
    examples: {
      ...examples,
      unknown: [
        ...(examples.unknown ?? []),
        { swarm: { state: 'locked' } },
        { swarm: { state: 'pending' } },
      ],
      'not-applicable': [{}, { swarm: joinedSwarm }, ...(examples['not-applicable'] ?? [])],
    },
  });
}

function managing(facts: Partial<SwarmFacts>) {
  return { swarm: { ...managedSwarm, ...facts } };
}

/** A manager of these services. */
function running(...services: Partial<SwarmServiceFacts>[]) {
  const names = ['shop', 'web'];
  return managing({ services: services.map((one, i) => service(names[i] ?? '', one)) });
}
