import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type {
  CollectContext,
  CollectOptions,
  Collector,
  Endpoint,
  EngineReader,
  HostFileDoor,
  KernelDoor,
} from './collector.ts';
import { requireDeclared } from './declared-endpoints.ts';

type Query = Readonly<Record<string, string>>;

/** The sections that a set of collectors fills, by the name of the collector. */
export type SectionsOf<C> = {
  [K in keyof C]: C[K] extends Collector<string, infer T> ? Reading<T> : never;
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
  onProgress?: ((step: SectionProgress<keyof C & string>) => void) | undefined;
}

/**
 * Runs every collector side by side. Never rejects for an engine: a section that could not be read
 * is `unread` with the reason. Each collector is held to the calls it declares, and what two of them
 * ask alike is asked once; they share the answer and must not change it.
 */
export async function takeSnapshot<C extends Readonly<Record<string, Collector>>>(
  request: SnapshotRequest<C>,
): Promise<{ host: string; takenAt: string } & SectionsOf<C>> {
  const { host, takenAt, collectors, onProgress } = request;
  const shared = rememberAnswers(request.reader, request.kernelDoor);
  const entries = Object.entries(collectors);
  let done = 0;

  const sections = await Promise.all(
    entries.map(async ([section, collector]) => {
      const reading = await readSection(collector, shared, request);
      done += 1;
      onProgress?.({ host, section, state: reading.state, done, total: entries.length });
      return [section, reading] as const;
    }),
  );
  return { host, takenAt, ...(Object.fromEntries(sections) as SectionsOf<C>) };
}

type Asked = Pick<
  SnapshotRequest<unknown>,
  'door' | 'kernelDoor' | 'options' | 'takenAt' | 'knownImages'
>;

const needsLevel = (level: string) =>
  `needs evidence level ${level} (set \`evidence: ${level}\` for the host; it needs write access to the engine API)`;

/** Why a section is unread that the host's evidence level does not include. */
export const needsFilesLevel = needsLevel('files');
export const needsKernelLevel = needsLevel('kernel');

async function readSection(
  collector: Collector,
  shared: EngineReader,
  { door, kernelDoor, options, takenAt, knownImages = [] }: Asked,
): Promise<Reading<unknown>> {
  if (collector.kernelProbes && kernelDoor === undefined) return unread(needsKernelLevel);
  if (collector.probes && door === undefined) return unread(needsFilesLevel);
  try {
    const reader = restrictTo(collector.reads, shared);
    const context = { ownerLabel: null, ...options, takenAt, knownImages };
    return read(await collector.collect({ engine: reader, hostFiles: door, kernelDoor, context }));
  } catch (error) {
    if (error instanceof OutsideError) return unread(error.message);
    const text = error instanceof Error ? error.message : String(error);
    return unread(`Seawall could not read it (bug): ${text}`);
  }
}

function restrictTo(reads: readonly Endpoint[], reader: EngineReader): EngineReader {
  return {
    get endpoint() {
      return reader.endpoint;
    },
    async get(path, query) {
      requireDeclared('GET', path, reads);
      return reader.get(path, query);
    },
    async getFiles(path, query, bytesMax) {
      requireDeclared('GET', path, reads);
      return reader.getFiles(path, query, bytesMax);
    },
    async head(path, query) {
      requireDeclared('HEAD', path, reads);
      return reader.head(path, query);
    },
    async privilegedFiles(path, query) {
      requireDeclared('GET', path, reads);
      return reader.privilegedFiles(path, query);
    },
    probeImages: reader.probeImages,
  };
}

/** A reader that asks each thing once; a failed call is remembered like an answered one. */
function rememberAnswers(reader: EngineReader, kernelDoor: KernelDoor | undefined): EngineReader {
  const gets = new Map<string, Promise<unknown>>();
  const heads = new Map<string, Promise<Query>>();
  const images = new Map<'all', Promise<ReadonlySet<string>>>();
  return {
    get endpoint() {
      return reader.endpoint;
    },
    get: (path, query) => remember(gets, keyOf(path, query), () => reader.get(path, query)),
    getFiles: (path, query, bytesMax) => reader.getFiles(path, query, bytesMax),
    head: (path, query) => remember(heads, keyOf(path, query), () => reader.head(path, query)),
    // One collector asks, each thing once.
    privilegedFiles: (path, query) => reader.privilegedFiles(path, query),
    probeImages: kernelDoor && (() => remember(images, 'all', kernelDoor.probeImages)),
  };
}

function remember<K, T>(known: Map<K, Promise<T>>, key: K, ask: () => Promise<T>) {
  const earlier = known.get(key);
  if (earlier) return earlier;
  const answer = ask();
  known.set(key, answer);
  return answer;
}

function keyOf(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([path, ...pairs]);
}
