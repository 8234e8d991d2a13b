import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { limitsFound, withoutGroups } from '../example-facts.ts';

export const pidsLimit = controlRule({
  id: 'pids-limit',
  title: 'Number of processes in a container is limited',
  severity: 'medium',
  pillar: 'isolation',
  controls: ['cis-1.6:5.29', 'cis-1.8:5.29'],
  rationale: 'Without a limit a fork bomb in one container fills the process table of the host.',
  remediation: 'Run with `--pids-limit 100` (compose: `pids_limit`), a few times measured use.',
  fix: {
    words: 'Limit the number of processes of {}',
    change: () => ({ run: 'add --pids-limit 100', compose: 'pids_limit: 100' }),
  },
  facet: 'no-pids-limit',
  shownBy: ['pids-limit'],
  needs: ['engine'],
  consults: ['limits'],
  judge: (held, { limits }) =>
    judgeControl(held, 'pids-limit', {
      holds: 'has a limit of processes in its control group',
      fails: 'has a process limit that its control group does not hold',
      isLimit: true,
      limits,
    }),
  examples: {
    pass: [
      { container: { pidsLimit: 1 } },
      {
        container: { pidsLimit: null },
        engine: { cgroupDriver: 'cgroupfs' },
        limits: limitsFound(null, 100),
      },
    ],
    fail: [
      { container: { pidsLimit: null } },
      { container: { pidsLimit: 0 } },
      { container: { pidsLimit: -1 } },
      // What systemd gives every unit is no limit of this container.
      {
        container: { pidsLimit: null },
        engine: { cgroupDriver: 'systemd' },
        limits: limitsFound(null, 2_348),
      },
      { container: { pidsLimit: 10 }, limits: limitsFound(null, null) },
      { container: { pidsLimit: 10 }, engine: withoutGroups },
      { container: { pidsLimit: 40_000 }, engine: withoutGroups },
    ],
  },
});
