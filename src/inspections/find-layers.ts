import type { ExposedPackage } from '../answers/exposure-answer.ts';
import type { ImageExposure } from '../answers/image-answer.ts';
import { unseenOf } from '../exposure/installed.ts';
import {
  type LayerOrigin,
  ofContainer,
  originOf,
  type PrefixImage,
} from '../exposure/layer-origin.ts';
import { programsNamed } from '../exposure/programs.ts';
import type { AskedPackages, MatchedInventory } from '../ports/exposure-store.ts';
import type { MatchedFilesystem } from '../ports/filesystem-store.ts';
import type { LayeredImage } from '../ports/image-store.ts';
import type { Stores } from '../ports/stores.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { imageKey } from './named-images.ts';

/** Which layers of the images of some results brought a package. */
export type LayersOf = (
  image: { host: string; id: string },
  found: ExposedPackage,
) => Reading<LayerOrigin>;

/** An image has a dozen layers, and never more than 127. */
const LAYERS_MAX = 130;

/** Every shorter chain from the lowest layer on, the longest first. */
export function lowerChains(layers: readonly string[]): string[][] {
  const own = layers.slice(0, LAYERS_MAX);
  return own.slice(1).map((_, index) => own.slice(0, own.length - 1 - index));
}

/** Reads what images of the first layers of these have of packages that were asked for. */
export async function findLayers(
  { images, exposures, filesystems }: Pick<Stores, 'images' | 'exposures' | 'filesystems'>,
  wanted: readonly { host: string; id: string }[],
  packages: AskedPackages,
): Promise<LayersOf> {
  const own = new Map(
    (await images.listLayers(wanted)).map((one) => [imageKey(one.host, one.id), one]),
  );
  const prefixes = await images.findPrefixes(
    [...own.values()].map(({ host, layers }) => ({ host, chains: lowerChains(layers) })),
  );
  const all = [...own.values(), ...prefixes.values()].flat();
  const inventories = await exposures.findPackages(
    [...new Set(all.flatMap(({ inventoryId }) => inventoryId ?? []))],
    packages,
  );
  const files = await filesystems.findComponents(
    [...new Set(all.flatMap(({ filesystemId }) => filesystemId ?? []))],
    packages.components,
  );
  const contentsOf = ({ inventoryId, filesystemId }: LayeredImage): Contents => ({
    inventory: inventoryId === null ? undefined : inventories.get(inventoryId),
    filesystem: filesystemId === null ? undefined : files.get(filesystemId),
  });
  return ({ host, id }, found) => {
    const image = own.get(imageKey(host, id));
    if (image === undefined || image.layers.length === 0) return unread(NO_LAYERS);
    const isOfSystem = found.paths.length === 0;
    const inImage = hasIt(contentsOf(image), found);
    if (isOfSystem && inImage.state === 'read' && !inImage.value) return read(ofContainer);
    const below = lowerChains(image.layers).flatMap((chain) =>
      nearestFirst(prefixes.get(chain.join(' ')) ?? [], host, chain.length)
        .map((one): PrefixImage => {
          const contents = contentsOf(one);
          return {
            ...{ name: one.name, host: one.host, layers: chain.length },
            has: hasIt(contents, found),
            otherVersion: otherVersion(contents, found),
          };
        })
        .sort((a, b) => Number(a.has.state === 'unread') - Number(b.has.state === 'unread'))
        .slice(0, 1),
    );
    const origin = originOf(image.layers.length, below);
    // Only a container that changed its packages leaves those of its image unknown: it may be from there.
    const isOpen = isOfSystem && inImage.state === 'unread';
    return isOpen && origin.state === 'read' && origin.value.by === 'above'
      ? unread(OF_CONTAINER)
      : origin;
  };
}

/** The same vulnerabilities of an image, each affected package with the layers that brought it. */
export async function withLayers(
  stores: Pick<Stores, 'images' | 'exposures' | 'filesystems'>,
  image: { host: string; id: string },
  exposure: ImageExposure,
): Promise<ImageExposure> {
  const names = new Set(exposure.affected.flatMap((one) => one.packages.map(({ name }) => name)));
  const layersOf = await findLayers(stores, [image], {
    names: [...names],
    sources: [],
    components: [...names].flatMap((name) => [name, ...programsNamed(name)]),
  });
  const affected = exposure.affected.map((one) => ({
    ...one,
    packages: one.packages.map((found) => ({ ...found, layer: layersOf(image, found) })),
  }));
  return { ...exposure, affected };
}

const OF_CONTAINER = 'what its image has is not known, and a container may have installed it';
const NO_LAYERS = 'the layers of its image are not known';

/** What is said by the host itself goes before what others say of the same layers. */
const nearestFirst = (
  images: readonly LayeredImage[],
  host: string,
  layers: number,
): LayeredImage[] =>
  images
    .filter((one) => one.layers.length === layers)
    .toSorted((a, b) => Number(b.host === host) - Number(a.host === host));

interface Contents {
  inventory: MatchedInventory | undefined;
  filesystem: MatchedFilesystem | undefined;
}

function hasIt({ inventory, filesystem }: Contents, found: ExposedPackage): Reading<boolean> {
  const { name, version, paths, purl, ecosystem } = found;
  if (paths.length === 0) {
    if (inventory === undefined) return unread('its packages are not known');
    return read(inventory.packages.some((one) => one.name === name && one.version === version));
  }
  if (filesystem === undefined) return unread('its file system was not read');
  const same = filesystem.components.filter((one) => one.purl === purl);
  if (same.some(({ places }) => places.some(({ path }) => paths.includes(path)))) return read(true);
  // Of many places only the first are kept.
  if (same.some(({ places, placeCount }) => placeCount > places.length)) {
    return unread('not all of its places are kept');
  }
  const unseen = unseenOf(filesystem, ecosystem);
  return unseen === null ? read(false) : unread(unseen);
}

function otherVersion(
  { inventory, filesystem }: Contents,
  { name, version, paths }: ExposedPackage,
): string | null {
  if (paths.length === 0) {
    const other = inventory?.packages.find((one) => one.name === name && one.version !== version);
    return other?.version ?? null;
  }
  const other = filesystem?.components.find(
    (one) => one.version !== version && one.places.some(({ path }) => paths.includes(path)),
  );
  return other?.version ?? null;
}
