import type { ProbeOutput, ProbePath } from './collector.ts';
import type { NetworkOfNumber } from './facts/host-processes.ts';
import type { KernelTarget } from './kernel-targets.ts';
import { procPath } from './normalise/probe-output.ts';
import { listeningSockets } from './normalise/proc-net.ts';

// Whose network namespace has which number: no call tells that of the engine, and no number is the same everywhere. A
// socket that listens by a path stands in one namespace alone, so that who shows one of the engine's is in its network.

/** More of them are not looked at. */
export const NETWORKS_MAX = 200;

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

/** Numbers of the sockets that listen by a path, as a table of a probe has them; null where that was not read. */
export const socketsIn = ({ files }: Pick<ProbeOutput, 'files'>, path: string): string[] | null => {
  const table = files.get(path);
  return table === undefined ? null : listeningSockets(table).map(({ inode }) => inode);
};
