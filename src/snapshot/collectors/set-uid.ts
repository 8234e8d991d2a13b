import { OutsideError, statusOf } from '../../shared/errors.ts';
import { read, unread } from '../../shared/reading.ts';
import { compareText } from '../../shared/text.ts';
import type { CollectContext, EngineReader } from '../collector.ts';
import { defineCollector } from '../define-collector.ts';
import type { ImageSetUid, SetUidFiles } from '../facts/set-uid.ts';
import { type ContainerLook, detailsOf, type FirstLook } from '../first-look.ts';
import { archiveRefusal } from '../guard-archives.ts';
import { valueIn } from '../outcome.ts';
import { byNameThenId, readEach } from '../read-each.ts';
import {
  LARGE,
  mountReason,
  mountsOf,
  programDirectories,
  SLOW,
  searchEndpoints,
  searchImage,
  WHOLE,
} from '../search-image.ts';

/** Reading an image moves as many bytes as its programs have, so that few are read in one scan. */
const IMAGES_PER_SCAN = 4;
const BYTES_PER_SCAN = 512 * 1024 * 1024;
/** A container that has gone costs some calls to find out. */
const CONTAINERS_TRIED = 3;
/** What could not be read whole is tried again after this time, what could never. */
const RETRY_AFTER_MS = 6 * 60 * 60 * 1000;

const NO_CONTAINER = 'no container of it exists, through which its files could be read';
const OF_PODMAN = 'Podman would send what the kernel tells in the container as well';
const NOT_YET = 'its files were not looked at yet; the next scans do it';

export const setUid = defineCollector({
  id: 'setUid',
  purpose:
    'Modes and capabilities of the files of images, once per image, through one of its containers, and in directories with programs alone where that has mounts; of the files themselves nothing is kept.',
  reads: [
    'GET /version',
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
    const keptPart = whyPartAlone(first);
    const budget: Budget = { images: IMAGES_PER_SCAN, bytes: BYTES_PER_SCAN, hasFailed: false };
    const found: ImageSetUid[] = [];
    for (const group of groups.sort(byTurn(known))) {
      const { layers, imageIds } = group;
      const earlier = known.get(layers);
      const isDue =
        earlier === undefined || isWorthAnotherTry(earlier, group, { context, keptPart });
      const latest =
        isDue && takeFrom(budget, group)
          ? await readGroup(engine, group, { context, keptPart })
          : null;
      if (latest !== null && hasKeptWaiting(latest)) budget.hasFailed = true;
      found.push({ layers, imageIds, ...better(latest, earlier, untold(group)) });
    }
    return found.sort((a, b) => compareText(a.layers, b.layers));
  },
});

/** Podman opens a container that runs from within, where the kernel has its own files. */
function whyPartAlone({ version }: FirstLook): string | null {
  if (!('value' in version)) return 'which engine it is was not read';
  return version.value.isPodman ? OF_PODMAN : null;
}

interface Asked {
  context: CollectContext | undefined;
  /** Why the whole of a container is not to be asked for. */
  keptPart: string | null;
}

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

/** Those that nobody looked at for longest come first, of these the ones with most containers. */
const byTurn =
  (known: ReadonlyMap<string, ImageSetUid>) =>
  (a: Group, b: Group): number =>
    compareText(readAtOf(known, a), readAtOf(known, b)) ||
    b.containers.length - a.containers.length ||
    compareText(a.layers, b.layers);

/** Before all times where nobody did. */
const readAtOf = (known: ReadonlyMap<string, ImageSetUid>, { layers }: Group): string =>
  known.get(layers)?.readAt ?? '';

function isWorthAnotherTry(
  { readAt, files }: ImageSetUid,
  { containers }: Group,
  { context, keptPart }: Asked,
): boolean {
  if (readAt === null || context === undefined) return true;
  const isMounted = containers.every((one) => placesMounted(one).length > 0);
  const isPartAlone = keptPart !== null || isMounted;
  if (files.state === 'read' && isSeenAsFar(files.value, isPartAlone)) return false;
  return Date.parse(context.takenAt) - Date.parse(readAt) >= RETRY_AFTER_MS;
}

const hasKeptWaiting = ({ files, readAt }: Looked): boolean =>
  files.state === 'unread'
    ? readAt !== null
    : files.value.unsearched.some(({ reason }) => reason === SLOW);

/** Nothing was left out but the whole, which cannot be had. */
function isSeenAsFar({ searched, unsearched }: SetUidFiles, isPartAlone: boolean): boolean {
  if (unsearched.some(({ path }) => path !== WHOLE)) return false;
  return isPartAlone || searched.includes(WHOLE) || unsearched[0]?.reason === LARGE;
}

const placesMounted = ({ inspected }: ContainerLook): string[] =>
  mountsOf(valueIn(valueIn(inspected).mountPoints));

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
  { context, keptPart }: Asked,
): Promise<Looked> {
  const readAt = context?.takenAt ?? null;
  let gone: Looked = { readAt: null, files: unread(NO_CONTAINER) };
  try {
    const fittest = (await byFitness(containers)).slice(0, CONTAINERS_TRIED);
    for (const { container, mounts } of fittest) {
      try {
        return { readAt, files: read(await searchImage(engine, container, mounts, keptPart)) };
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
    const mounts = placesMounted(container);
    const hidden = programDirectories.filter((path) => mountReason(path, mounts) !== null).length;
    const unseen = hidden + Number(mounts.length > 0);
    return { container, mounts, unfitness: 2 * unseen + Number(container.state !== 'created') };
  });
  return fit.read.sort(
    (a, b) => a.unfitness - b.unfitness || byNameThenId(a.container, b.container),
  );
}
