import type { HostFilesystems } from '../answers/scan-answer.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostDeclaration } from '../ports/declarations.ts';
import type { FilesystemReader } from '../ports/filesystem-reader.ts';
import type {
  FilesystemReading,
  FilesystemStore,
  ImageFilesystem,
} from '../ports/filesystem-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import { OutsideError, statusOf } from '../shared/errors.ts';
import { read, unread } from '../shared/reading.ts';
import { compareText } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';

export interface InventoryParts {
  store: ScanStore;
  filesystems: FilesystemStore;
  filesystemReader: FilesystemReader;
  now: Clock;
}

/** No other is begun after this: the next scans go on. */
const ORDINARY_MS = 20_000;
const DEEP_MS = 30 * 60_000;
/** What could not be read is tried again after this time, or when somebody asks. */
const RETRY_AFTER_MS = 6 * 60 * 60_000;
/** A container that has gone costs a call to find out. */
const CONTAINERS_TRIED = 3;

const NO_CONTAINER =
  'no container of it exists, and the level api makes none: start one, or set “evidence: files”';
const NOT_YET = 'its file system was not read yet: “scan deep”';

/** Images of the same layers, and the containers that exist of them. */
interface Group {
  images: ImageFilesystem[];
  latest: ImageFilesystem;
  containers: StoredContainer[];
}

/**
 * Reads the whole file systems of a host's images that are not stored yet, or were read by an older version, each once
 * for all images of the same layers, and stores each as it comes. Null where nobody wants them. What could not be read is in the
 * value, each with its reason. Rejects with the reason of the signal once that aborts.
 */
export async function inventoryImages(
  parts: InventoryParts,
  host: HostDeclaration,
  isDeep: boolean,
  signal: AbortSignal,
): Promise<HostFilesystems | null> {
  if (!isDeep && host.inventory !== 'full') return null;
  const result: HostFilesystems = { read: 0, known: 0, unread: [] };
  try {
    const groups = await groupsOf(parts, host.name);
    const begunAt = parts.now();
    for (const group of groups) {
      signal.throwIfAborted();
      const { latest } = group;
      const isInTime = parts.now() - begunAt < (isDeep ? DEEP_MS : ORDINARY_MS);
      const isTried = isInTime && isDue(parts, host, group, isDeep);
      const reading = isTried ? await readGroup(parts, host, group) : null;
      const reason = reading
        ? await parts.filesystems.save(host.name, latest.layersKey, reading)
        : (latest.reason ?? NOT_YET);
      if (reason === null) result.read += 1;
      if (reason === null || latest.filesystemId !== null) result.known += 1;
      else result.unread.push({ image: latest.name, reason });
    }
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    result.unread.push({ image: '', reason: error.message });
  }
  return result;
}

/** Those that nobody tried come first, of these the ones with most containers. */
async function groupsOf({ filesystems, store }: InventoryParts, host: string): Promise<Group[]> {
  const images = (await filesystems.listImages([host])).filter(({ isThere }) => isThere);
  const existing = await store.listContainers({ hosts: [host] });
  const containers = Map.groupBy(existing, ({ facts }) => facts.imageId);
  const groups = [...Map.groupBy(images, ({ layersKey }) => layersKey).values()];
  return groups
    .flatMap((group) => {
      const [latest] = group;
      if (latest === undefined) return [];
      const own = group.flatMap(({ id }) => containers.get(id) ?? []);
      return [{ images: group, latest, containers: own }];
    })
    .sort(
      (a, b) =>
        Number(a.latest.triedAt !== null) - Number(b.latest.triedAt !== null) ||
        b.containers.length - a.containers.length ||
        compareText(a.latest.name, b.latest.name),
    );
}

/** Through a probe it is read again where it was read through a container, which has changes of its own. */
function isDue(
  { now }: InventoryParts,
  { evidence }: HostDeclaration,
  { latest, containers }: Group,
  isDeep: boolean,
): boolean {
  const { filesystemId, isOutdated, readFrom, triedAt, reason } = latest;
  if (filesystemId !== null && !isOutdated) {
    return isDeep && readFrom === 'container' && evidence !== 'api';
  }
  if (isDeep || triedAt === null) return true;
  if (isOutdated && reason === null) return true;
  if (reason === NO_CONTAINER) return evidence !== 'api' || containers.length > 0;
  return now() - Date.parse(triedAt) >= RETRY_AFTER_MS;
}

async function readGroup(
  parts: InventoryParts,
  host: HostDeclaration,
  { latest, containers }: Group,
): Promise<FilesystemReading> {
  const triedAt = isoTime(parts.now());
  const failed = (reason: string): FilesystemReading => ({
    ...{ triedAt, readFrom: null, inventory: unread(reason) },
  });
  const ways =
    host.evidence === 'api'
      ? containers
          .toSorted(byFitness)
          .slice(0, CONTAINERS_TRIED)
          .map(({ facts }) => facts.id)
      : [null];
  let gone = failed(NO_CONTAINER);
  for (const containerId of ways) {
    try {
      const asked = { imageId: latest.id, containerId };
      const found = await parts.filesystemReader.readFilesystem(host.name, asked);
      return { triedAt, readFrom: found.readFrom, inventory: read(found.inventory) };
    } catch (error) {
      if (!(error instanceof OutsideError)) throw error;
      gone = failed(error.message);
      if (statusOf(error) !== 404) break;
    }
  }
  return gone;
}

/** Those that never ran first, which changed nothing, and those that still change last. */
const byFitness = ({ facts: a }: StoredContainer, { facts: b }: StoredContainer): number =>
  fitnessOf(a.state) - fitnessOf(b.state) || compareText(a.id, b.id);

const fitnessOf = (state: string): number => {
  if (state === 'created') return 0;
  return state === 'running' || state === 'restarting' ? 2 : 1;
};
