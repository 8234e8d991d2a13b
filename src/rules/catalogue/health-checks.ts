import { imageInspected, inspected } from '../../snapshot/evidence.ts';
import { defineRule, fail, pass } from '../rule.ts';
import { usedImageRule } from '../used-image.ts';

export const healthChecks = [
  defineRule({
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
  }),
  usedImageRule({
    id: 'image-healthcheck',
    title: 'Images define a health check',
    severity: 'low',
    question: 'healthcheck',
    controls: ['cis-1.6:4.6', 'cis-1.8:4.6'],
    rationale:
      'Whoever builds the image knows best how to check that it works, and every container of the image gets the check.',
    remediation: 'Add `HEALTHCHECK CMD …` to the Dockerfile.',
    fix: { words: 'Define a health check in the image {}' },
    judge(image) {
      const evidence = [imageInspected('Config.Healthcheck', image.healthcheck)];
      if (image.healthcheck === 'defined') return pass('defines a health check', evidence);
      const message =
        image.healthcheck === 'disabled' ? 'turns the health check off' : 'defines no health check';
      return fail(message, evidence);
    },
    examples: {
      pass: [
        { image: { healthcheck: 'defined' } },
        { image: { healthcheck: 'defined', tags: ['web:1', 'web:1.4'] } },
      ],
      fail: [{ image: { healthcheck: 'none' } }, { image: { healthcheck: 'disabled' } }],
    },
  }),
] as const;
