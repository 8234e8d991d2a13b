import type { Reading } from '../shared/reading.ts';
import type { ProbeOutput, ProbePath, ProcPath } from './collector.ts';
import type { NetworkOfNumber, NetworkOfThreads } from './facts/host-processes.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import { listeningSockets } from './normalise/proc-unix.ts';
import type { ListedThreads } from './probe-runs.ts';

// Whose network namespace has which number: no call tells that of the engine, and no number is the same everywhere. A
// socket that listens by a path stands in one namespace alone, so that who shows one of the engine's is in its network.

/** More of them are not looked at. */
const NETWORKS_MAX = 200;

/** A process by which a network is looked at. */
export interface NetworkWitness {
  pid: number;
  /** Number of its network namespace. */
  number: number;
  target: KernelTarget;
}

/** One process in each network of those containers whose processes may have entered another, or that joined one. */
export function networkWitnesses(targets: readonly KernelTarget[]): NetworkWitness[] {
  const doubted = targets.filter(
    ({ isPrivileged, isAdmin, network }) =>
      isPrivileged || isAdmin || network.mode.startsWith('container:'),
  );
  const witnesses = new Map<number, NetworkWitness>();
  for (const target of doubted) {
    for (const [pid, { namespaces }] of target.listed) {
      const number = namespaces?.network ?? null;
      const isMain = pid === target.main.pid;
      if (number === null || (witnesses.has(number) && !isMain)) continue;
      witnesses.set(number, { pid, number, target });
    }
  }
  return [...witnesses.values()].slice(0, NETWORKS_MAX);
}

/** A process of several threads, each of which may be in a network of its own. */
export interface ThreadedProcess {
  pid: number;
  target: KernelTarget;
}

/** More threads of one container are not looked at. */
const THREADS_MAX = 1000;

/** Processes of those containers whose threads may have entered another network, one by one (setns(2)). */
export const threadedProcesses = (targets: readonly KernelTarget[]): ThreadedProcess[] =>
  processesByMounts(targets)
    .filter(({ target }) => target.network.mode !== 'host')
    .slice(0, NETWORKS_MAX);

/** Processes of those containers whose threads may have left their mounts, one by one (unshare(2)). */
export const processesByMounts = (targets: readonly KernelTarget[]): ThreadedProcess[] =>
  targets
    .filter((one) => one.isPrivileged || one.isAdmin)
    .flatMap((target) =>
      [...target.listed].flatMap(([pid, { threads }]) => (threads === 1 ? [] : [{ pid, target }])),
    );

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

const socketsIn = ({ files }: Pick<ProbeOutput, 'files'>, path: string): string[] | null => {
  const table = files.get(path);
  return table === undefined ? null : listeningSockets(table).map(({ inode }) => inode);
};

/** What is read of them. */
export const witnessPaths = (witnesses: readonly NetworkWitness[]): ProbePath[] =>
  witnesses.map(({ pid }) => ({ pid, file: 'net/unix' }));

/** Which of these networks is that of the engine; those of which nobody can tell are left out. */
export function networksOfNumbers(
  engine: number,
  witnesses: readonly NetworkWitness[],
  output: ProbeOutput,
): NetworkOfNumber[] {
  const socketsOf = (pid: number) => socketsIn(output, procPath(pid, 'net/unix'));
  const own = new Set(socketsOf(engine));
  if (own.size === 0) return [];
  return witnesses.flatMap(({ pid, number }) => {
    const sockets = socketsOf(pid);
    return sockets === null ? [] : [{ number, isOfEngine: sockets.some((one) => own.has(one)) }];
  });
}
