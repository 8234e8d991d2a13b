import type { Reading } from '../shared/reading.ts';
import type {
  CollectContext,
  Endpoint,
  EngineReader,
  HostFileDoor,
  KernelDoor,
} from './collector.ts';
import type { EngineFacts } from './facts/engine.ts';
import type { ImageFacts } from './facts/image.ts';
import type { NetworkFacts } from './facts/network.ts';
import type { ProcessFacts } from './facts/process.ts';
import type { VolumeFacts } from './facts/volume.ts';
import type { InspectedContainer } from './inspected-container.ts';
import type { ListedContainer } from './list-containers.ts';
import type { LocalSwarm, RuntimeHost } from './normalise/engine.ts';
import type { NamespaceOwner } from './normalise/namespaces.ts';
import type { Bridge } from './normalise/networks.ts';
import { type Listed, type Outcome, valueIn } from './outcome.ts';

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

/**
 * What several collectors need, asked for once and normalised once; no raw answer is left in it. Each
 * part stands by itself: what was not to be read, or has another shape, is missing for those alone who
 * need it.
 */
export interface FirstLook {
  engine: Outcome<EngineFacts>;
  version: Outcome<EngineVersion>;
  swarm: Outcome<LocalSwarm>;
  runtimes: Outcome<RuntimeHost>;
  /** Every container in every state but Seawall's own probes. */
  containers: Outcome<ContainerLook[]>;
  /** Others whose namespaces those may join, where not every container was looked at. */
  joined?: NamespaceOwner[];
  processes: Outcome<ProcessesLook>;
  /** Every image that has a name or is in use. */
  images: Outcome<Listed[]>;
  /** Names and digests of all listed images. */
  imageReferences: Outcome<string[]>;
  /** By id, of those and of every one in use; one that has gone has the engine's 404 as its failure. */
  imageDetails: ReadonlyMap<string, Outcome<ImageLook>>;
  networks: Outcome<NetworkFacts[]>;
  bridges: Outcome<Bridge[]>;
  volumes: Outcome<VolumeFacts[]>;
}

export interface EngineVersion {
  isPodman: boolean;
  /** As the engine writes it, e.g. `26.1.5+dfsg1`. */
  written: Outcome<string>;
}

export interface ContainerLook extends ListedContainer {
  /** One that has gone in the meantime has the engine's 404 as its failure. */
  inspected: Outcome<InspectedContainer>;
  /** Nothing was asked of it, since the host has more than are read. */
  isLeftOut?: true;
}

export interface ImageLook {
  /** See `layersOf`. */
  layers: Outcome<string>;
  sizeBytes: Outcome<number>;
  declared: Outcome<Omit<ImageFacts, 'history' | 'layers'>>;
}

export interface ProcessesLook {
  /** See `ContainerProcesses`. */
  isToldByContainer: boolean;
  /** Of each container by its id; see `ProcessLists.read`. */
  of: ReadonlyMap<string, Outcome<Reading<ProcessFacts[]>>>;
}

/** The details of an image of `images` or in use; throws why there are none. */
export function detailsOf(
  { imageDetails }: Pick<FirstLook, 'imageDetails'>,
  id: string,
): ImageLook {
  const found = imageDetails.get(id);
  if (found === undefined) throw new Error(`the image ${id} was not looked at`);
  return valueIn(found);
}

/** The processes of a listed container; throws why they are not known. */
export function processesOf(
  { processes }: Pick<FirstLook, 'processes'>,
  id: string,
): Reading<ProcessFacts[]> {
  const found = valueIn(processes).of.get(id);
  if (found === undefined) throw new Error(`the container ${id} was not looked at`);
  return valueIn(found);
}
