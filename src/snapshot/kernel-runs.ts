import { OutsideError } from '../shared/errors.ts';
import { read, unread } from '../shared/reading.ts';
import type { KernelDoor, ProbeOutput, ProcPath } from './collector.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import { cgroupOwner } from './normalise/proc-cgroup.ts';

/** Runs of one snapshot, each with as many paths as a probe takes. */
const RUNS_MAX = 4;

/** A target all of whose processes are known. */
export type CompleteTarget = KernelTarget & { others: { state: 'read' } };

export interface KernelRun {
  targets: CompleteTarget[];
  paths: ProcPath[];
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
    const output = await readCgroups(door, pids);
    return targets.map((target) => {
      if (target.others.state === 'read') return target;
      const own = pids.filter((pid) => {
        const text = output.get(procPath(pid, 'cgroup'));
        return text !== undefined && cgroupOwner(text, target.id) === 'container';
      });
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
    for (const [path, text] of output.files) files.set(path, text);
  }
  return files;
}

/**
 * Which targets are read together: all files of a container in one run, those with few processes
 * first, so that one with very many is left over itself and takes no other along.
 */
export function planRuns(
  targets: readonly CompleteTarget[],
  pathsMax: number,
): { runs: KernelRun[]; left: CompleteTarget[] } {
  const groups: CompleteTarget[][] = [];
  const left: CompleteTarget[] = [];
  let room = 0;
  for (const target of targets.toSorted((a, b) => pathCount(a) - pathCount(b))) {
    const needed = pathCount(target);
    if (needed > room && groups.length < RUNS_MAX) {
      groups.push([]);
      room = pathsMax - OWN_FILES;
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

/** That the probe reads of itself. */
const OWN_FILES = 2;
const MAIN_FILES = ['status', 'cgroup', 'stat', 'uid_map'] as const;
const OTHER_FILES = ['status', 'cgroup'] as const;

const pathCount = ({ others }: CompleteTarget): number =>
  MAIN_FILES.length + OTHER_FILES.length * others.value.length + 1;

/** Mounts come last, being the longest: what is lost of a cut output are these. */
function pathsOf(targets: readonly CompleteTarget[]): ProcPath[] {
  return [
    { pid: 'self', file: 'status' },
    { pid: 'self', file: 'mountinfo' },
    ...targets.flatMap(({ main: { pid }, others }) => [
      ...MAIN_FILES.map((file) => ({ pid, file })),
      ...others.value.flatMap((other) => OTHER_FILES.map((file) => ({ pid: other, file }))),
    ]),
    ...targets.map(({ main: { pid } }): ProcPath => ({ pid, file: 'mountinfo' })),
  ];
}

/** Text of one file of a run; undefined when it could not be read. */
export const textIn = (
  { files }: Pick<ProbeOutput, 'files'>,
  pid: number,
  file: ProcPath['file'],
): string | undefined => files.get(procPath(pid, file));
