import { inspected } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';

export const healthcheck = defineRule({
  id: 'healthcheck',
  title: 'Container health is monitored',
  subject: 'container',
  severity: 'low',
  pillar: 'images',
  controls: ['cis-1.6:5.27', 'cis-1.8:5.27'],
  rationale: 'Without a health check a container that hangs looks like one that works.',
  remediation: 'Add `HEALTHCHECK` to the Dockerfile or run with `--health-cmd`.',
  fix: { words: 'Give {} a health check' },
  facet: 'no-healthcheck',
  needs: ['containers'],
  judge(container) {
    const evidence = [
      inspected('Config.Healthcheck', container.healthcheck),
      inspected('State.Health.Status', container.health),
    ];
    if (container.healthcheck === 'defined') return pass('has a health check', evidence);
    const message =
      container.healthcheck === 'disabled' ? 'has its health check off' : 'has no health check';
    return fail(message, evidence);
  },
  examples: {
    pass: [
      { container: { healthcheck: 'defined', health: 'healthy' } },
      { container: { healthcheck: 'defined', health: 'unhealthy' } },
    ],
    fail: [
      { container: { healthcheck: 'none', health: null } },
      { container: { healthcheck: 'disabled', health: null } },
    ],
  },
});
