import { missingCgroups } from '../cgroups.ts';
import { inspected } from '../evidence.ts';
import { defineRule } from '../rule.ts';

export const memoryLimit = defineRule({
  id: 'memory-limit',
  title: 'Container memory is limited',
  subject: 'container',
  severity: 'medium',
  controls: ['cis-1.6:5.11', 'cis-1.8:5.11'],
  rationale: 'A container without a limit can take all memory and bring down its neighbours.',
  remediation: 'Run with `--memory 256m` (compose: `mem_limit`), a little above measured use.',
  facet: 'no-memory-limit',
  needs: ['containers', 'engine'],
  judge(container, { engine }) {
    const evidence = [inspected('HostConfig.Memory', container.memoryLimitBytes)];
    if (container.memoryLimitBytes <= 0) {
      return { verdict: 'fail', message: 'has no memory limit', evidence };
    }
    const missing = missingCgroups(engine);
    if (missing) {
      evidence.push(missing);
      return { verdict: 'fail', message: 'has a memory limit that no cgroup enforces', evidence };
    }
    return { verdict: 'pass', message: 'has a memory limit', evidence };
  },
  examples: {
    pass: [{ container: { memoryLimitBytes: 67_108_864 } }],
    fail: [
      { container: { memoryLimitBytes: 0 } },
      { container: { memoryLimitBytes: 0, cgroupParent: '/limited' } },
      {
        container: { memoryLimitBytes: 67_108_864 },
        engine: { isRootless: true, cgroupVersion: '1', cgroupDriver: 'none' },
      },
    ],
  },
});
