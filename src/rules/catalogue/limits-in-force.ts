import { limitsFound } from '../example-facts.ts';
import { inForceRule } from '../in-force-rule.ts';

export const limitsInForce = inForceRule({
  id: 'limits-in-force',
  title: 'Limits of memory and processes that a container has are really in force',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['memory-limit', 'pids-limit'],
  what: 'limits of memory and processes',
  rationale:
    'The limit in the configuration does not hold if a rootless engine has no control groups, if the kernel has no such controller, or if somebody changed it on the host.',
  remediation:
    'Give the engine cgroup v2 with its controllers (for rootless: systemd delegation), and recreate the container.',
  fix: { words: 'Make the limits of {} hold' },
  examples: {
    pass: [{ limits: limitsFound(268_435_456, 100) }, { limits: limitsFound(33_554_432, 10) }],
    fail: [{ limits: limitsFound(8_589_934_592, 100) }, { limits: limitsFound(null, null) }],
    unknown: [{}, { container: { pid: null, state: 'exited' } }],
    'not-applicable': [
      {
        container: { memoryLimitBytes: 0, pidsLimit: null },
        limits: limitsFound(8_589_934_592, null),
      },
    ],
  },
});
