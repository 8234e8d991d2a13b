import type { Reading } from '../shared/reading.ts';
import type { ProbeOutput, ProcPath } from './collector.ts';
import { NETWORKS_MAX, socketsIn } from './engine-network.ts';
import type { NetworkOfThreads } from './facts/host-processes.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import type { ListedThreads } from './probe-runs.ts';
import { type ThreadedProcess, threadsBeside } from './threaded-processes.ts';

const FILE = 'net/unix' as const;

/** More threads of one container are not looked at. */
const THREADS_MAX = 1000;

/** Those that may have entered the network of the host: who was put there has no other to enter it from. */
export const outsideHostNetwork = (processes: readonly ThreadedProcess[]): ThreadedProcess[] =>
  processes.filter(({ target }) => target.network.mode !== 'host').slice(0, NETWORKS_MAX);

/** What is read of them beside their first threads; nothing of a container that has too many. */
export function threadPaths(
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
): ProcPath[] {
  const ofOne = (own: readonly ThreadedProcess[]): ProcPath[] => {
    const paths = own.flatMap(({ pid }) =>
      (threadsBeside(pid, threads) ?? []).map((thread) => ({ pid, thread, file: FILE })),
    );
    return paths.length > THREADS_MAX ? [] : paths;
  };
  return [...Map.groupBy(processes, ({ target }) => target.id).values()].flatMap(ofOne);
}

/**
 * Whether a thread of these processes is in the network of the engine; those of which nobody can tell are left out. A
 * thread that has ended is in none.
 */
export function networksOfThreads(
  engine: { pid: number; output: ProbeOutput },
  processes: readonly ThreadedProcess[],
  threads: ListedThreads,
  outputOf: (target: KernelTarget) => Reading<ProbeOutput> | undefined,
): NetworkOfThreads[] {
  const own = new Set(socketsIn(engine.output, procPath(engine.pid, FILE)));
  if (own.size === 0) return [];
  return processes.flatMap(({ pid, target }) => {
    const output = outputOf(target);
    const beside = threadsBeside(pid, threads);
    if (output?.state !== 'read' || beside === null) return [];
    const { files, lost } = output.value;
    const paths = beside.map((thread) => procPath(pid, FILE, thread));
    const isTold = paths.length === 0 || paths.some((path) => files.has(path));
    if (!isTold || paths.some((path) => lost?.has(path))) return [];
    const sockets = paths.flatMap((path) => socketsIn(output.value, path) ?? []);
    return [{ pid, isOfEngine: sockets.some((one) => own.has(one)) }];
  });
}
