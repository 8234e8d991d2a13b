import { type Evidence, engineInfo, inspected } from '../snapshot/evidence.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { sizeOfSet } from '../snapshot/normalise/group-limits.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import type { Asking, Given } from './control.ts';
import { givenNoNewPrivileges } from './given-kernel.ts';

/** The most that `kernel.pid_max` can be on 64 bits (Linux `include/linux/threads.h`). */
const PID_MAX_LIMIT = 4_194_304;
const BILLION = 1_000_000_000;
/** Of a quota without a period of its own. */
const PERIOD_MICROSECONDS = 100_000;

/** What `kernel.pid_max` is unless somebody changes it, as systemd raises it. */
const PID_MAX_DEFAULT = 32_768;

/** True for as many processes as no kernel has. */
export const isBeyondKernel = (pids: number): boolean => pids >= PID_MAX_LIMIT;

/**
 * Why nobody knows whether so many processes are fewer than there can be; null for fewer than on any host where nobody
 * lowered `pid_max`. Since Linux 6.14 each PID namespace shows one of its own, beside which those of all above it count.
 */
export const whyMaybeBeyond = (pids: number): string | null =>
  pids < PID_MAX_DEFAULT
    ? null
    : 'so many processes may be more than the kernel has: of pid_max each PID namespace shows its own, and whose that is was not read';

/** True for as much memory as the host has, or more. */
export const isAllMemory = (bytes: number, { memoryBytes }: EngineFacts): boolean =>
  memoryBytes > 0 && bytes >= memoryBytes;

/** True for as many processors as the host has, or more. */
export const isAllProcessors = (cpus: number, { processors }: EngineFacts): boolean =>
  processors > 0 && cpus >= processors;

/**
 * In processors, by quota and set; a weight is no limit. Null for none. A quota that is set counts before `--cpus`, also
 * a negative one, which lifts it (moby `daemon/daemon_unix.go`).
 */
export function configuredCpus({
  nanoCpus,
  cpuQuota,
  cpuPeriod = PERIOD_MICROSECONDS,
  cpusetCpus,
}: Asking): number | null {
  const quota = cpuQuota === 0 ? nanoCpus / BILLION : cpuQuota / cpuPeriod;
  const asked = [quota, sizeOfSet(cpusetCpus) ?? 0].filter((cpus) => cpus > 0);
  return asked.length === 0 ? null : Math.min(...asked);
}

export function givenMemory({ memoryLimitBytes }: Asking, engine: EngineFacts): Given {
  const evidence = [inspected('HostConfig.Memory', memoryLimitBytes)];
  if (memoryLimitBytes <= 0) return { protection: 'none', says: 'has no memory limit', evidence };
  if (isAllMemory(memoryLimitBytes, engine)) {
    evidence.push(engineInfo('MemTotal', engine.memoryBytes));
    const says = 'has a memory limit that is no less than the memory of the host';
    return { protection: 'none', says, evidence };
  }
  return limit(engine, evidence, 'has a memory limit');
}

export function givenPids({ pidsLimit }: Asking, engine: EngineFacts): Given {
  const evidence = [inspected('HostConfig.PidsLimit', pidsLimit)];
  if (pidsLimit === null || pidsLimit <= 0) {
    return { protection: 'none', says: 'has no limit on its processes', evidence };
  }
  if (isBeyondKernel(pidsLimit)) {
    const says = `is limited to ${pidsLimit} processes, which no kernel has`;
    return { protection: 'none', says, evidence };
  }
  const given = limit(
    engine,
    evidence,
    'has a process limit',
    `is limited to ${pidsLimit} processes`,
  );
  const why = given.protection === 'full' ? whyMaybeBeyond(pidsLimit) : null;
  return why === null ? given : { ...given, protection: null, says: why };
}

/** With it a program makes itself a real-time one. */
export const REALTIME = 'CAP_SYS_NICE';
const PAST_QUOTAS = 'may make real-time processes, which no quota or weight of processors binds';

/**
 * Whether a program of it may make itself a real-time one, which is scheduled before all others and past any quota and
 * weight (sched(7)): with the capability, which counts in the user namespace of the host alone, or within the limit of a
 * user. The kernel may refuse it for its control group.
 */
export function mayBeRealtime(container: Asking, engine: EngineFacts): boolean {
  const { user, ulimits, addedCapabilities, configuredCapabilities } = container;
  if (ulimits.some(({ name, hard }) => name === 'rtprio' && hard !== 0)) return true;
  if (!configuredCapabilities.includes(REALTIME) || isMapped(engine, container)) return false;
  // Podman hands what is added by name on to a user that is not root.
  const isHandedOn = engine.isPodman && addedCapabilities.includes(REALTIME);
  const isOther = user.uid !== null && user.uid !== 0 && !isHandedOn;
  return !isOther || givenNoNewPrivileges(container, engine).protection !== 'full';
}

/** Why a limit of processors is not known to hold who may make real-time processes. */
export const whyPastQuotas = `it ${PAST_QUOTAS}, where the kernel lets it`;

/** The weight every container has anyway. */
const DEFAULT_SHARES = 1024;

export function givenCpu(container: Asking, engine: EngineFacts): Given {
  const { nanoCpus, cpuQuota, cpusetCpus, cpuShares, ulimits } = container;
  const evidence = [
    inspected('HostConfig.NanoCpus', nanoCpus),
    inspected('HostConfig.CpuQuota', cpuQuota),
    inspected('HostConfig.CpusetCpus', cpusetCpus),
    inspected('HostConfig.CpuShares', cpuShares),
  ];
  const isWeighted = cpuShares > 0 && cpuShares !== DEFAULT_SHARES;
  const cpus = configuredCpus(container);
  if (cpus === null && !isWeighted) {
    return { protection: 'none', says: 'has no CPU limit and no weight of its own', evidence };
  }
  if (cpus !== null && isAllProcessors(cpus, engine) && !isWeighted) {
    evidence.push(engineInfo('NCPU', engine.processors));
    const says = 'has a CPU limit that is no less than the processors of the host';
    return { protection: 'none', says, evidence };
  }
  const given = limit(engine, evidence, 'has a CPU limit', 'has a CPU limit or weight');
  const ofSet = sizeOfSet(cpusetCpus);
  const isHeldBySet = ofSet !== null && !isAllProcessors(ofSet, engine);
  if (given.protection !== 'full' || isHeldBySet || !mayBeRealtime(container, engine)) return given;
  evidence.push(
    inspected('HostConfig.CapAdd', container.addedCapabilities),
    inspected('HostConfig.Ulimits', ulimits.map(ulimitOf)),
  );
  return { ...given, protection: null, says: whyPastQuotas };
}

const ulimitOf = ({ name, soft, hard }: Asking['ulimits'][number]) => `${name}=${soft}:${hard}`;

/**
 * A limit holds unless the engine puts containers into no control group: a rootless engine on version 1
 * reports the driver `none` and warns nobody.
 */
function limit(engine: EngineFacts, evidence: Evidence[], what: string, says = what): Given {
  if (engine.cgroupDriver !== 'none') return { protection: 'full', says, evidence };
  evidence.push(engineInfo('CgroupDriver', 'none'));
  return { protection: 'none', says: `${what} that no cgroup enforces`, evidence };
}
