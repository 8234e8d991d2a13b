import { read } from '../../shared/reading.ts';
import type { ContainerFacts } from '../../snapshot/facts/container.ts';
import type { EngineFacts } from '../../snapshot/facts/engine.ts';
import { missingCgroups } from '../cgroups.ts';
import { measuredLimit } from '../control-evidence.ts';
import { inspected } from '../evidence.ts';
import { kernelProcess, kernelSays } from '../example-kernel.ts';
import { defineRule, type Judgement } from '../rule.ts';

/** The weight every container has anyway. */
const DEFAULT_SHARES = 1024;

export const cpuLimit = defineRule({
  id: 'cpu-limit',
  title: 'Container CPU use is limited or weighted',
  subject: 'container',
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
  needs: ['containers', 'engine'],
  consults: ['kernel'],
  judge(container, { engine }, { controlsOf }) {
    const judged = byConfiguration(container, engine);
    // A weight is none of the limits that are measured.
    if (isWeighted(container) && judged.verdict === 'pass') return judged;
    return measuredLimit(judged, controlsOf(container.id), 'cpu-limit', {
      holds: 'has a limit of processors in its control groups',
      fails: 'has a CPU limit that its control groups do not hold',
    });
  },
  examples: {
    pass: [
      { container: { nanoCpus: 500_000_000 } },
      { container: { nanoCpus: 0, cpuQuota: 50_000 } },
      { container: { nanoCpus: 0, cpusetCpus: '0-1' } },
      { container: { nanoCpus: 0, cpuShares: 512 } },
      { container: { nanoCpus: 0 }, kernel: limitedTo(0.5) },
    ],
    fail: [
      { container: { nanoCpus: 0 } },
      { container: { nanoCpus: 0, cpuShares: 1024 } },
      { container: { nanoCpus: 0, cpuQuota: -1 } },
      { container: { nanoCpus: 500_000_000 }, kernel: limitedTo(null) },
      {
        container: { nanoCpus: 500_000_000 },
        engine: { isRootless: true, cgroupVersion: '1', cgroupDriver: 'none' },
      },
    ],
  },
});

const isWeighted = ({ cpuShares }: ContainerFacts): boolean =>
  cpuShares > 0 && cpuShares !== DEFAULT_SHARES;

function byConfiguration(container: ContainerFacts, engine: EngineFacts): Judgement {
  const { nanoCpus, cpuQuota, cpusetCpus, cpuShares } = container;
  const evidence = [
    inspected('HostConfig.NanoCpus', nanoCpus),
    inspected('HostConfig.CpuQuota', cpuQuota),
    inspected('HostConfig.CpusetCpus', cpusetCpus),
    inspected('HostConfig.CpuShares', cpuShares),
  ];
  if (nanoCpus <= 0 && cpuQuota <= 0 && cpusetCpus === '' && !isWeighted(container)) {
    return { verdict: 'fail', message: 'has no CPU limit and no weight of its own', evidence };
  }
  const missing = missingCgroups(engine);
  if (missing) {
    evidence.push(missing);
    return { verdict: 'fail', message: 'has a CPU limit that no cgroup enforces', evidence };
  }
  return { verdict: 'pass', message: 'has a CPU limit or weight', evidence };
}

/** What the control groups of an example allow it. */
function limitedTo(cpus: number | null) {
  const limits = { memoryBytes: null, pids: null, isOwnPids: false, cpus };
  return kernelSays([kernelProcess()], { limits: read(limits) });
}
