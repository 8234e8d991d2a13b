import { type Evidence, engineInfo, inspected } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { Given } from './control.ts';

export function givenMemory({ memoryLimitBytes }: ContainerFacts, engine: EngineFacts): Given {
  const evidence = [inspected('HostConfig.Memory', memoryLimitBytes)];
  if (memoryLimitBytes <= 0) return { protection: 'none', says: 'has no memory limit', evidence };
  return limit(engine, evidence, 'has a memory limit');
}

export function givenPids({ pidsLimit }: ContainerFacts, engine: EngineFacts): Given {
  const evidence = [inspected('HostConfig.PidsLimit', pidsLimit)];
  if (pidsLimit === null || pidsLimit <= 0) {
    return { protection: 'none', says: 'has no limit on its processes', evidence };
  }
  return limit(engine, evidence, 'has a process limit', `is limited to ${pidsLimit} processes`);
}

/** The weight every container has anyway. */
const DEFAULT_SHARES = 1024;

export function givenCpu(container: ContainerFacts, engine: EngineFacts): Given {
  const { nanoCpus, cpuQuota, cpusetCpus, cpuShares } = container;
  const evidence = [
    inspected('HostConfig.NanoCpus', nanoCpus),
    inspected('HostConfig.CpuQuota', cpuQuota),
    inspected('HostConfig.CpusetCpus', cpusetCpus),
    inspected('HostConfig.CpuShares', cpuShares),
  ];
  const isWeighted = cpuShares > 0 && cpuShares !== DEFAULT_SHARES;
  if (nanoCpus <= 0 && cpuQuota <= 0 && cpusetCpus === '' && !isWeighted) {
    return { protection: 'none', says: 'has no CPU limit and no weight of its own', evidence };
  }
  return limit(engine, evidence, 'has a CPU limit', 'has a CPU limit or weight');
}

/**
 * A limit holds unless the engine puts containers into no control group: a rootless engine on version 1
 * reports the driver `none` and warns nobody.
 */
function limit(engine: EngineFacts, evidence: Evidence[], what: string, says = what): Given {
  if (engine.cgroupDriver !== 'none') return { protection: 'full', says, evidence };
  evidence.push(engineInfo('CgroupDriver', 'none'));
  return { protection: 'none', says: `${what} that no cgroup enforces`, evidence };
}
