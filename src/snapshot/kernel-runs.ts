import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { KernelDoor, ProbePath, ProcFile, ProcPath } from './collector.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { filesOfGroup, sameForAll } from './normalise/group-folders.ts';
import { procPath } from './normalise/probe-output.ts';
import { membersFormat } from './normalise/proc-cgroup.ts';
import { batchesOf, listThreads, readUnits, requireTold } from './probe-runs.ts';

/** Runs that are planned for one snapshot, each with as many paths as a probe takes. */
const RUNS_MAX = 4;
/** With those for what was lost of outputs that were longer than planned. */
export const ALL_RUNS_MAX = 8;

/** A target all of whose processes and threads are known. */
export type CompleteTarget = WithProcesses & {
  /** Threads beside the first one of a process, where it has any. */
  threads: ReadonlyMap<number, readonly number[]>;
  /** Processes of several threads that the list had not: they have ended, or their facts are not whole. */
  unlisted: ReadonlySet<number>;
};

type WithProcesses = KernelTarget & { others: { state: 'read' } };

/**
 * Finds the processes of those targets whose list the engine could not give, by the control groups of
 * all processes of the host. Where that fails their `others` stay unread, with the reason.
 */
export async function completeTargets(
  door: KernelDoor,
  targets: readonly KernelTarget[],
): Promise<KernelTarget[]> {
  if (targets.every(({ others }) => others.state === 'read')) return [...targets];
  const known = new Set(
    targets.flatMap(({ others }) => (others.state === 'read' ? others.value : [])),
  );
  try {
    const pids = (await door.listPids()).filter((pid) => !known.has(pid));
    const ids = targets.map(({ id }) => id);
    const members = await findMembers(door, pids, ids);
    return targets.map((target) => {
      if (target.others.state === 'read') return target;
      const own = members.get(target.id) ?? [];
      return { ...target, others: read(own.filter((pid) => pid !== target.main.pid)) };
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    const reason = (told: string) => unread(`${told}; nor by control groups: ${error.message}`);
    return targets.map((target) =>
      target.others.state === 'read' ? target : { ...target, others: reason(target.others.reason) },
    );
  }
}

/** Numbers of those of the processes that are in the control groups of each container, by its id. */
async function findMembers(
  door: KernelDoor,
  pids: readonly number[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (pids.length > RUNS_MAX * door.pathsMax) {
    throw new OutsideError('engine-answer-too-large', `the host has ${pids.length} processes`);
  }
  const pathsOf = (units: readonly number[]): ProbePath[] =>
    units.map((pid) => ({ pid, file: 'cgroup' }));
  const batches = batchesOf(pids, pathsOf, door.pathsMax);
  const members = new Map(ids.map((id) => [id, [] as number[]]));
  const asked = { batches, pathsOf, runsMax: ALL_RUNS_MAX, isAllNeeded: true as const };
  await readUnits(door, asked, async (units, output) => {
    requireTold(
      output,
      units.map((pid) => procPath(pid, 'cgroup')),
    );
    const found = await door.parse(membersFormat, { files: output.files, pids: units, ids });
    for (const [id, own] of found) members.get(id)?.push(...own);
  });
  return members;
}

/**
 * The same targets with their threads, which another run lists: of those processes alone that the
 * host's `ps` does not call single. Where that fails the target has a reason in place of them.
 */
export async function withThreads(
  door: KernelDoor,
  targets: readonly WithProcesses[],
): Promise<{ id: string; target: Reading<CompleteTarget> }[]> {
  const manyIn = ({ main, others, listed }: WithProcesses) =>
    [main.pid, ...others.value].filter((pid) => listed.get(pid)?.threads !== 1);
  const { found, failed } = await listThreads(door, targets.flatMap(manyIn), ALL_RUNS_MAX);
  return targets.map((target) => {
    const { id } = target;
    const many = manyIn(target);
    const [problem] = many.flatMap((pid) => failed.get(pid) ?? []);
    if (problem !== undefined) return { id, target: unread(problem) };
    const threads = new Map(
      many.flatMap((pid) => {
        const all = found.get(pid);
        return all ? [[pid, all.filter((thread) => thread !== pid)] as const] : [];
      }),
    );
    const unlisted = new Set(many.filter((pid) => !found.has(pid)));
    return { id, target: read({ ...target, threads, unlisted }) };
  });
}

/**
 * Which targets are read together: all files of a container in one run, those with few processes
 * first, so that one with very many is left over itself and takes no other along. What they print is planned to fit into an
 * output by what was measured; what is longer is lost, and to be asked for again.
 */
export function planRuns(
  targets: readonly CompleteTarget[],
  pathsMax: number,
): { runs: CompleteTarget[][]; left: CompleteTarget[] } {
  const groups: CompleteTarget[][] = [];
  const left: CompleteTarget[] = [];
  let room = 0;
  const shares = targets.map((target) => ({ target, needed: shareOf(target, pathsMax) }));
  for (const { target, needed } of shares.sort((a, b) => a.needed - b.needed)) {
    if (needed > room && groups.length < RUNS_MAX) {
      groups.push([]);
      room = 1 - (ownFiles.length + 1) / pathsMax;
    }
    const group = groups.at(-1);
    if (!group || needed > room) {
      left.push(target);
      continue;
    }
    group.push(target);
    room -= needed;
  }
  return { runs: groups.filter((group) => group.length > 0), left };
}

/** That the probe reads of itself and of the machine. */
const ownFiles: readonly ProbePath[] = [
  { pid: 'self', file: 'status' },
  { pid: 'self', file: 'mountinfo' },
  { pid: 'self', file: 'uid_map' },
  { machine: '/proc/sys/kernel/pid_max' },
  { machine: '/sys/devices/system/cpu/online' },
];
const selinuxFile: ProbePath = { machine: '/sys/fs/selinux/enforce' };
const MAIN_FILES = ['status', 'cgroup', 'stat', 'uid_map'] as const;
const OTHER_FILES = ['status', 'cgroup', 'uid_map'] as const;
/** What is planned for one run, somewhat less than what is read of it. */
const RUN_BYTES = 7.5 * 1024 * 1024;
/** Measured: all files of a process, by the version of control groups, a status alone, and mounts. */
const PROCESS_BYTES = { '1': 4480, '2': 3328 } as const;
const STATUS_BYTES = 3584;
const MOUNTS_BYTES = 8192;
/** A file of a control group or a label: its path, and a short line. */
const SHORT_BYTES = 160;

export const threadsOf = ({ threads }: Pick<CompleteTarget, 'threads'>): [number, number][] =>
  [...threads].flatMap(([pid, list]) => list.map((thread): [number, number] => [pid, thread]));

/** How much of a run it takes, by paths or by what they print. */
function shareOf(target: CompleteTarget, pathsMax: number): number {
  const threads = threadsOf(target).length;
  const groups = groupPathsOf(target).length;
  const paths = pathsOfTarget(target).length + groups;
  const processes = 1 + target.others.value.length;
  const labels = target.labelFile === null ? 0 : processes + threads;
  const bytes =
    processes * PROCESS_BYTES[target.groups.version] +
    threads * STATUS_BYTES +
    (groups + labels) * SHORT_BYTES +
    MOUNTS_BYTES;
  return Math.max(paths / pathsMax, bytes / RUN_BYTES);
}

/** It was given no network, or that of another, who may have none and need not run. */
export const mayBeWithoutNetwork = ({ network }: Pick<KernelTarget, 'network'>): boolean =>
  network.isAlone || network.mode.startsWith('container:');

function pathsOfProcesses(target: CompleteTarget): ProcPath[] {
  const { main, others, labelFile } = target;
  const label: ProcFile[] = labelFile === null ? [] : [labelFile];
  const interfaces: ProcFile[] = mayBeWithoutNetwork(target) ? ['net/dev'] : [];
  return [
    ...[...MAIN_FILES, ...label, ...interfaces].map((file) => ({ pid: main.pid, file })),
    ...others.value.flatMap((pid) => [...OTHER_FILES, ...label].map((file) => ({ pid, file }))),
  ];
}

function pathsOfThreads(target: CompleteTarget): ProcPath[] {
  const { labelFile } = target;
  const files: ProcFile[] = ['status', ...(labelFile === null ? [] : [labelFile])];
  return threadsOf(target).flatMap(([pid, thread]) => files.map((file) => ({ pid, thread, file })));
}

/** Where its control group should be; which one it is shows in the same run. */
function groupPathsOf({ makesGroups, groups, group }: CompleteTarget): ProbePath[] {
  const folders = makesGroups ? sameForAll(group) : null;
  return folders === null ? [] : filesOfGroup(groups, folders);
}

const pathsOfTarget = (target: CompleteTarget): ProcPath[] => [
  ...pathsOfProcesses(target),
  ...pathsOfThreads(target),
  { pid: target.main.pid, file: 'mountinfo' },
];

/** What is read of targets in one run, one after the other: what is lost of a cut output are the last ones, which have the most processes. */
export function pathsOfRun(targets: readonly CompleteTarget[]): ProbePath[] {
  const groups = new Map(
    targets.flatMap(groupPathsOf).map((path) => [JSON.stringify(path), path] as const),
  );
  return [
    ...ownFiles,
    ...(targets.some(({ hasSelinux }) => hasSelinux) ? [selinuxFile] : []),
    ...groups.values(),
    ...targets.flatMap(pathsOfTarget),
  ];
}
