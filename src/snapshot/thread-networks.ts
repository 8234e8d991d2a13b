import type { Reading } from '../shared/reading.ts';
import type { ProbeOutput, ProcPath } from './collector.ts';
import { NETWORKS_MAX, socketsIn } from './engine-network.ts';
import type { NetworkOfThreads } from './facts/host-processes.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import type { ListedThreads } from './probe-runs.ts';
import { processesByMounts, type ThreadedProcess } from './threaded-processes.ts';

/** More threads of one container are not looked at. */
const THREADS_MAX = 1000;

/** Processes of those containers whose threads may have entered another network, one by one (setns(2)). */
export const threadedProcesses = (targets: readonly KernelTarget[]): ThreadedProcess[] =>
  processesByMounts(targets)
    .filter(({ target }) => target.network.mode !== 'host')
    .slice(0, NETWORKS_MAX);

/** What is read of them beside their first threads; nothing of a container that has too many. */
export function threadPaths(
  processes: readonly ThreadedProcess[],
  { found }: ListedThreads,
): ProcPath[] {
  const ofOne = (own: readonly ThreadedProcess[]): ProcPath[] => {
    const paths = own.flatMap(({ pid }) =>
      (found.get(pid) ?? [])
        .filter((thread) => thread !== pid)
        .map((thread) => ({ pid, thread, file: 'net/unix' as const })),
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
  const own = new Set(socketsIn(engine.output, procPath(engine.pid, 'net/unix')));
  if (own.size === 0) return [];
  return processes.flatMap(({ pid, target }) => {
    const output = outputOf(target);
    const beside = threads.found.get(pid)?.filter((thread) => thread !== pid);
    if (output?.state !== 'read' || beside === undefined) return [];
    const { files, lost } = output.value;
    const paths = beside.map((thread) => procPath(pid, 'net/unix', thread));
    const isTold = paths.length === 0 || paths.some((path) => files.has(path));
    if (!isTold || paths.some((path) => lost?.has(path))) return [];
    const sockets = paths.flatMap((path) => socketsIn(output.value, path) ?? []);
    return [{ pid, isOfEngine: sockets.some((one) => own.has(one)) }];
  });
}
