import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { ProbeOutput, ProbePath, ProcFile } from './collector.ts';
import type { Strays } from './facts/host-processes.ts';
import type { GroupLimits, KernelMount, KernelProcess } from './facts/kernel.ts';
import type { SurveyedProcess } from './host-survey.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { actualGroups, filesOfGroup, groupsOutside } from './normalise/group-folders.ts';
import { groupLimits, looserLimits } from './normalise/group-limits.ts';
import { mountsOfMountinfo } from './normalise/mountinfo.ts';
import { probePath } from './normalise/probe-output.ts';
import { ownersIn } from './normalise/proc-cgroup.ts';
import {
  hasEnded,
  livesOn,
  processOfStatus,
  rangesOfUidMap,
  startTimeOfStat,
} from './normalise/proc-status.ts';
import { readingOf } from './outcome.ts';
import { type ListedThreads, requireTold, textIn } from './probe-runs.ts';
import { rootIn } from './threaded-processes.ts';

type Processes = ReadonlyMap<number, SurveyedProcess>;

/** A process of a container that is not in all of its control groups, or that has none; its main process is never one. */
export interface Stray {
  process: SurveyedProcess;
  target: KernelTarget;
  /**
   * `below` its main process or another one of it; `beside`: started by what started the main process, so
   * that it may be a helper of the runtime; `partly`: in some of its groups, and counted there if the engine
   * listed it.
   */
  kind: 'below' | 'beside' | 'partly';
}

type Origin = Pick<Stray, 'target' | 'kind'>;

/** Tells whose a process is, by its control groups and by who started it. */
export interface Descent {
  /** Also for a process in the groups of a container. */
  isOfContainer: (pid: number) => boolean;
  strays: Stray[];
}

/**
 * A process keeps its parent, or falls to the next one that takes orphans: the first process in its
 * namespace of processes, else the shim that started its container. So whatever a container starts stays
 * below its main process or beside it, in whatever control group it is put.
 */
export function descentOf(processes: Processes, targets: readonly KernelTarget[]): Descent {
  const byId = new Map(targets.map((target) => [target.id, target]));
  const inGroup = new Map<number, KernelTarget>();
  for (const { pid, cgroup } of processes.values()) {
    const [id = ''] = ownersIn(cgroup, byId);
    const target = byId.get(id);
    if (target) inGroup.set(pid, target);
  }
  const mains = new Map(targets.map((target) => [target.main.pid, target]));
  const shims = shimsOf(processes, targets, inGroup);

  const origins = new Map<number, Origin | null>();
  const originOf = (process: SurveyedProcess): Origin | null => {
    const passed: number[] = [];
    let at = shims.has(process.pid) ? 0 : process.parent;
    let found: Origin | null = null;
    while (at > 1) {
      const own = inGroup.get(at) ?? mains.get(at);
      const beside = shims.get(at);
      const known = origins.get(at);
      if (own) found = { target: own, kind: 'below' };
      else if (beside) found = { target: beside, kind: 'beside' };
      else if (known !== undefined) found = known;
      else {
        passed.push(at);
        // In a circle, which numbers that were given anew can make, it is nobody's.
        origins.set(at, null);
        at = processes.get(at)?.parent ?? 0;
        continue;
      }
      break;
    }
    for (const pid of passed) origins.set(pid, found);
    return found;
  };
  const strays = [...processes.values()].flatMap((process): Stray[] => {
    if (process.hasEnded) return [];
    const origin = originOf(process);
    const target = inGroup.get(process.pid);
    if (target) {
      // A machine may lack a controller, and then nobody is in a group of it.
      const isPart =
        isInAllGroups(target, processes.get(target.main.pid)) && !isInAllGroups(target, process);
      return [
        ...(isPart ? [{ process, target, kind: 'partly' as const }] : []),
        ...(origin && isIntruder(origin.target, target) ? [{ process, ...origin }] : []),
      ];
    }
    if (mains.has(process.pid)) return [];
    return origin === null ? [] : [{ process, ...origin }];
  });
  const outside = new Set(strays.map(({ process }) => process.pid));
  return { isOfContainer: (pid) => inGroup.has(pid) || mains.has(pid) || outside.has(pid), strays };
}

/**
 * Whether what one container started went into the groups of another. Containers of one namespace of processes have
 * one first process there, to which the orphans of all fall.
 */
function isIntruder(origin: KernelTarget, target: KernelTarget): boolean {
  const namespaceOf = ({ listed, main }: KernelTarget) => listed.get(main.pid)?.namespaces?.pid;
  const own = namespaceOf(target) ?? null;
  return origin.id !== target.id && (own === null || own !== namespaceOf(origin));
}

const isInAllGroups = ({ groups, id }: KernelTarget, process: SurveyedProcess | undefined) =>
  process !== undefined && actualGroups(groups, process.cgroup, id) !== null;

/** What started the main process of one container alone. */
function shimsOf(
  processes: Processes,
  targets: readonly KernelTarget[],
  inGroup: ReadonlyMap<number, KernelTarget>,
): Map<number, KernelTarget> {
  const shims = new Map<number, KernelTarget>();
  const shared = new Set<number>();
  for (const target of targets) {
    const parent = processes.get(target.main.pid)?.parent ?? 0;
    if (parent <= 1 || inGroup.has(parent)) continue;
    if (shims.has(parent)) shared.add(parent);
    shims.set(parent, target);
  }
  for (const parent of shared) shims.delete(parent);
  return shims;
}

const FILES: readonly ProcFile[] = ['status', 'stat', 'cgroup', 'uid_map', 'mountinfo'];

/**
 * What is read of strays, threads among it, and of the control groups in which they are: what belongs to one container
 * together, and what is short first.
 */
export function strayPaths(strays: readonly Stray[], threads: ListedThreads['found']): ProbePath[] {
  const targets = new Map(strays.map(({ target }) => [target.id, target]));
  const groups = strays.filter(isLimited).flatMap(({ process, target }) => {
    const folders = groupsOutside(target.groups, process.cgroup, target.id);
    return folders === null ? [] : filesOfGroup(target.groups, folders);
  });
  const paths = [
    { machine: '/proc/sys/kernel/pid_max' } as const,
    { machine: '/sys/devices/system/cpu/online' } as const,
    ...groups,
    ...[...targets.values()].flatMap((target): ProbePath[] => [
      ...strays
        .filter((stray) => stray.target.id === target.id)
        .flatMap((stray) => pathsOfStray(stray, threads)),
      { pid: target.main.pid, file: 'mountinfo' },
    ]),
  ];
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

function pathsOfStray(
  { process: { pid }, target }: Stray,
  threads: ListedThreads['found'],
): ProbePath[] {
  const label = labelOf(target);
  return [
    ...[...FILES, ...label].map((file) => ({ pid, file })),
    ...(threads.get(pid) ?? [])
      .filter((thread) => thread !== pid)
      .flatMap((thread) => (['status', ...label] as const).map((file) => ({ pid, thread, file }))),
  ];
}

const labelOf = ({ labelFile }: KernelTarget): ProcFile[] =>
  labelFile === null ? [] : [labelFile];

/**
 * The strays of one container as far as they are still there. One of which not all was read makes them
 * unread: what nobody saw of it may be the weakest part.
 */
export function straysOf(
  target: KernelTarget,
  strays: readonly Stray[],
  threads: ListedThreads,
  output: ProbeOutput,
): Reading<Strays> {
  const own = strays.filter((stray) => stray.target.id === target.id);
  return readingOf(() => {
    const found = own.filter((stray) => isProven(stray, output));
    const processes = found
      .filter(({ kind, process }) => kind !== 'partly' || !isListed(target, process))
      .flatMap((stray) => tasksIn(stray, threads, output));
    const limits = found.filter(isLimited).map((stray) => limitsIn(stray, output));
    const beside = found
      .filter((stray) => hasMountsOfMain(stray, threads, output))
      .map(({ process }) => process.pid);
    return read({
      processes,
      ...(beside.length === 0 ? {} : { beside }),
      limits: limits.length === 0 ? null : looserLimits(limits),
    });
  });
}

/** Another thread may have left them, which nobody looked at. */
function hasMountsOfMain(
  { process: { pid }, target }: Stray,
  { found }: ListedThreads,
  output: ProbeOutput,
): boolean {
  const [here = '', there = ''] = [pid, target.main.pid].map((one) =>
    rootIn(textIn(output, one, 'mountinfo') ?? ''),
  );
  return found.get(pid)?.length === 1 && here !== '' && here === there;
}

/** Of the groups of a container the engine looks into one, or nobody had its list and all groups counted. */
const isListed = ({ listed }: KernelTarget, { pid }: SurveyedProcess): boolean =>
  listed.size === 0 || listed.has(pid);

/** Where the engine makes no groups nobody is limited by one. */
const isLimited = ({ target }: Stray): boolean => target.makesGroups;

/** Still the same, and no helper of the runtime, which has the mounts of the host. */
function isProven({ process: { pid, startTime }, target, kind }: Stray, output: ProbeOutput) {
  const status = textIn(output, pid, 'status');
  const stat = textIn(output, pid, 'stat');
  if (status === undefined || stat === undefined) return false;
  if (hasEnded(status) && !livesOn(status)) return false;
  if (startTimeOfStat(pid, stat) !== startTime) return false;
  if (kind !== 'beside') return true;
  const [here, there] = [pid, target.main.pid].map((one) => rootOf(output, one));
  return here !== undefined && there !== undefined && here === there;
}

/** Which filesystem a process has for its root, with the folder in it: another for every container. */
function rootOf(output: ProbeOutput, pid: number): string | undefined {
  const text = textIn(output, pid, 'mountinfo');
  if (text === undefined) return undefined;
  const root: KernelMount | undefined = mountsOfMountinfo(pid, text).findLast(
    ({ target }) => target === '/',
  );
  return root && `${root.device} ${root.root}`;
}

function tasksIn(
  { process: { pid }, target }: Stray,
  { found, failed }: ListedThreads,
  output: ProbeOutput,
): KernelProcess[] {
  const listed = found.get(pid);
  if (listed === undefined) {
    const why = failed.get(pid) ?? `the threads of its process ${pid} were not listed`;
    throw new OutsideError('probe-unusable', why);
  }
  const uidMap = textIn(output, pid, 'uid_map');
  const common = {
    uidMap: uidMap === undefined ? null : rangesOfUidMap(pid, uidMap),
    userNamespace: null,
  };
  return listed.flatMap((thread): KernelProcess[] => {
    const at = thread === pid ? undefined : thread;
    const status = textIn(output, pid, 'status', at);
    if (status === undefined || hasEnded(status)) return [];
    const [labelFile] = labelOf(target);
    const label = labelFile === undefined ? undefined : textIn(output, pid, labelFile, at);
    return [{ ...processOfStatus(thread, status), pid, label: label ?? null, ...common }];
  });
}

function limitsIn(
  { process: { pid, cgroup }, target }: Stray,
  output: ProbeOutput,
): Reading<GroupLimits> {
  const now = textIn(output, pid, 'cgroup') ?? '';
  const reason = `the limits of its process ${pid}, which is in none of its control groups, were not read`;
  if (now !== cgroup) return unread(reason);
  const folders = groupsOutside(target.groups, now, target.id);
  requireTold(output, folders ? filesOfGroup(target.groups, folders).map(probePath) : []);
  const found = folders && groupLimits(target.groups, folders, output.files);
  return found ? read(found) : unread(reason);
}
