import type {
  CollectContext,
  Endpoint,
  EngineReader,
  HostFileDoor,
  KernelDoor,
} from './collector.ts';
import type { FirstLook } from './first-look.ts';

/** Doors beside the one that reads, by the evidence level: each level opens those of the levels before. */
interface Doors {
  api: { hostFiles?: HostFileDoor | undefined; kernelDoor?: KernelDoor | undefined };
  files: { hostFiles: HostFileDoor; kernelDoor?: KernelDoor | undefined };
  kernel: { hostFiles: HostFileDoor; kernelDoor: KernelDoor };
}

/** How deep is looked into a host. */
export type EvidenceLevel = keyof Doors;

export type CollectorInput<L extends EvidenceLevel = 'api'> = {
  /** What the collectors share; none of its calls can be made again. */
  first: FirstLook;
  engine: EngineReader;
  context?: CollectContext | undefined;
} & Doors[L];

export interface Collector<T = unknown, L extends EvidenceLevel = EvidenceLevel> {
  /** What it reads and why, one sentence for the permissions page. */
  purpose: string;
  reads: readonly Endpoint[];
  /** The level whose door it uses, without which the section is unread; `api` when not given. */
  level?: L;
  /** Rejects when the section as a whole could not be read; the snapshot then marks it unread. */
  collect(given: CollectorInput<L>): Promise<T>;
}

/**
 * Declares a collector: one section of a snapshot, filled by the calls in `reads` and what the door of its level does,
 * and by no others.
 */
export function defineCollector<T, const L extends EvidenceLevel = 'api'>(
  collector: Collector<T, L>,
): Collector<T, L> {
  return collector;
}
