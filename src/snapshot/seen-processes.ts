import { mapRead, type Reading } from '../shared/reading.ts';
import type { Strays } from './facts/host-processes.ts';
import type { ContainerKernelFacts, KernelProcess } from './facts/kernel.ts';
import type { ProcessFacts } from './facts/process.ts';
import { perContainer } from './outcome.ts';
import type { Snapshot } from './snapshot.ts';

/** Who tells of the processes of a container, and what. */
export interface SeenProcesses {
  /** Those that the engine lists. */
  listed: Reading<ProcessFacts[]>;
  /** Every one that the kernel shows, those that left its control groups among them. */
  kernel: Reading<KernelProcess[]>;
}

/** Looks that up for the containers of a snapshot, each by its id. */
export function seenProcessesOf({
  processes,
  kernel,
  hostProcesses,
}: Pick<Snapshot, 'processes' | 'kernel' | 'hostProcesses'>): (id: string) => SeenProcesses {
  const listedOf = perContainer(processes);
  const kernelOf = perContainer(mapRead(kernel, ({ containers }) => containers));
  const leftOf = perContainer(mapRead(hostProcesses, ({ strays }) => strays));
  return (id) => {
    const own = kernelOf(id);
    return {
      listed: listedOf(id),
      kernel: own.state === 'read' ? both(own.value, leftOf(id)) : own,
    };
  };
}

const both = (own: ContainerKernelFacts, left: Reading<Strays>): Reading<KernelProcess[]> =>
  mapRead(left, ({ processes }) => [...own.processes, ...processes]);
