import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { ExecSession } from '../snapshot/facts/exec.ts';
import type {
  ContainerKernelFacts,
  IdRange,
  KernelFacts,
  KernelMount,
  KernelProcess,
} from '../snapshot/facts/kernel.ts';
import type { LimitFacts } from '../snapshot/facts/limits.ts';
import type { ProcessFacts } from '../snapshot/facts/process.ts';
import type { SeenMounts } from '../snapshot/seen-mounts.ts';
import type { AllGiven } from './given.ts';
import type { RuntimeFacts } from './runtime.ts';

/** Everything that is known of one container's controls, by itself. */
export interface OwnFacts {
  container: ContainerFacts;
  engine: EngineFacts;
  /** When the engine that runs now was started, in clock ticks since the boot; null where nobody saw it. */
  engineStartTicks: number | null;
  /** ISO time of the snapshot. */
  takenAt: string;
  processes: Reading<ProcessFacts[]>;
  /** See `ContainerProcesses`. */
  isToldByContainer: boolean;
  limits: Reading<LimitFacts>;
  execs: Reading<ExecSession[]>;
  kernel: Reading<ContainerKernelFacts>;
  /** True where the level `kernel` looked, though it may not have seen this container, or any. */
  isKernelRead: boolean;
  seenMounts: SeenMounts;
  /** Processes of it that are in none of its control groups. */
  strays: readonly KernelProcess[];
  /** The numbers of those of them that have the mounts and the root of the main process. */
  straysBeside: ReadonlySet<number>;
  /** Why nobody knows whether there are such processes; null where that was read. */
  straysUnread: string | null;
  /** What starts it; null for a name that the engine does not know now. */
  runtime: RuntimeFacts | null;
  /** Why nothing follows from its configuration, which rules hold for; null where it does. */
  whyNotPredicted: string | null;
  /** What the configuration gives the next process. */
  given: AllGiven;
  /** See `KernelFacts`; null where nobody looked. */
  ordinaryMounts: readonly KernelMount[] | null;
  hostUidMap: IdRange[] | null;
  /** By the number of a network namespace whether it is the engine's, where that was read. */
  networksByNumber: ReadonlyMap<number, boolean>;
  /** Whether a thread of a process of several is in it, by the number of the process. */
  threadsInNetwork: ReadonlyMap<number, boolean>;
  /** Whether all threads of a process of several have its mounts and its root, by the number of the process. */
  threadsInMounts: ReadonlyMap<number, boolean>;
  selinuxMode: KernelFacts['selinuxMode'];
}
