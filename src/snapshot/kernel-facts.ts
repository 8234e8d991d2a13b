import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { ProbeOutput } from './collector.ts';
import type { ContainerKernelFacts, KernelProcess } from './facts/kernel.ts';
import { type CompleteTarget, textIn } from './kernel-runs.ts';
import { mountsOfMountinfo } from './normalise/mountinfo.ts';
import { cgroupOwner } from './normalise/proc-cgroup.ts';
import { startTimeOfStat } from './normalise/proc-stat.ts';
import { hasEnded, processOfStatus } from './normalise/proc-status.ts';
import { rangesOfUidMap } from './normalise/uid-map.ts';

const GONE =
  'its main process is not in the output of the probe: it ended, or the output was too long';

/** True when control groups cannot tell whose the main process of this target is. */
export function isNameless(
  { id, main, makesGroups }: CompleteTarget,
  output: ProbeOutput,
): boolean {
  const text = textIn(output, main.pid, 'cgroup');
  return text !== undefined && cgroupOwner(text, id, makesGroups) === 'nobody';
}

/**
 * What one run says of a container. A number may have been given to another process since the engine
 * named it, so that only processes whose control group names the container in this very run count.
 * Where none names anyone, the main process alone counts, and only when it has the same time of start
 * in `later`, a second run. The engine must be asked again after it, which is the caller's part.
 */
export function kernelFactsOf(
  target: CompleteTarget,
  output: ProbeOutput,
  later: ProbeOutput | null,
): Reading<ContainerKernelFacts> {
  try {
    return factsOf(target, output, later);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(error.message);
  }
}

function factsOf(
  target: CompleteTarget,
  output: ProbeOutput,
  later: ProbeOutput | null,
): Reading<ContainerKernelFacts> {
  const { id, main, others, makesGroups } = target;
  const status = textIn(output, main.pid, 'status');
  const cgroup = textIn(output, main.pid, 'cgroup');
  if (status === undefined || cgroup === undefined || hasEnded(status)) return unread(GONE);
  const owner = cgroupOwner(cgroup, id, makesGroups);
  if (owner === 'other') {
    return unread('the process with the number of its main process is in no control group of it');
  }
  if (owner === 'nobody' && !hasSameStart(main.pid, output, later)) {
    return unread(
      'no control group names its main process, which was not the same in a second run',
    );
  }
  const mountinfo = textIn(output, main.pid, 'mountinfo');
  const uidMap = textIn(output, main.pid, 'uid_map');
  return read({
    containerId: id,
    readAt: output.readAt,
    processes: [
      processOfStatus(main.pid, status),
      ...others.value.flatMap((pid) => ownProcess(id, pid, output)),
    ],
    mounts: mountinfo === undefined ? null : mountsOfMountinfo(main.pid, mountinfo),
    uidMap: uidMap === undefined ? null : rangesOfUidMap(main.pid, uidMap),
  });
}

/** None for a process that has ended, and for a number that is another's by now. */
function ownProcess(containerId: string, pid: number, output: ProbeOutput): KernelProcess[] {
  const status = textIn(output, pid, 'status');
  const cgroup = textIn(output, pid, 'cgroup');
  if (status === undefined || cgroup === undefined || hasEnded(status)) return [];
  return cgroupOwner(cgroup, containerId) === 'container' ? [processOfStatus(pid, status)] : [];
}

function hasSameStart(pid: number, output: ProbeOutput, later: ProbeOutput | null): boolean {
  const first = textIn(output, pid, 'stat');
  const second = later === null ? undefined : textIn(later, pid, 'stat');
  if (first === undefined || second === undefined) return false;
  return startTimeOfStat(pid, first) === startTimeOfStat(pid, second);
}
