import { read } from '../../shared/reading.ts';
import { judgeControl } from '../control-evidence.ts';
import { controlRule } from '../control-rule.ts';
import { bind, withoutGroups } from '../example-facts.ts';
import { kernelMount, kernelProcess, kernelSays } from '../example-kernel.ts';

const WRITABLE = { filesystem: 'cgroup', options: ['rw'] };

export const cpuLimit = controlRule({
  id: 'cpu-limit',
  title: 'Container CPU use is limited or weighted',
  severity: 'low',
  pillar: 'isolation',
  controls: ['cis-1.6:5.12', 'cis-1.8:5.12'],
  rationale: 'A container without a limit or weight can take all CPUs and starve its neighbours.',
  remediation: 'Run with `--cpus 1.5`, or give it a weight other than 1024 with `--cpu-shares`.',
  fix: {
    words: 'Limit the CPU use of {}',
    change: () => ({ run: 'add --cpus 1.5', compose: 'cpus: 1.5' }),
  },
  facet: 'no-cpu-limit',
  shownBy: ['cpu-limit'],
  needs: ['engine'],
  consults: ['kernel'],
  judge: (held) =>
    judgeControl(held, 'cpu-limit', {
      holds: 'has a limit of processors in its control groups',
      fails: 'has a CPU limit that its control groups do not hold',
      isLimit: true,
    }),
  examples: {
    pass: [
      { container: { nanoCpus: 500_000_000 } },
      { container: { nanoCpus: 0, cpuQuota: 50_000 } },
      { container: { nanoCpus: 0, cpusetCpus: '0-1' } },
      { container: { nanoCpus: 0, cpuShares: 512 } },
      { container: { nanoCpus: 16_000_000_000, cpuShares: 512 } },
      { container: { nanoCpus: 16_000_000_000, cpuShares: 512 }, kernel: limitedTo(null) },
      { container: { nanoCpus: 0 }, kernel: limitedTo(0.5) },
    ],
    unknown: [
      ...[{}, { kernel: limitedTo(null, [kernelMount('/sys/fs/cgroup', WRITABLE)]) }].map(
        (seen) => ({
          container: { nanoCpus: 0, cpuShares: 512, mounts: [bind('/sys/fs/cgroup')] },
          ...seen,
        }),
      ),
      {
        container: {
          nanoCpus: 500_000_000,
          mounts: [bind('/sys/fs/cgroup', { destination: '/sys/fs/cgroup' })],
        },
      },
    ],
    fail: [
      { container: { nanoCpus: 0 } },
      { container: { nanoCpus: 0, cpuShares: 1024 } },
      { container: { nanoCpus: 0, cpuQuota: -1 } },
      { container: { nanoCpus: 16_000_000_000 } },
      { container: { nanoCpus: 0, cpusetCpus: '0-15' }, kernel: limitedTo(null) },
      { container: { nanoCpus: 500_000_000 }, kernel: limitedTo(null) },
      { container: { nanoCpus: 500_000_000 }, engine: withoutGroups },
    ],
  },
});

/** What the control groups of an example allow it. */
function limitedTo(cpus: number | null, mounts = [kernelMount('/')]) {
  const limits = {
    ...{ memoryBytes: null, pids: null, isOwnPids: false },
    ...{ cpus, realtimeCpus: cpus, isRealtimeTold: true },
  };
  return kernelSays([kernelProcess()], { limits: read(limits), mounts });
}
