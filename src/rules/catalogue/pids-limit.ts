import { missingCgroups } from '../cgroups.ts';
import { inspected } from '../evidence.ts';
import { defineRule } from '../rule.ts';

export const pidsLimit = defineRule({
  id: 'pids-limit',
  title: 'Number of processes in a container is limited',
  subject: 'container',
  severity: 'medium',
  controls: ['cis-1.6:5.29', 'cis-1.8:5.29'],
  rationale: 'Without a limit a fork bomb in one container fills the process table of the host.',
  remediation: 'Run with `--pids-limit 100` (compose: `pids_limit`), a few times measured use.',
  facet: 'no-pids-limit',
  needs: ['containers', 'engine'],
  judge(container, { engine }) {
    const evidence = [inspected('HostConfig.PidsLimit', container.pidsLimit)];
    if (container.pidsLimit === null || container.pidsLimit <= 0) {
      return { verdict: 'fail', message: 'has no limit on its processes', evidence };
    }
    const missing = missingCgroups(engine);
    if (missing) {
      evidence.push(missing);
      return { verdict: 'fail', message: 'has a process limit that no cgroup enforces', evidence };
    }
    const message = `is limited to ${container.pidsLimit} processes`;
    return { verdict: 'pass', message, evidence };
  },
  examples: {
    pass: [{ container: { pidsLimit: 1 } }],
    fail: [
      { container: { pidsLimit: null } },
      { container: { pidsLimit: 0 } },
      { container: { pidsLimit: -1 } },
      {
        container: { pidsLimit: 10 },
        engine: { isRootless: true, cgroupVersion: '1', cgroupDriver: 'none' },
      },
    ],
  },
});
