import { running } from '../../src/rules/example-facts.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerProcesses, ProcessFacts } from '../../src/snapshot/facts/process.ts';

/** Numbers of the namespaces of a process, each another one. */
export const namespaceIds = { pid: 1, user: 2, uts: 3, ipc: 4, cgroup: 5, network: 6, mount: 7 };

/** Lists of processes with what a test says of each of them. */
export const withEach = (
  lists: readonly ContainerProcesses[],
  change: (one: ProcessFacts, index: number) => Partial<ProcessFacts>,
): ContainerProcesses[] =>
  lists.map((list) => {
    if (list.facts.state === 'unread') throw new Error('an example has processes');
    const all = list.facts.value.map((one, index) => ({ ...one, ...change(one, index) }));
    return { ...list, facts: read(all) };
  });

/** Processes of the ordinary container in these networks, its main one first, each of so many threads. */
export const inNetworks = (
  networks: readonly number[],
  threads: number | null = 1,
): ContainerProcesses[] =>
  withEach(
    running(...networks.map((_, index): [string, number] => [`tool${index}`, 1000])),
    (_one, index) => {
      const network = networks[index] ?? namespaceIds.network;
      return { threads, namespaces: { ...namespaceIds, network } };
    },
  );
