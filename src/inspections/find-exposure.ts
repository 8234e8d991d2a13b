import type { ExposureAnswer, ExposureCounts } from '../answers/exposure-answer.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import type { AskedPackages, ContainerSpan, MatchedInventory } from '../ports/exposure-store.ts';
import type { ImageFilesystem, MatchedFilesystem } from '../ports/filesystem-store.ts';
import type { Stores } from '../ports/stores.ts';
import { isoTime } from '../shared/time.ts';
import { exposedImages, imageKey } from './exposed-images.ts';
import { isAffected } from './exposure-order.ts';
import {
  type ExposedGroup,
  type ResultsPart,
  resultsOf,
  type ToldInventory,
  toldOf,
  unknownOf,
  type WantedResults,
} from './exposure-results.ts';
import { type ListedHere, readLists } from './image-lists.ts';
import type { JudgeInventory } from './judge-held.ts';

/** Who is exposed, with the part of the results that was wanted. */
export type FoundExposure = Pick<
  ExposureAnswer,
  'unknown' | 'running' | 'stopped' | 'gone' | 'images'
> & { part: ResultsPart };

/**
 * Who of these containers and images has the packages, what is said of them, and of whom nobody knows.
 * Without `wanted` all results are made, with those that have nothing of it.
 */
export async function findExposure(
  { exposures, filesystems, imageLists }: Pick<Stores, 'exposures' | 'filesystems' | 'imageLists'>,
  asked: {
    hosts: readonly string[];
    since: number;
    packages: AskedPackages;
    /** What images are called, by `imageKey`; null where nobody need know. */
    names: ReadonlyMap<string, ImageNames> | null;
    wanted: WantedResults | null;
  },
  judge: JudgeInventory,
): Promise<FoundExposure> {
  const spans = await exposures.listSpans(asked);
  const images = await exposures.listImages(asked.hosts);
  const ids = new Set<number>();
  for (const { inventoryId } of [...spans, ...images])
    if (inventoryId !== null) ids.add(inventoryId);
  const inventories = await exposures.findPackages([...ids], asked.packages);
  const whole = new Set<number>();
  for (const { filesystemId } of images) if (filesystemId !== null) whole.add(filesystemId);
  const found = await filesystems.findComponents([...whole], asked.packages.components);
  const lists = await readLists(imageLists, asked.packages);
  const tellOf = tellOnce(judge, { inventories, filesystems: found, lists, names: asked.names });
  const seen = exposedImages(images);
  const groups = new Map<string, ExposedGroup>();
  const counted = { running: noCounts(), stopped: noCounts(), gone: noCounts() };
  for (const span of spans) {
    const { filesystemId = null, readFrom = null } = seen.see(span) ?? {};
    const { host, image, inventoryId, reason } = span;
    const told = tellOf({
      ...{ inventoryId, filesystemId, readFrom, reason },
      ...{ host, imageId: span.imageId, name: image },
    });
    count(counted[lifeOf(span)], told);
    if (asked.wanted !== null && told.state === 'not-present' && told.told.length === 1) continue;
    const isOwn = asked.names !== null || lists.has(span.imageId);
    const ofImage = isOwn ? span.imageId : '';
    const key = `${host}\n${image}\n${inventoryId ?? reason}\n${filesystemId}\n${ofImage}`;
    const group = groups.get(key);
    if (group) group.spans.push(span);
    else {
      const name = image || span.imageId;
      groups.set(key, { ...told, host, image: name, spans: [span], imageSince: null });
    }
  }
  const unused = seen.unused().map((image) => ({
    image,
    ...tellOf({ ...image, imageId: image.id }),
  }));
  const ofUnused = unused
    .filter(
      ({ image }) =>
        image.filesystemId !== null || image.inventoryId !== null || lists.has(image.id),
    )
    .map(({ image: { host, name, firstSeen }, ...told }) => {
      return { ...told, host, image: name, spans: [], imageSince: isoTime(firstSeen) };
    });
  const all = [...groups.values(), ...ofUnused];
  return {
    ...counted,
    images: {
      ...seen.count(),
      affected: unused.filter(({ state }) => isAffected(state)).length,
    },
    part: resultsOf(all, asked.wanted),
    unknown: unknownOf(all),
  };
}

interface HeldBy {
  inventoryId: number | null;
  filesystemId: number | null;
  readFrom: ImageFilesystem['readFrom'];
  reason: string | null;
  host: string;
  imageId: string;
  /** What the image was called there. */
  name: string;
}

interface Holdings {
  inventories: ReadonlyMap<number, MatchedInventory>;
  filesystems: ReadonlyMap<number, MatchedFilesystem>;
  /** By id of the image. */
  lists: ReadonlyMap<string, ListedHere>;
  names: ReadonlyMap<string, ImageNames> | null;
}

/** Judges what is held once for all that hold it, and of inventories also once for all that are alike in what was asked. */
function tellOnce(
  judge: JudgeInventory,
  { inventories, filesystems, lists, names }: Holdings,
): (held: HeldBy) => ToldInventory {
  const told = new Map<string, ToldInventory>();
  const ofContent = new Map<string, ToldInventory>();
  const contentOf = contentKeys();
  const tell = (held: HeldBy, key: { reason: string; ofImage: string }): ToldInventory => {
    const { inventoryId, filesystemId, readFrom, host, imageId, name } = held;
    const inventory = inventoryId === null ? undefined : inventories.get(inventoryId);
    const filesystem = filesystemId === null ? undefined : filesystems.get(filesystemId);
    const content = `${inventory && contentOf(inventory)}\n${filesystem?.id}\n${readFrom}`;
    const whole = `${content}\n${key.reason}\n${key.ofImage}`;
    const known = ofContent.get(whole);
    if (known !== undefined) return known;
    const image = names && (names.get(imageKey(host, imageId)) ?? namesOnly(imageId, name));
    const listed = lists.get(imageId) ?? null;
    const reason = key.reason === '' ? null : key.reason;
    const one = toldOf(judge({ inventory, filesystem, readFrom, reason, image, listed }));
    ofContent.set(whole, one);
    return one;
  };
  return (held) => {
    const { inventoryId, filesystemId, readFrom, host, imageId } = held;
    const isHeld = inventoryId !== null || filesystemId !== null;
    const reason = isHeld ? '' : (held.reason ?? 'nobody looked at its packages');
    // Where statements name images or others list what is in one, images of the same packages differ.
    const isOwn = names !== null || lists.has(imageId);
    const ofImage = isOwn ? `${imageKey(host, imageId)} ${held.name}` : '';
    const key = `${inventoryId} ${filesystemId} ${readFrom}\n${reason}\n${ofImage}`;
    const known = told.get(key);
    if (known !== undefined) return known;
    const one = tell(held, { reason, ofImage });
    told.set(key, one);
    return one;
  };
}

/** Of an image that is no longer listed: as its container was started. */
const namesOnly = (id: string, name: string): ImageNames => ({ id, tags: [name], digests: [] });

/** Texts that are equal for inventories of one system that have the same of the packages that were asked for. */
function contentKeys(): (inventory: MatchedInventory) => string {
  const numbers = new Map<MatchedInventory['packages'][number], number>();
  return ({ manager, operatingSystem, packages }) => {
    const own = packages.map((one) => {
      const number = numbers.get(one) ?? numbers.size;
      numbers.set(one, number);
      return number;
    });
    return JSON.stringify([manager, operatingSystem, own]);
  };
}

const lifeOf = ({ to, state }: ContainerSpan): 'running' | 'stopped' | 'gone' => {
  if (to !== null) return 'gone';
  return state === 'running' || state === 'paused' || state === 'restarting'
    ? 'running'
    : 'stopped';
};

const noCounts = (): ExposureCounts => ({ affected: 0, fixable: 0, unknown: 0, total: 0 });

function count(counts: ExposureCounts, { state }: ToldInventory): void {
  counts.total += 1;
  if (state === 'unknown') counts.unknown += 1;
  if (state === 'affected-fix-available') counts.fixable += 1;
  if (isAffected(state)) counts.affected += 1;
}
