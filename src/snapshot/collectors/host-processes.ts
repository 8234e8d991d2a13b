import { type Reading, read, unread } from '../../shared/reading.ts';
import { filesOfManyNames } from '../believed-files.ts';
import type { HostFileDoor, KernelDoor, ProbeOutput, ProbePath } from '../collector.ts';
import { type ContainerLook, defineCollector } from '../define-collector.ts';
import {
  type NetworkWitness,
  networksOfNumbers,
  networkWitnesses,
  witnessPaths,
} from '../engine-network.ts';
import { ownOf, settingsOfEngine } from '../engine-own-files.ts';
import {
  candidatePaths,
  engineAmong,
  engineCandidates,
  engineSocketsIn,
  enginesBeside,
  hostMountsIn,
  type RunningEngine,
  temporarySocketsIn,
} from '../engine-process.ts';
import type { EngineFacts } from '../facts/engine.ts';
import type {
  EngineProcess,
  HostProcessFacts,
  MountsOfThreads,
  Strays,
} from '../facts/host-processes.ts';
import { type SurveyedProcess, surveyHost } from '../host-survey.ts';
import {
  findTargets,
  type KernelTarget,
  problemAfterwards,
  targetEndpoints,
} from '../kernel-targets.ts';
import { defaultDaemonJson } from '../normalise/daemon-settings.ts';
import { readingOf, valueIn } from '../outcome.ts';
import { batchesOf, type ListedThreads, listThreads, readUnits } from '../probe-runs.ts';
import { descentOf, type Stray, strayPaths, straysOf } from '../strays.ts';
import {
  mountPaths,
  mountsOfThreads,
  networksOfThreads,
  outsideHostNetwork,
  type ThreadedProcess,
  threadedProcesses,
  threadPaths,
} from '../threaded-processes.ts';

/** Processes outside of their control groups that are read in one scan. */
const STRAYS_MAX = 500;
/** Runs for what is read of processes, and for the list of their threads. */
const RUNS_MAX = 4;

export const hostProcesses = defineCollector({
  purpose:
    'Which processes left the control groups of their container, and how the engine was started; at the evidence level `kernel` only.',
  reads: [...targetEndpoints],
  level: 'kernel',
  async collect({ first, hostFiles: files, kernelDoor: door }): Promise<HostProcessFacts> {
    const found = findTargets(first);
    const facts = valueIn(first.engine);
    const targets = found.flatMap(({ target }) => (target.state === 'read' ? target.value : []));
    const { processes, notes } = await surveyHost(door);
    const { isOfContainer, strays } = descentOf(processes, targets);
    const looked = mostContainers(strays);
    const candidates = engineCandidates(processes, isOfContainer);
    const threaded = threadedProcesses(targets);
    const networked = candidates.length === 0 ? [] : outsideHostNetwork(threaded);
    const many = [...looked.map(({ process }) => process), ...networked, ...threaded];
    const threads = await listThreads(door, [...new Set(many.map(({ pid }) => pid))], RUNS_MAX);
    const witnesses = candidates.length === 0 ? [] : networkWitnesses(targets);
    const seen = { candidates, strays: looked, threads, witnesses, networked, threaded };
    const outputs = await readSeen(door, seen);
    const readStrays = async (target: KernelTarget): Promise<Reading<Strays>> => {
      if (!strays.some((stray) => stray.target.id === target.id)) {
        return read({ processes: [], limits: null });
      }
      const output = outputs.get(target.id) ?? unread(tooMany(strays.length));
      const own =
        output.state === 'read' ? straysOf(target, looked, threads, output.value) : output;
      if (own.state === 'unread') return own;
      const problem = await problemAfterwards(door, target);
      return problem === null ? own : unread(problem);
    };
    const beside = outputs.get(ENGINE) ?? read(NOTHING);
    const running =
      beside.state === 'read'
        ? readingOf(() => engineAmong(candidates, beside.value, facts))
        : beside;
    const { networks = [], threadNetworks = [] } =
      running.state === 'read' && beside.state === 'read'
        ? await networksBeside(door, {
            ...seen,
            pid: running.value.pid,
            beside: beside.value,
            outputs,
          })
        : {};
    const threadMounts = await mountsBeside(door, { ...seen, outputs });
    // Through a rootless engine nobody writes to what is of root.
    const manyNamed =
      !facts.isRootless && valueIn(first.containers).some(mountsSomething)
        ? await filesOfManyNames(files, door)
        : null;
    const others = beside.state === 'read' ? enginesBeside(candidates, beside.value, running) : [];
    return {
      engine:
        running.state === 'read' ? read(await toldProcess(running.value, files, facts)) : running,
      ...(others.length === 0 ? {} : { otherEngines: await toldProcesses(others, files, facts) }),
      ...(running.state === 'read' ? { engineStartTicks: running.value.startTicks } : {}),
      engineMounts: readingOf(() =>
        running.state === 'read' && beside.state === 'read'
          ? hostMountsIn(running.value, beside.value, facts.dataRoot)
          : unread('the process of the engine is not known'),
      ),
      engineSockets: beside.state === 'read' ? engineSocketsIn(candidates, beside.value) : beside,
      temporarySockets: beside.state === 'read' ? temporarySocketsIn(beside.value) : beside,
      ...(manyNamed === null ? {} : { manyNamed }),
      ...(networks.length === 0 ? {} : { networks }),
      ...(threadNetworks.length === 0 ? {} : { threadNetworks }),
      ...(threadMounts.length === 0 ? {} : { threadMounts }),
      strays: await Promise.all(
        found.map(async ({ containerId, target }) => ({
          containerId,
          facts: target.state === 'unread' ? target : await readStrays(target.value),
        })),
      ),
      notes: [...new Set([...notes, ...[...outputs.values()].flatMap(notesOf)])],
    };
  },
});

/** One of which nobody knows may. */
const mountsSomething = ({ inspected }: ContainerLook): boolean =>
  !('value' in inspected) ||
  !('value' in inspected.value.mountPoints) ||
  inspected.value.mountPoints.value.some(({ isTmpfs }) => !isTmpfs);

/** The unit of the engine's candidates beside those of the strays of containers, which have their ids. */
const ENGINE = 'engine';
/** That of the threads of one container: they may be so many that the output is cut. */
const unitOfThreads = (id: string): string => `threads of ${id}`;
const unitOfMounts = (id: string): string => `mounts of ${id}`;
const NOTHING: ProbeOutput = { readAt: '', files: new Map(), notes: [] };

const notesOf = (output: Reading<ProbeOutput>) =>
  output.state === 'read' ? output.value.notes : [];

const tooMany = (count: number) =>
  `of ${count} processes outside of their groups ${STRAYS_MAX} are read`;

/** The strays of those containers that have the fewest: all of one, or none. */
function mostContainers(strays: readonly Stray[]): Stray[] {
  const byTarget = Map.groupBy(strays, ({ target }) => target.id);
  const looked: Stray[] = [];
  for (const own of [...byTarget.values()].sort((a, b) => a.length - b.length)) {
    if (looked.length + own.length <= STRAYS_MAX) looked.push(...own);
  }
  return looked;
}

/** The output in which the candidates are, and that of the strays and threads of each container, by their unit. */
async function readSeen(
  door: KernelDoor,
  { candidates, strays, threads, witnesses, networked, threaded }: Seen,
): Promise<ReadonlyMap<string, Reading<ProbeOutput>>> {
  const pathsOf = (units: readonly string[]): ProbePath[] => {
    const own = strays.filter(({ target }) => units.includes(target.id));
    return [
      ...(units.includes(ENGINE)
        ? [...candidatePaths(candidates), ...witnessPaths(witnesses)]
        : []),
      ...(own.length === 0 ? [] : strayPaths(own, threads.found)),
      ...threadPaths(
        networked.filter(({ target }) => units.includes(unitOfThreads(target.id))),
        threads,
      ),
      ...[...Map.groupBy(threaded, ({ target }) => target.id)].flatMap(([id, processes]) =>
        units.includes(unitOfMounts(id)) ? mountPaths(processes, threads) : [],
      ),
    ];
  };
  const units = [
    ...(candidates.length === 0 ? [] : [ENGINE]),
    ...new Set(strays.map(({ target }) => target.id)),
    ...new Set(networked.map(({ target }) => unitOfThreads(target.id))),
    ...new Set(threaded.map(({ target }) => unitOfMounts(target.id))),
  ];
  const batches = batchesOf(units, pathsOf, door.pathsMax);
  const outputs = new Map<string, Reading<ProbeOutput>>();
  const asked = { batches, pathsOf, runsMax: RUNS_MAX };
  const failed = await readUnits(door, asked, async (told, output) => {
    for (const unit of told) outputs.set(unit, read(output));
  });
  for (const [unit, { message }] of failed) outputs.set(unit, unread(message));
  return outputs;
}

interface Seen {
  candidates: readonly SurveyedProcess[];
  strays: readonly Stray[];
  threads: ListedThreads;
  witnesses: readonly NetworkWitness[];
  networked: readonly ThreadedProcess[];
  threaded: readonly ThreadedProcess[];
}

interface Outputs {
  outputs: ReadonlyMap<string, Reading<ProbeOutput>>;
}

/** Whose networks are that of the engine, of the witnesses and threads whose containers are still there. */
async function networksBeside(
  door: KernelDoor,
  {
    pid,
    beside,
    outputs,
    witnesses,
    networked,
    threads,
  }: Omit<Seen, 'threaded'> &
    Outputs & {
      /** The engine. */
      pid: number;
      beside: ProbeOutput;
    },
): Promise<Pick<HostProcessFacts, 'networks' | 'threadNetworks'>> {
  const gone = await replaced(door, [...witnesses, ...networked]);
  const isThere = ({ target }: Pick<ThreadedProcess, 'target'>) => !gone.has(target);
  return {
    networks: networksOfNumbers(pid, witnesses.filter(isThere), beside),
    threadNetworks: networksOfThreads(
      { pid, output: beside },
      networked.filter(isThere),
      threads,
      ({ id }) => outputs.get(unitOfThreads(id)),
    ),
  };
}

/** Whose threads have other mounts than their processes, of containers that are still there. */
async function mountsBeside(
  door: KernelDoor,
  { threaded, threads, outputs }: Pick<Seen, 'threaded' | 'threads'> & Outputs,
): Promise<MountsOfThreads[]> {
  const gone = await replaced(door, threaded);
  const there = threaded.filter(({ target }) => !gone.has(target));
  return mountsOfThreads(there, threads, ({ id }) => outputs.get(unitOfMounts(id)));
}

/** Those of them whose container is no more the same as when their numbers were told. */
async function replaced(
  door: KernelDoor,
  seen: readonly Pick<ThreadedProcess, 'target'>[],
): Promise<ReadonlySet<KernelTarget>> {
  const targets = [...new Set(seen.map(({ target }) => target))];
  const problems = await Promise.all(targets.map((one) => problemAfterwards(door, one)));
  return new Set(targets.filter((_, index) => problems[index] !== null));
}

async function toldProcess(
  running: RunningEngine,
  files: HostFileDoor,
  engine: EngineFacts,
): Promise<EngineProcess> {
  const { pid, configFile } = running;
  const settings = await settingsOfEngine(running, files, engine);
  const daemonJson = configFile ?? defaultDaemonJson;
  return { pid, settings, ...(await ownOf(settings, daemonJson, files, engine)) };
}

/** One after the other: each of them is looked at through containers of the engine that answers. */
async function toldProcesses(
  others: readonly RunningEngine[],
  files: HostFileDoor,
  engine: EngineFacts,
): Promise<EngineProcess[]> {
  // The socket and the certificate of the connection are those of the one that answers.
  const apart = {
    ...engine,
    socketPaths: [],
    endpoint: { ...engine.endpoint, isMutualTls: false },
  };
  const told: EngineProcess[] = [];
  for (const one of others) told.push(await toldProcess(one, files, apart));
  return told;
}
