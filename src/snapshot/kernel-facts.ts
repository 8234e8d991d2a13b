import { type Reading, read, unread } from '../shared/reading.ts';
import type { ProbeOutput } from './collector.ts';
import type {
  ContainerKernelFacts,
  GroupLimits,
  KernelMount,
  KernelProcess,
} from './facts/kernel.ts';
import { type CompleteTarget, mayBeWithoutNetwork, threadsOf } from './kernel-runs.ts';
import { actualGroups, filesOfGroup, groupsOutside } from './normalise/group-folders.ts';
import { groupLimits } from './normalise/group-limits.ts';
import { mountsOfMountinfo } from './normalise/mountinfo.ts';
import { probePath, procPath } from './normalise/probe-output.ts';
import { cgroupOwner } from './normalise/proc-cgroup.ts';
import { interfacesOf } from './normalise/proc-net.ts';
import {
  hasEnded,
  livesOn,
  processOfStatus,
  rangesOfUidMap,
  startTimeOfStat,
} from './normalise/proc-status.ts';
import { readingOf } from './outcome.ts';
import { requireTold, textIn } from './probe-runs.ts';

const GONE =
  'its main process is not in the output of the probe: it ended, or the output was too long';
const NO_INTERFACES = 'they are not in the output of the probe';
const NO_GROUP = 'the files of its control group were not to be read';

/** True when control groups cannot tell whose the main process of this target is. */
export function isNameless(
  { id, main, makesGroups }: CompleteTarget,
  output: ProbeOutput,
): boolean {
  const text = output.files.get(procPath(main.pid, 'cgroup'));
  return text !== undefined && cgroupOwner(text, id, makesGroups) === 'nobody';
}

/**
 * What one run says of a container. A number may have been given to another process since the engine
 * named it, so that only processes whose control group names the container in this very run count.
 * Where none names anyone, the main process alone counts, and only when it has the same time of start
 * in `later`, a second run, which may also tell of control groups that the first did not ask for. The
 * engine must be asked again after it, which is the caller's part.
 */
export const kernelFactsOf = (
  target: CompleteTarget,
  output: ProbeOutput,
  later: ProbeOutput | null,
): Reading<ContainerKernelFacts> => readingOf(() => factsOf(target, output, later));

function factsOf(
  target: CompleteTarget,
  output: ProbeOutput,
  later: ProbeOutput | null,
): Reading<ContainerKernelFacts> {
  const { id, main, others, makesGroups } = target;
  const status = textIn(output, main.pid, 'status');
  const cgroup = textIn(output, main.pid, 'cgroup');
  const headless = [main.pid, ...others.value].find((pid) =>
    livesOn(textIn(output, pid, 'status') ?? ''),
  );
  // The kernel tells neither the control groups nor the mounts of such a process.
  if (headless !== undefined) {
    return unread(`the first thread of its process ${headless} has ended, and others live on`);
  }
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
  const stat = textIn(output, main.pid, 'stat');
  const first = processIn(target, main.pid, status, output);
  const processes = [first, ...others.value.flatMap((pid) => ownProcess(target, pid, output))];
  // What has ended is in neither; what is here and was in no list may have threads of which nobody knows.
  const unknown = processes.find(({ pid }) => target.unlisted.has(pid));
  if (unknown) return unread(`the threads of its process ${unknown.pid} were not listed`);
  return read({
    containerId: id,
    readAt: output.readAt,
    processes,
    threads: otherThreads(target, processes, output),
    mounts: mountinfo === undefined ? null : tableOfRoot(mountsOfMountinfo(main.pid, mountinfo)),
    uidMap: first.uidMap,
    ...interfacesIn(target, output),
    limits: limitsIn(target, output, later),
    ...(stat === undefined ? {} : { startTicks: Number(startTimeOfStat(main.pid, stat)) }),
  });
}

function interfacesIn(
  target: CompleteTarget,
  output: ProbeOutput,
): Pick<ContainerKernelFacts, 'interfaces'> {
  const { pid } = target.main;
  if (!mayBeWithoutNetwork(target)) return {};
  const interfaces = readingOf(() => {
    const text = textIn(output, pid, 'net/dev');
    return text === undefined ? unread(NO_INTERFACES) : read(interfacesOf(pid, text));
  });
  return { interfaces };
}

/**
 * A process sees the mounts below its root alone. What an engine mounts in every container is missing for one that has
 * changed its root: then the table says nothing of the container.
 */
const tableOfRoot = (table: KernelMount[]): KernelMount[] | null =>
  OF_EVERY_ROOT.every((place) => table.some(({ target }) => target === place)) ? table : null;

const OF_EVERY_ROOT = ['/', '/dev', '/proc'];

/** None for a process that has ended, and for a number that is another's by now. */
function ownProcess(target: CompleteTarget, pid: number, output: ProbeOutput): KernelProcess[] {
  const status = textIn(output, pid, 'status');
  const cgroup = textIn(output, pid, 'cgroup');
  if (status === undefined || cgroup === undefined || hasEnded(status)) return [];
  if (cgroupOwner(cgroup, target.id) !== 'container') return [];
  return [processIn(target, pid, status, output)];
}

function processIn(
  { labelFile, listed }: CompleteTarget,
  pid: number,
  status: string,
  output: ProbeOutput,
): KernelProcess {
  const uidMap = textIn(output, pid, 'uid_map');
  return {
    ...processOfStatus(pid, status),
    label: labelFile === null ? null : (textIn(output, pid, labelFile) ?? null),
    uidMap: uidMap === undefined ? null : rangesOfUidMap(pid, uidMap),
    userNamespace: listed.get(pid)?.namespaces?.user ?? null,
  };
}

/**
 * Threads that differ from the first of their process in what holds them, each kind once. One that has
 * ended since it was listed is none; a user namespace is one for all threads.
 */
function otherThreads(
  target: CompleteTarget,
  processes: readonly KernelProcess[],
  output: ProbeOutput,
): KernelProcess[] {
  const { labelFile } = target;
  const firsts = new Map(processes.map((one) => [one.pid, one]));
  const kinds = new Map(processes.map((one) => [kindOf(one), one]));
  for (const [pid, thread] of threadsOf(target)) {
    const first = firsts.get(pid);
    const status = textIn(output, pid, 'status', thread);
    if (!first || status === undefined || hasEnded(status)) continue;
    const label = labelFile === null ? undefined : textIn(output, pid, labelFile, thread);
    const { uidMap, userNamespace } = first;
    const own = processOfStatus(thread, status);
    const found = { ...own, pid, label: label ?? null, uidMap, userNamespace };
    if (!kinds.has(kindOf(found))) kinds.set(kindOf(found), found);
  }
  return [...kinds.values()].filter((one) => firsts.get(one.pid) !== one);
}

const kindOf = (one: KernelProcess): string =>
  JSON.stringify({ ...one, pid: null, name: null, namespacePids: null });

/**
 * The group that its main process is really in, for each controller: root of the host may have put it elsewhere. Of an
 * engine that makes no groups those count alone that name it.
 */
export function groupsIn({ id, main, groups, makesGroups }: CompleteTarget, output: ProbeOutput) {
  const text = output.files.get(procPath(main.pid, 'cgroup')) ?? '';
  return makesGroups ? groupsOutside(groups, text, id) : actualGroups(groups, text, id);
}

function limitsIn(
  target: CompleteTarget,
  output: ProbeOutput,
  later: ProbeOutput | null,
): Reading<GroupLimits> {
  const { groups } = target;
  const folders = groupsIn(target, output);
  if (folders === null)
    return unread('no control group of it is told, or none that can be looked up');
  const files = new Map([...output.files, ...(later?.files ?? [])]);
  const lost = new Set(
    [...(output.lost ?? []), ...(later?.lost ?? [])].filter((name) => !files.has(name)),
  );
  const isLate = [output, later].some((one) => one?.isLate === true);
  return readingOf(() => {
    requireTold({ lost, isLate }, filesOfGroup(groups, folders).map(probePath));
    const found = groupLimits(groups, folders, files);
    return found === null ? unread(NO_GROUP) : read(found);
  });
}

function hasSameStart(pid: number, output: ProbeOutput, later: ProbeOutput | null): boolean {
  const first = textIn(output, pid, 'stat');
  const second = later === null ? undefined : textIn(later, pid, 'stat');
  if (first === undefined || second === undefined) return false;
  return startTimeOfStat(pid, first) === startTimeOfStat(pid, second);
}
