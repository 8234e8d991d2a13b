import { OutsideError } from '../shared/errors.ts';
import type { KernelDoor, ProbePath } from './collector.ts';
import { ALL_RUNS_MAX } from './kernel-runs.ts';
import { type ProcessStat, statOfProcess } from './normalise/proc-status.ts';
import { batchesOf, readUnits, textIn } from './probe-runs.ts';

/** Runs that are planned for one survey, each with as many paths as a probe takes. */
const RUNS_MAX = 4;
/** Of all control groups together, each once: those of a host with ten thousand take 14 million. */
const CHARACTERS_MAX = 32_000_000;
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
  const pathsOf = (units: readonly number[]): ProbePath[] =>
    units.flatMap((pid) => FILES.map((file) => ({ pid, file })));
  const batches = batchesOf(pids, pathsOf, door.pathsMax);
  const processes = new Map<number, SurveyedProcess>();
  // Those of one group print the same.
  const groups = new Map<string, string>();
  let characters = 0;
  const notes: string[] = [];
  const asked = { batches, pathsOf, runsMax: ALL_RUNS_MAX, isAllNeeded: true as const };
  await readUnits(door, asked, async (units, output) => {
    notes.push(...output.notes);
    for (const pid of units) {
      const stat = textIn(output, pid, 'stat');
      const cgroup = textIn(output, pid, 'cgroup');
      if (stat === undefined || cgroup === undefined) continue;
      if (!groups.has(cgroup)) characters += cgroup.length;
      if (characters > CHARACTERS_MAX) {
        throw new OutsideError('foreign-too-costly', 'the control groups of the host are too many');
      }
      const kept = groups.get(cgroup) ?? cgroup;
      groups.set(kept, kept);
      processes.set(pid, { pid, cgroup: kept, ...statOfProcess(pid, stat) });
    }
  });
  return { processes, notes };
}
