import type { SwarmFacts } from '../../snapshot/facts/swarm.ts';
import { inspected, serviceListed } from '../evidence.ts';
import { service } from '../example-facts.ts';
import { defineRule, type Judgement, type Reading } from '../rule.ts';

/** More restarts than this are a loop that hides a fault. */
const MAXIMUM_RETRIES = 5;

export const restartLimit = defineRule({
  id: 'restart-limit',
  title: 'Restart policies cannot loop for ever',
  subject: 'container',
  severity: 'low',
  controls: ['cis-1.6:5.15', 'cis-1.8:5.15'],
  rationale:
    'A container that restarts for ever hides crashes, and gives whoever makes it crash another try each time.',
  remediation:
    'Use `--restart on-failure:5`; for a swarm service `--restart-max-attempts 5` with `--restart-condition on-failure`.',
  needs: ['containers'],
  consults: ['swarm'],
  judge(container, { swarm }) {
    if (container.swarmService !== null) return judgeService(container.swarmService, swarm);
    const { name, maximumRetries } = container.restartPolicy;
    const evidence = [
      inspected('HostConfig.RestartPolicy.Name', name),
      inspected('HostConfig.RestartPolicy.MaximumRetryCount', maximumRetries),
    ];
    if (name === '' || name === 'no') {
      return { verdict: 'pass', message: 'is never restarted by the engine', evidence };
    }
    if (name !== 'on-failure') {
      return { verdict: 'fail', message: `restarts without a limit (${name})`, evidence };
    }
    if (maximumRetries <= 0) {
      return { verdict: 'fail', message: 'restarts on failure without a limit', evidence };
    }
    return maximumRetries <= MAXIMUM_RETRIES
      ? { verdict: 'pass', message: `restarts at most ${maximumRetries} times`, evidence }
      : { verdict: 'fail', message: `restarts up to ${maximumRetries} times`, evidence };
  },
  examples: {
    pass: [
      { container: { restartPolicy: { name: 'no', maximumRetries: 0 } } },
      { container: { restartPolicy: { name: '', maximumRetries: 0 } } },
      { container: { restartPolicy: { name: 'on-failure', maximumRetries: 1 } } },
      { container: { restartPolicy: { name: 'on-failure', maximumRetries: 5 } } },
      taskOf('none', null),
      taskOf('on-failure', 3),
    ],
    fail: [
      { container: { restartPolicy: { name: 'always', maximumRetries: 0 } } },
      { container: { restartPolicy: { name: 'unless-stopped', maximumRetries: 0 } } },
      { container: { restartPolicy: { name: 'on-failure', maximumRetries: 0 } } },
      { container: { restartPolicy: { name: 'on-failure', maximumRetries: 6 } } },
      taskOf('any', null),
      taskOf('on-failure', 0),
      taskOf('any', 6),
    ],
    unknown: [
      {
        container: { swarmService: 'shop', restartPolicy: { name: 'no', maximumRetries: 0 } },
        swarm: { state: 'active' },
      },
    ],
  },
});

/** The engine restarts no task itself: the swarm does, by the policy of the service. */
function judgeService(name: string, swarm: Reading<SwarmFacts>): Judgement {
  if (swarm.state === 'unread') {
    return {
      verdict: 'unknown',
      reason: `the swarm restarts it, and it was not read: ${swarm.reason}`,
    };
  }
  const service = swarm.value.services.find((one) => one.name === name || one.id === name);
  if (service === undefined) {
    const reason = `the swarm restarts it, and this node does not show its service ${name}`;
    return { verdict: 'unknown', reason };
  }
  const attempts = service.maximumAttempts ?? 0;
  const evidence = [
    serviceListed('Spec.TaskTemplate.RestartPolicy.Condition', service.restartCondition),
    serviceListed('Spec.TaskTemplate.RestartPolicy.MaxAttempts', service.maximumAttempts),
  ];
  if (service.restartCondition === 'none') {
    return { verdict: 'pass', message: 'is never restarted by the swarm', evidence };
  }
  return attempts >= 1 && attempts <= MAXIMUM_RETRIES
    ? { verdict: 'pass', message: `is restarted by the swarm at most ${attempts} times`, evidence }
    : { verdict: 'fail', message: 'is restarted by the swarm without a low limit', evidence };
}

function taskOf(restartCondition: string, maximumAttempts: number | null) {
  return {
    container: { swarmService: 'shop', restartPolicy: { name: 'no', maximumRetries: 0 } },
    swarm: {
      state: 'active',
      isManager: true,
      managers: 1,
      nodes: 1,
      services: [service('shop', { restartCondition, maximumAttempts })],
    },
  };
}
