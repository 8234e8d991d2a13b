import { type Reading, read, unread } from '../../shared/reading.ts';
import { type HostFileDoor, hostFileCalls, procCalls } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import {
  candidatePaths,
  engineAmong,
  engineCandidates,
  engineSocketsIn,
  type RunningEngine,
} from '../engine-process.ts';
import { settingsOfEngine } from '../engine-settings.ts';
import type { EngineFacts } from '../facts/engine.ts';
import type { EngineProcess, HostProcessFacts, Strays } from '../facts/host-processes.ts';
import { surveyHost } from '../host-survey.ts';
import { readAsMany } from '../kernel-runs.ts';
import {
  findTargets,
  type KernelTarget,
  problemAfterwards,
  targetEndpoints,
} from '../kernel-targets.ts';
import { readingOf, valueIn } from '../outcome.ts';
import { descentOf, type Stray, strayPaths, straysOf } from '../strays.ts';

/** Processes outside of their control groups that are read in one scan. */
const STRAYS_MAX = 500;

export const hostProcesses = defineCollector({
  id: 'hostProcesses',
  purpose:
    'Which processes left the control groups of their container, and how the engine was started; at the evidence level `kernel` only.',
  reads: [...targetEndpoints],
  kernelProbes: procCalls,
  probes: hostFileCalls,
  async collect({ first, hostFiles: files, kernelDoor: door }): Promise<HostProcessFacts> {
    if (!door || !files) throw new Error('run without the door that it needs');
    const found = findTargets(first);
    const facts = valueIn(first.engine);
    const targets = found.flatMap(({ target }) => (target.state === 'read' ? target.value : []));
    const { processes, notes } = await surveyHost(door);
    const { isOfContainer, strays } = descentOf(processes, targets);
    const looked = strays.slice(0, STRAYS_MAX);
    const candidates = engineCandidates(processes, isOfContainer);
    const pids = [...new Set(looked.map(({ process }) => process.pid))];
    const threads = pids.length === 0 ? new Map() : await door.listThreads(pids);
    const paths = [
      ...candidatePaths(candidates),
      ...(looked.length === 0 ? [] : strayPaths(looked, threads)),
    ];
    const output = await readAsMany(door, paths);
    const readStrays = async (target: KernelTarget): Promise<Reading<Strays>> => {
      const isOwn = (stray: Stray) => stray.target.id === target.id;
      if (strays.filter(isOwn).length > looked.filter(isOwn).length) {
        return unread(
          `of ${strays.length} processes outside of their groups ${STRAYS_MAX} are read`,
        );
      }
      const own = straysOf(target, looked, threads, output);
      if (own.state === 'unread' || !looked.some(isOwn)) return own;
      const problem = await problemAfterwards(door, target);
      return problem === null ? own : unread(problem);
    };
    const running = readingOf(() => engineAmong(candidates, output, facts));
    const startedAt = running.state === 'read' ? running.value.startedAt : null;
    return {
      engine: await withSettings(running, files, facts),
      ...(startedAt === null ? {} : { engineStartedAt: startedAt }),
      engineSockets: engineSocketsIn(candidates, output),
      strays: await Promise.all(
        found.map(async ({ containerId, target }) => ({
          containerId,
          facts: target.state === 'unread' ? target : await readStrays(target.value),
        })),
      ),
      notes: [...new Set([...notes, ...output.notes])],
    };
  },
});

async function withSettings(
  found: Reading<RunningEngine>,
  files: HostFileDoor,
  engine: EngineFacts,
): Promise<Reading<EngineProcess>> {
  if (found.state === 'unread') return found;
  const { pid } = found.value;
  return read({ pid, settings: await settingsOfEngine(found.value, files, engine) });
}
