import type {
  CollectContext,
  Endpoint,
  EngineReader,
  HostFileDoor,
  KernelDoor,
  KernelProbeEndpoint,
  ProbeEndpoint,
} from './collector.ts';
import type { FirstLook } from './first-look.ts';

/** What a collector is given: a door at its level, without which one that declares calls of it is not run. */
export interface CollectorInput {
  /** What the collectors share; none of its calls can be made again. */
  first: FirstLook;
  engine: EngineReader;
  hostFiles?: HostFileDoor | undefined;
  kernelDoor?: KernelDoor | undefined;
  context?: CollectContext | undefined;
}

export interface Collector<Id extends string = string, T = unknown> {
  id: Id;
  /** What it reads and why, one sentence for the permissions page. */
  purpose: string;
  reads: readonly Endpoint[];
  /** What it makes the door of the level `files` do; without that level the section is unread. */
  probes?: readonly ProbeEndpoint[];
  /** The same of the level `kernel`. */
  kernelProbes?: readonly KernelProbeEndpoint[];
  /**
   * Rejects when the section as a whole could not be read; the snapshot then marks it unread. A
   * door is given at its level, without which a collector that declares calls of it is not run.
   */
  collect(given: CollectorInput): Promise<T>;
}

/** Declares a collector: one section of a snapshot, filled by the calls in `reads` and no others. */
export function defineCollector<const Id extends string, T>(
  collector: Collector<Id, T>,
): Collector<Id, T> {
  return collector;
}
