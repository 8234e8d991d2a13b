import { OutsideError } from '../shared/errors.ts';
import type { KernelDoor, ProbePath } from './collector.ts';
import { requireTold } from './kernel-runs.ts';
import { procPath } from './normalise/probe-output.ts';
import { type ProcessStat, statOfProcess } from './normalise/proc-stat.ts';

/** Runs of one survey, each with as many paths as a probe takes. */
const RUNS_MAX = 4;
const FILES = ['stat', 'cgroup'] as const;

/** What any process of the host shows to everybody. */
export interface SurveyedProcess extends ProcessStat {
  pid: number;
  /** As `/proc/PID/cgroup` has it. */
  cgroup: string;
}

export interface HostSurvey {
  processes: ReadonlyMap<number, SurveyedProcess>;
  notes: string[];
}

/**
 * Every process of the host, with its parent and its control groups; none that ended meanwhile. Rejects
 * with `OutsideError`, also for a host with more of them than there is room for.
 */
export async function surveyHost(door: KernelDoor): Promise<HostSurvey> {
  const pids = await door.listPids();
  const perRun = Math.floor(door.pathsMax / FILES.length);
  if (pids.length > RUNS_MAX * perRun) {
    throw new OutsideError('engine-answer-too-large', `the host has ${pids.length} processes`);
  }
  const processes = new Map<number, SurveyedProcess>();
  const notes: string[] = [];
  for (let start = 0; start < pids.length; start += perRun) {
    const part = pids.slice(start, start + perRun);
    const paths = part.flatMap((pid): ProbePath[] => FILES.map((file) => ({ pid, file })));
    const output = await door.read(paths);
    requireTold(output, output.lost ?? []);
    notes.push(...output.notes);
    for (const pid of part) {
      const stat = output.files.get(procPath(pid, 'stat'));
      const cgroup = output.files.get(procPath(pid, 'cgroup'));
      if (stat === undefined || cgroup === undefined) continue;
      processes.set(pid, { pid, cgroup, ...statOfProcess(pid, stat) });
    }
  }
  return { processes, notes };
}
