import type { Reading } from '../../shared/reading.ts';
import { counted } from '../../shared/text.ts';
import { type Evidence, inspected, policySaid, serviceListed } from '../../snapshot/evidence.ts';
import type { SwarmFacts, SwarmServiceFacts } from '../../snapshot/facts/swarm.ts';
import { service } from '../example-facts.ts';
import type { Policy } from '../policy.ts';
import { defineRule, fail, type Judgement, pass, unknown } from '../rule.ts';

const task = {
  container: { swarmService: 'shop', restartPolicy: { name: 'no', maximumRetries: 0 } },
};

export const restartLimit = defineRule({
  id: 'restart-limit',
  title: 'Restart policies cannot loop for ever',
  subject: 'container',
  severity: 'low',
  pillar: 'isolation',
  controls: ['cis-1.6:5.15', 'cis-1.8:5.15'],
  rationale:
    'A container that restarts for ever hides crashes, and gives an attacker a new try after each crash.',
  remediation:
    'Use `--restart on-failure:5`; for a swarm service `--restart-max-attempts 5` with `--restart-condition on-failure`, and without `--restart-window`, after which the attempts count anew.',
  fix: {
    words: 'Limit the restarts of {}',
    change: () => ({
      run: 'use --restart on-failure:5',
      compose: 'restart: on-failure:5',
    }),
  },
  consults: ['swarm'],
  judge(container, { swarm }, { policy }) {
    const { name, maximumRetries } = container.restartPolicy;
    const { swarmService } = container;
    // A swarm gives its tasks no policy of the engine's; anybody may write the label of its services.
    const isTask = swarmService !== null && (name === '' || name === 'no');
    if (isTask && !(swarm.state === 'read' && swarm.value.state === 'inactive')) {
      return judgeService(swarmService, swarm, policy);
    }
    const evidence = [
      inspected('HostConfig.RestartPolicy.Name', name),
      inspected('HostConfig.RestartPolicy.MaximumRetryCount', maximumRetries),
    ];
    if (name === '' || name === 'no') return pass('is never restarted by the engine', evidence);
    if (name !== 'on-failure' || maximumRetries <= 0) {
      return unlimited(`restarts without a limit (${name})`, evidence, policy);
    }
    evidence.push(policySaid('policy.restartAttemptsMax', policy.restartAttemptsMax));
    return maximumRetries <= policy.restartAttemptsMax
      ? pass(`restarts at most ${maximumRetries} times`, evidence)
      : fail(`restarts up to ${maximumRetries} times`, evidence);
  },
  examples: {
    pass: [
      restarting('no', 0),
      restarting('', 0),
      restarting('on-failure', 1),
      restarting('on-failure', 5),
      { ...restarting('always', 0), policy: { allowsUnlimitedRestart: true } },
      { ...restarting('on-failure', 6), policy: { restartAttemptsMax: 10 } },
      { ...taskOf('any', null), policy: { allowsUnlimitedRestart: true } },
      taskOf('none', null),
      taskOf('on-failure', 3),
      taskOf('none', 2, { attemptsWindowMs: 1_000 }),
      {
        ...taskOf('any', 2, { attemptsWindowMs: 120_000 }),
        policy: { allowsUnlimitedRestart: true },
      },
      { ...task, swarm: { state: 'inactive' } },
    ],
    fail: [
      restarting('always', 0),
      restarting('unless-stopped', 0),
      restarting('on-failure', 0),
      restarting('on-failure', 6),
      taskOf('any', null),
      taskOf('on-failure', 0),
      taskOf('any', 6),
      taskOf('any', 2, { attemptsWindowMs: 1_000 }),
      {
        container: { swarmService: 'shop', ...restarting('always', 0).container },
        swarm: { state: 'active' },
      },
      { ...restarting('on-failure', 6), policy: { allowsUnlimitedRestart: true } },
    ],
    unknown: [{ ...task, swarm: { state: 'active' } }],
  },
});

/** The engine restarts no task itself: the swarm does, by the policy of the service. */
function judgeService(name: string, swarm: Reading<SwarmFacts>, policy: Policy): Judgement {
  if (swarm.state === 'unread') {
    return unknown(`the swarm restarts it, and it was not read: ${swarm.reason}`);
  }
  const service = swarm.value.services.find((one) => one.name === name || one.id === name);
  if (service === undefined) {
    const reason = `the swarm restarts it, and this node does not show its service ${name}`;
    return unknown(reason);
  }
  const attempts = service.maximumAttempts ?? 0;
  const evidence = [
    serviceListed('Spec.TaskTemplate.RestartPolicy.Condition', service.restartCondition),
    serviceListed('Spec.TaskTemplate.RestartPolicy.MaxAttempts', service.maximumAttempts),
  ];
  if (service.restartCondition === 'none') return pass('is never restarted by the swarm', evidence);
  if (attempts <= 0) {
    return unlimited('is restarted by the swarm without a limit', evidence, policy);
  }
  const { attemptsWindowMs: windowMs } = service;
  if (windowMs !== undefined) {
    evidence.push(serviceListed('Spec.TaskTemplate.RestartPolicy.Window', windowMs * 1e6));
    const within = `${counted(attempts, 'time')} within each ${windowMs / 1_000} s`;
    return unlimited(`is restarted by the swarm without an end (${within})`, evidence, policy);
  }
  return attempts <= policy.restartAttemptsMax
    ? pass(`is restarted by the swarm at most ${attempts} times`, evidence)
    : fail(`is restarted by the swarm up to ${attempts} times`, evidence);
}

/** Fails, unless the policy accepts restarts without an end. */
function unlimited(message: string, evidence: Evidence[], policy: Policy): Judgement {
  const said = policySaid('policy.allowsUnlimitedRestart', policy.allowsUnlimitedRestart);
  return policy.allowsUnlimitedRestart
    ? pass(`${message}, which is accepted`, [...evidence, said])
    : fail(message, [...evidence, said]);
}

function restarting(name: string, maximumRetries: number) {
  return { container: { restartPolicy: { name, maximumRetries } } };
}

function taskOf(
  restartCondition: string,
  maximumAttempts: number | null,
  more: Partial<SwarmServiceFacts> = {},
) {
  return {
    ...task,
    swarm: {
      state: 'active',
      isManager: true,
      managers: 1,
      nodes: 1,
      services: [service('shop', { restartCondition, maximumAttempts, ...more })],
    },
  };
}
