import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { KernelDoor, ProbeOutput, ProbePath, ProcFile, ProcPath } from './collector.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { filesOfGroup, sameForAll } from './normalise/group-folders.ts';
import { probePath, procPath } from './normalise/probe-output.ts';
import { membersFormat } from './normalise/proc-cgroup.ts';

/** Runs of one snapshot, each with as many paths as a probe takes. */
const RUNS_MAX = 4;

/** A target all of whose processes and threads are known. */
export type CompleteTarget = WithProcesses & {
  /** Threads beside the first one of a process, where it has any. */
  threads: ReadonlyMap<number, readonly number[]>;
  /** Processes of several threads that the list had not: they have ended, or their facts are not whole. */
  unlisted: ReadonlySet<number>;
};

type WithProcesses = KernelTarget & { others: { state: 'read' } };

export interface KernelRun {
  targets: CompleteTarget[];
  paths: ProbePath[];
}

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
    const files = await readCgroups(door, pids);
    const ids = targets.map(({ id }) => id);
    const members = await door.parse(membersFormat, { files, pids, ids });
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

async function readCgroups(
  door: KernelDoor,
  pids: readonly number[],
): Promise<ReadonlyMap<string, string>> {
  if (pids.length > RUNS_MAX * door.pathsMax) {
    throw new OutsideError('engine-answer-too-large', `the host has ${pids.length} processes`);
  }
  const files = new Map<string, string>();
  for (let start = 0; start < pids.length; start += door.pathsMax) {
    const part = pids.slice(start, start + door.pathsMax);
    const output = await door.read(part.map((pid) => ({ pid, file: 'cgroup' })));
    requireTold(output, output.lost ?? []);
    for (const [path, text] of output.files) files.set(path, text);
  }
  return files;
}

/**
 * The same targets with their threads, which one more run lists: of those processes alone that the
 * host's `ps` does not call single. Where that fails the target has a reason in place of them.
 */
export async function withThreads(
  door: KernelDoor,
  targets: readonly WithProcesses[],
): Promise<{ id: string; target: Reading<CompleteTarget> }[]> {
  const manyIn = ({ main, others, listed }: WithProcesses) =>
    [main.pid, ...others.value].filter((pid) => listed.get(pid)?.threads !== 1);
  const listed = await listThreads(door, targets.flatMap(manyIn));
  return targets.map((target) => {
    const { id } = target;
    const many = manyIn(target);
    if (many.length > 0 && listed.state === 'unread') return { id, target: listed };
    const found = listed.state === 'read' ? listed.value : new Map<number, number[]>();
    const threads = new Map(
      [...found]
        .filter(([pid]) => many.includes(pid))
        .map(([pid, all]) => [pid, all.filter((thread) => thread !== pid)] as const),
    );
    const unlisted = new Set(many.filter((pid) => !found.has(pid)));
    return { id, target: read({ ...target, threads, unlisted }) };
  });
}

async function listThreads(
  door: KernelDoor,
  pids: readonly number[],
): Promise<Reading<Map<number, number[]>>> {
  const found = new Map<number, number[]>();
  if (pids.length > RUNS_MAX * door.pathsMax) {
    return unread(`there are ${pids.length} processes, more than there is room for`);
  }
  try {
    for (let start = 0; start < pids.length; start += door.pathsMax) {
      const part = await door.listThreads(pids.slice(start, start + door.pathsMax));
      for (const [pid, threads] of part) found.set(pid, threads);
    }
    return read(found);
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return unread(`its threads were not listed: ${error.message}`);
  }
}

/**
 * Which targets are read together: all files of a container in one run, those with few processes
 * first, so that one with very many is left over itself and takes no other along. What they print fits into
 * an output.
 */
export function planRuns(
  targets: readonly CompleteTarget[],
  pathsMax: number,
): { runs: KernelRun[]; left: CompleteTarget[] } {
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
  const runs = groups.filter((group) => group.length > 0);
  return { runs: runs.map((group) => ({ targets: group, paths: pathsOf(group) })), left };
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

function pathsOfProcesses({ main, others, labelFile }: CompleteTarget): ProcPath[] {
  const label: ProcFile[] = labelFile === null ? [] : [labelFile];
  return [
    ...[...MAIN_FILES, ...label].map((file) => ({ pid: main.pid, file })),
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

/** One target after the other: what is lost of a cut output are the last ones, which have the most processes. */
function pathsOf(targets: readonly CompleteTarget[]): ProbePath[] {
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

/**
 * Text of one file of a run; undefined when it could not be read. Throws `OutsideError` where the output was cut
 * before it: what is lost may be there.
 */
export function textIn(
  output: Told,
  pid: number,
  file: ProcFile,
  thread?: number,
): string | undefined {
  const path = procPath(pid, file, thread);
  requireTold(output, [path]);
  return output.files.get(path);
}

type Told = Pick<ProbeOutput, 'files' | 'lost'>;

/** As many of them as a probe takes; the others are lost. */
export async function readAsMany(
  door: KernelDoor,
  paths: readonly ProbePath[],
): Promise<ProbeOutput> {
  if (paths.length === 0) return { readAt: '', files: new Map(), notes: [] };
  const output = await door.read(paths.slice(0, door.pathsMax));
  const lost = [...(output.lost ?? []), ...paths.slice(door.pathsMax).map(probePath)];
  return { ...output, lost: new Set(lost) };
}

/** Throws `OutsideError` where the output was cut before one of these paths. */
export function requireTold({ lost }: Pick<Told, 'lost'>, paths: Iterable<string>): void {
  if (lost === undefined) return;
  for (const path of paths) {
    if (!lost.has(path)) continue;
    throw new OutsideError('engine-answer-too-large', 'the output of the probe was cut');
  }
}
