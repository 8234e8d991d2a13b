import { OutsideError, statusOf } from '../../shared/errors.ts';
import { read, unread } from '../../shared/reading.ts';
import { compareText } from '../../shared/text.ts';
import type { CollectContext, EngineReader } from '../collector.ts';
import {
  type ContainerLook,
  defineCollector,
  detailsOf,
  type FirstLook,
} from '../define-collector.ts';
import type { ImageSetUid } from '../facts/set-uid.ts';
import { archiveRefusal } from '../guard-archives.ts';
import { byNameThenId, readEach, valueIn } from '../outcome.ts';
import {
  mountReason,
  mountsOf,
  programDirectories,
  searchEndpoints,
  searchImage,
} from '../search-image.ts';

/** Reading an image moves as many bytes as its programs have, so that few are read in one scan. */
const IMAGES_PER_SCAN = 4;
const BYTES_PER_SCAN = 512 * 1024 * 1024;
/** A container that has gone costs some calls to find out. */
const CONTAINERS_TRIED = 3;
/** What could not be read whole is tried again after this time, what could never. */
const RETRY_AFTER_MS = 6 * 60 * 60 * 1000;

const NO_CONTAINER = 'no container of it exists, through which its files could be read';
const NOT_YET = 'its files were not looked at yet; the next scans do it';

export const setUid = defineCollector({
  purpose:
    'Modes and capabilities of the files in directories with programs, once per image, through one of its containers; of the files themselves nothing is kept.',
  reads: [
    'GET /images/json',
    'GET /images/{id}/json',
    'GET /containers/json',
    'GET /containers/{id}/json',
    ...searchEndpoints,
  ],
  async collect({ first, engine, context }): Promise<ImageSetUid[]> {
    const groups = await groupByLayers(engine, first);
    const known = new Map(
      (context?.knownImages ?? []).flatMap((one) =>
        one.readAt === null ? [] : [[one.layers, one] as const],
      ),
    );
    const budget: Budget = { images: IMAGES_PER_SCAN, bytes: BYTES_PER_SCAN, hasFailed: false };
    const found: ImageSetUid[] = [];
    for (const group of groups.sort(byTurn(known))) {
      const { layers, imageIds } = group;
      const earlier = known.get(layers);
      const isDue = earlier === undefined || isWorthAnotherTry(earlier, context);
      const latest =
        isDue && takeFrom(budget, group) ? await readGroup(engine, group, context) : null;
      if (latest?.files.state === 'unread' && latest.readAt !== null) budget.hasFailed = true;
      found.push({ layers, imageIds, ...better(latest, earlier, untold(group)) });
    }
    return found.sort((a, b) => compareText(a.layers, b.layers));
  },
});

interface Budget {
  images: number;
  bytes: number;
  hasFailed: boolean;
}

/** Images of the same layers, and the containers that exist of them. */
interface Group {
  layers: string;
  imageIds: string[];
  sizeBytes: number;
  /** Those through which its files can be read. */
  containers: ContainerLook[];
  /** Why not through one of the others. */
  refusal: string | null;
}

async function groupByLayers(engine: EngineReader, first: FirstLook): Promise<Group[]> {
  const containers = await withRefusals(engine, first);
  const { read: images } = await readEach(valueIn(first.images), async ({ id, name }) => {
    const { layers, sizeBytes } = detailsOf(first, id);
    return { id, name, layers: valueIn(layers), sizeBytes: valueIn(sizeBytes) };
  });
  const groups = new Map<string, Group>();
  for (const { id, layers, sizeBytes } of images.sort(byNameThenId)) {
    const empty = { layers, imageIds: [], sizeBytes, containers: [], refusal: null };
    const group: Group = groups.get(layers) ?? empty;
    group.imageIds.push(id);
    for (const { container, refusal } of containers) {
      if (container.imageId !== id) continue;
      if (refusal === null) group.containers.push(container);
      else group.refusal ??= refusal;
    }
    groups.set(layers, group);
  }
  return [...groups.values()];
}

/** Every container that is still there, and why its files must not be read. */
async function withRefusals(
  engine: EngineReader,
  first: FirstLook,
): Promise<{ container: ContainerLook; refusal: string | null }[]> {
  const { read: checked } = await readEach(valueIn(first.containers), async (container) => ({
    container,
    refusal: archiveRefusal(engine, container)?.message ?? null,
  }));
  return checked.sort((a, b) => byNameThenId(a.container, b.container));
}

/** Those that nobody looked at come first, of these the ones with most containers. */
const byTurn =
  (known: ReadonlyMap<string, ImageSetUid>) =>
  (a: Group, b: Group): number =>
    Number(known.has(a.layers)) - Number(known.has(b.layers)) ||
    b.containers.length - a.containers.length ||
    compareText(a.layers, b.layers);

function isWorthAnotherTry({ readAt, files }: ImageSetUid, context?: CollectContext): boolean {
  if (readAt === null || context === undefined) return true;
  if (files.state === 'read' && files.value.unsearched.length === 0) return false;
  return Date.parse(context.takenAt) - Date.parse(readAt) >= RETRY_AFTER_MS;
}

/** The first image of a scan is read whatever its size; the engine's door has a limit of its own. */
function takeFrom(budget: Budget, { containers, sizeBytes, layers }: Group): boolean {
  const isFirst = budget.images === IMAGES_PER_SCAN;
  if (containers.length === 0 || layers === '' || budget.images === 0) return false;
  // An engine that failed once is not kept busy.
  if (budget.hasFailed || (!isFirst && sizeBytes > budget.bytes)) return false;
  budget.images -= 1;
  budget.bytes -= sizeBytes;
  return true;
}

/** A try that failed takes nothing away that an earlier one found. */
function better(
  latest: Looked | null,
  earlier: Looked | undefined,
  untold: ImageSetUid['files'],
): Looked {
  if (latest === null) return earlier ? pick(earlier) : { readAt: null, files: untold };
  const isWorse = latest.files.state === 'unread' && earlier?.files.state === 'read';
  return {
    readAt: latest.readAt ?? earlier?.readAt ?? null,
    files: isWorse ? earlier.files : latest.files,
  };
}

const pick = ({ readAt, files }: Looked): Looked => ({ readAt, files });

function untold({ containers, layers, refusal }: Group): ImageSetUid['files'] {
  if (layers === '') return unread('the engine names no layers of it');
  return unread(containers.length === 0 ? (refusal ?? NO_CONTAINER) : NOT_YET);
}

type Looked = Pick<ImageSetUid, 'readAt' | 'files'>;

/** Through one of its containers that is still there; without one it is not a try that counts. */
async function readGroup(
  engine: EngineReader,
  { containers }: Group,
  context: CollectContext | undefined,
): Promise<Looked> {
  const readAt = context?.takenAt ?? null;
  let gone: Looked = { readAt: null, files: unread(NO_CONTAINER) };
  try {
    const fittest = (await byFitness(containers)).slice(0, CONTAINERS_TRIED);
    for (const { container, mounts } of fittest) {
      try {
        return { readAt, files: read(await searchImage(engine, container, mounts)) };
      } catch (error) {
        // One that cannot be mounted, as for a volume that has gone, says nothing of the others.
        const status = error instanceof OutsideError ? statusOf(error) : null;
        if (!(error instanceof OutsideError) || (status !== 404 && status !== 500)) throw error;
        gone = { readAt: status === 404 ? null : readAt, files: unread(error.message) };
      }
    }
    return gone;
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    return { readAt, files: unread(error.message) };
  }
}

/** Fewest directories hidden by mounts first, then those that never ran, which changed nothing. */
async function byFitness(
  containers: readonly ContainerLook[],
): Promise<{ container: ContainerLook; mounts: string[] }[]> {
  const fit = await readEach(containers, async (container) => {
    const mounts = mountsOf(valueIn(valueIn(container.inspected).mountPoints));
    const hidden = programDirectories.filter((path) => mountReason(path, mounts) !== null).length;
    return { container, mounts, unfitness: 2 * hidden + Number(container.state !== 'created') };
  });
  return fit.read.sort(
    (a, b) => a.unfitness - b.unfitness || byNameThenId(a.container, b.container),
  );
}
