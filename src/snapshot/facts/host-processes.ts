import type { Reading } from '../../shared/reading.ts';
import type { DaemonSettings, EngineFileRole, HostFileFact, SocketGroup } from './host-files.ts';
import type { GroupLimits, KernelMount, KernelProcess } from './kernel.ts';
import type { PerContainer } from './per-container.ts';

/** The running program of the engine that answers. */
export interface EngineProcess {
  pid: number;
  /** By its command line and the daemon.json that it read; what may have changed since is a gap. */
  settings: DaemonSettings;
  /** Files that these name; absent in facts of a version that did not look. */
  files?: Record<EngineFileRole, HostFileFact[]>;
  /** The group that it gives its own sockets to; absent likewise. */
  socketGroups?: Reading<SocketGroup[]>;
}

/** A mount of the host, as its engine sees it; see `KernelMount`. */
export interface HostMount extends Pick<KernelMount, 'target' | 'root' | 'device'> {
  /** Nothing is written through it; absent where something may be, and in facts of a version that did not look. */
  isReadonly?: true;
}

/** Files that root believes, of those that the host has. */
export interface ManyNamed {
  /** Those that have a second name (a hard link) somewhere in their filesystem. */
  files: string[];
  /** Those that the probe was not let look at, which SELinux does with whoever it confines. */
  uncounted: string[];
}

/** Processes of one container that are in no control group of it. */
export interface Strays {
  /** One for each thread that differs in what holds it. */
  processes: KernelProcess[];
  /** Those of one thread that have the mounts and the root of the main process; absent in facts of a version that did not compare. */
  beside?: number[];
  /** What their own control groups allow them; of several the most. Null without any such process. */
  limits: Reading<GroupLimits> | null;
}

/** Whether a network namespace is that of the engine, and so the one of `--network host`. */
export interface NetworkOfNumber {
  /** Inode number of the namespace. */
  number: number;
  isOfEngine: boolean;
}

/** Whether a thread of a process, beside its first one, is in the network of the engine. */
export interface NetworkOfThreads {
  pid: number;
  isOfEngine: boolean;
}

/** Whether all threads of a process have the mounts and the root of its first one. */
export interface MountsOfThreads {
  pid: number;
  areSame: boolean;
}

/** What the processes of the host tell of the engine and of its containers. */
export interface HostProcessFacts {
  engine: Reading<EngineProcess>;
  /**
   * Engines of root beside the one that answers, all of them where nobody knows which that is: who reaches one owns the
   * host as well. Absent for none, and in facts of a version that did not look.
   */
  otherEngines?: EngineProcess[];
  /** When it started, in clock ticks since the boot; absent where that is not known. */
  engineStartTicks?: number;
  /** Paths on which something listens by the name of an engine or of containerd, beside the engine. */
  engineSockets: Reading<string[]>;
  /** Paths below /tmp on which something listens in the network of the host; absent in facts of a version that did not ask. */
  temporarySockets?: Reading<string[]>;
  /** Absent where no container mounts anything, and in facts of a version that did not ask. */
  manyNamed?: Reading<ManyNamed>;
  /** Without those that the engine makes for containers; absent in facts of a version that did not ask. */
  engineMounts?: Reading<HostMount[]>;
  /** Of containers that may have left the network that they were given; absent where that was not read. */
  networks?: NetworkOfNumber[];
  /** Of processes of several threads in those that may leave it, each of which was looked at; absent for none. */
  threadNetworks?: NetworkOfThreads[];
  /** The same of those that may leave their mounts. */
  threadMounts?: MountsOfThreads[];
  strays: PerContainer<Strays>;
  /** What a person should know of the runs. */
  notes: string[];
}
