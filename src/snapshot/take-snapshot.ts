import { OutsideError } from '../shared/errors.ts';
import { leftOut, type Reading, read, unread } from '../shared/reading.ts';
import type {
  CollectContext,
  CollectOptions,
  Endpoint,
  EngineReader,
  HostFileDoor,
  KernelDoor,
} from './collector.ts';
import { requireDeclared } from './declared-endpoints.ts';
import type { Collector, CollectorInput, FirstLook } from './define-collector.ts';
import { checkedReader, guardArchives } from './guard-archives.ts';
import { firstCalls, lookFirst } from './look-first.ts';
import { needsFilesLevel, needsKernelLevel } from './needed-level.ts';

/** The sections that a set of collectors fills, by the name of the collector. */
export type SectionsOf<C> = {
  [K in keyof C]: C[K] extends Collector<infer T, infer _L> ? Reading<T> : never;
};

export interface SectionProgress<Id> {
  host: string;
  section: Id;
  state: 'read' | 'unread';
  /** Sections finished so far, this one included. */
  done: number;
  total: number;
}

export interface SnapshotRequest<C> {
  host: string;
  /** ISO time. */
  takenAt: string;
  reader: EngineReader;
  /** From the evidence level `files` on. */
  door?: HostFileDoor | undefined;
  /** Only at the evidence level `kernel`. */
  kernelDoor?: KernelDoor | undefined;
  collectors: C;
  options?: CollectOptions | undefined;
  /** See `CollectContext`; nothing is known when not given. */
  knownImages?: CollectContext['knownImages'] | undefined;
  /** See `FirstRequest`. */
  now?: (() => number) | undefined;
  onProgress?: ((step: SectionProgress<keyof C & string>) => void) | undefined;
}

/**
 * Looks first at what the collectors share, then runs all of them side by side. Never rejects for an
 * engine: a section that could not be read is `unread` with the reason. Each collector is held to the
 * calls it declares, and of those to the ones that the first look did not make.
 */
export async function takeSnapshot<C extends Readonly<Record<string, Collector>>>(
  request: SnapshotRequest<C>,
): Promise<{ host: string; takenAt: string } & SectionsOf<C>> {
  const { host, takenAt, collectors, kernelDoor, options, now, onProgress } = request;
  const entries = Object.entries(collectors);
  const reader = withProbeImages(request.reader, kernelDoor);
  const wanted = entries.flatMap(([, { reads }]) => reads);
  const ownerLabel = options?.ownerLabel ?? null;
  const first = await lookFirst({ reader, wanted, ownerLabel, now });
  let done = 0;

  const sections = await Promise.all(
    entries.map(async ([section, collector]) => {
      const reading = await readSection(collector, first, request);
      done += 1;
      onProgress?.({ host, section, state: reading.state, done, total: entries.length });
      return [section, reading] as const;
    }),
  );
  return { host, takenAt, ...(Object.fromEntries(sections) as SectionsOf<C>) };
}

type Asked = Pick<
  SnapshotRequest<unknown>,
  'reader' | 'door' | 'kernelDoor' | 'options' | 'takenAt' | 'knownImages'
>;

/** What one collector tells; see `takeSnapshot`. */
export async function readSection<T>(
  collector: Collector<T>,
  first: FirstLook,
  { reader, door, kernelDoor, options, takenAt, knownImages = [] }: Asked,
): Promise<Reading<T>> {
  const { level = 'api' } = collector;
  if (level === 'kernel' && kernelDoor === undefined) return leftOut(needsKernelLevel);
  if (level !== 'api' && door === undefined) return leftOut(needsFilesLevel);
  try {
    const reads = ownReads(collector);
    const engine = checkedReader(guardArchives(reader, first), (method, path) =>
      requireDeclared(method, path, reads),
    );
    const context = { ownerLabel: null, ...options, takenAt, knownImages };
    const given = { first, engine, hostFiles: door, kernelDoor, context };
    return read(await collector.collect(given as CollectorInput<typeof level>));
  } catch (error) {
    if (error instanceof OutsideError) return unread(error.message);
    const text = error instanceof Error ? error.message : String(error);
    return unread(`Seawall could not read it (bug): ${text}`);
  }
}

const ownReads = ({ reads }: Collector): Endpoint[] => {
  const made: readonly Endpoint[] = firstCalls;
  return reads.filter((call) => !made.includes(call));
};

/** Containers of probes can be told at the level `kernel` alone. */
const withProbeImages = (reader: EngineReader, door: KernelDoor | undefined): EngineReader => ({
  ...reader,
  get endpoint() {
    return reader.endpoint;
  },
  probeImages: door?.probeImages,
});
