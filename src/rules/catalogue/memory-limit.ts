import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { bind, limitsFound, withoutGroups } from '../example-facts.ts';

export const memoryLimit = controlRule({
  id: 'memory-limit',
  title: 'Container memory is limited',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['cis-1.6:5.11', 'cis-1.8:5.11'],
  rationale: 'A container without a limit can take all memory and bring down its neighbours.',
  remediation: 'Run with `--memory 256m` (compose: `mem_limit`), a little above measured use.',
  fix: {
    words: 'Limit the memory of {}',
    change: () => ({ run: 'add --memory 256m', compose: 'mem_limit: 256m' }),
  },
  facet: 'no-memory-limit',
  shownBy: ['memory-limit'],
  needs: ['engine'],
  consults: ['limits'],
  judge: (held, { limits }) =>
    judgeControl(held, 'memory-limit', {
      holds: 'has a limit of memory in its control group',
      fails: 'has a memory limit that its control group does not hold',
      isLimit: true,
      limits,
    }),
  examples: {
    unknown: [
      {
        container: {
          memoryLimitBytes: 67_108_864,
          mounts: [bind('/sys/fs/cgroup', { destination: '/sys/fs/cgroup' })],
        },
        limits: limitsFound(67_108_864, null),
      },
    ],
    pass: [
      { container: { memoryLimitBytes: 67_108_864 } },
      { container: { memoryLimitBytes: 0 }, limits: limitsFound(33_554_432, null) },
    ],
    fail: [
      { container: { memoryLimitBytes: 0 } },
      { container: { memoryLimitBytes: 0, cgroupParent: '/limited' } },
      { container: { memoryLimitBytes: 67_108_864 }, limits: limitsFound(8_589_934_592, null) },
      { container: { memoryLimitBytes: 67_108_864 }, engine: withoutGroups },
    ],
  },
});
