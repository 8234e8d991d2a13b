import type {
  ExposureSummary,
  ImageBase,
  ImageExposure,
  ListedImage,
} from '../answers/image-answer.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import type { ImageStore, StoredImage } from '../ports/image-store.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { InventoryJudge } from './image-exposure.ts';

/** Position of an image in a list. */
export const imageOrder = ({ host, name, id }: StoredImage): string => `${host}\n${name}\n${id}`;

/** Images with what they stand on and what feeds have of them; `hosts` are those whose images may be a base. */
export async function describeImages(
  images: readonly StoredImage[],
  { store, hosts, judge }: { store: ImageStore; hosts: readonly string[]; judge: InventoryJudge },
): Promise<ListedImage[]> {
  const bases = await findBases(images, store, hosts);
  const keys = images.flatMap(({ inventory }) =>
    inventory.state === 'read' ? [inventory.value.key] : [],
  );
  const exposures = new Map<string, Reading<ExposureSummary>>();
  for await (const [key, exposure] of judge.judgeKeys([...new Set(keys)])) {
    exposures.set(key, summaryOf(exposure));
  }
  const described: ListedImage[] = [];
  for (const image of images) {
    const { inventory } = image;
    const shared = inventory.state === 'read' ? exposures.get(inventory.value.key) : inventory;
    const own = judge.namesImages ? await ownExposure(image, judge) : null;
    const exposure = own ?? shared ?? unread('its packages are no longer stored');
    described.push({ ...image, base: bases(image), exposure });
  }
  return described;
}

/** What images of the same packages do not share: what statements say of the image itself. */
async function ownExposure(
  { id, name, facts, inventory }: StoredImage,
  judge: InventoryJudge,
): Promise<Reading<ExposureSummary> | null> {
  if (inventory.state === 'unread') return null;
  const names = imageNames({ id, name, facts });
  for await (const [, exposure] of judge.judgeKeys([inventory.value.key], names)) {
    return summaryOf(exposure);
  }
  return null;
}

/** All that an image is called. */
export const imageNames = ({
  id,
  name,
  facts,
}: Pick<StoredImage, 'id' | 'name' | 'facts'>): ImageNames => ({
  id,
  tags: facts.state === 'read' ? facts.value.tags : [name],
  digests: facts.state === 'read' ? facts.value.digests : [],
});

/** An exposure in numbers. */
function summaryOf(exposure: Reading<ImageExposure>): Reading<ExposureSummary> {
  if (exposure.state === 'unread') return exposure;
  const { affected, unknown, cleared, ...counts } = exposure.value;
  return read({
    ...counts,
    ...{ affected: affected.length, unknown: unknown.length, cleared: cleared.length },
    worst: affected[0] ?? null,
  });
}

/** Keys of inventories with what a facet asks for, and those of which nobody can say. */
export async function inventoriesWith(
  keys: readonly string[],
  judge: InventoryJudge,
  facets: readonly ('critical' | 'known-exploited')[],
): Promise<{ sure: string[]; possible: string[] }> {
  const sure: string[] = [];
  const possible: string[] = [];
  for await (const [key, exposure] of judge.judgeKeys(keys)) {
    if (exposure.state === 'unread') {
      possible.push(key);
      continue;
    }
    const { critical, exploited, unscored } = exposure.value;
    const states = facets.map((facet) => {
      if ((facet === 'critical' ? critical : exploited) > 0) return 'sure';
      return facet === 'critical' && unscored > 0 ? 'possible' : 'no';
    });
    if (states.every((state) => state === 'sure')) sure.push(key);
    else if (!states.includes('no')) possible.push(key);
  }
  return { sure, possible };
}

/** The longest chain of lower layers that is an image of its own, else what an image says itself. */
async function findBases(
  images: readonly StoredImage[],
  store: Pick<ImageStore, 'findByLayers'>,
  hosts: readonly string[],
): Promise<(image: StoredImage) => Reading<ImageBase>> {
  const chains = images.flatMap((image) => lowerChains(image));
  const found = await store.findByLayers({ hosts, layers: chains });
  return (image) => {
    if (image.facts.state === 'unread') return image.facts;
    const chain = lowerChains(image).find((layers) => found.has(layers.join(' ')));
    const base = chain && found.get(chain.join(' '));
    if (chain !== undefined && base?.facts.state === 'read') {
      const [digest = null] = base.facts.value.digests;
      const { name, host } = base;
      return read({ by: 'layers', name, digest, host, layers: chain.length });
    }
    const { base: label, layers } = image.facts.value;
    if (label !== null) {
      const name = label.name ?? label.digest ?? '';
      return read({ by: 'label', name, digest: label.digest, host: null, layers: null });
    }
    return unread(
      layers.length === 0
        ? 'its layers are not known'
        : 'no image here has its lower layers, and it names none itself',
    );
  };
}

/** An image has a dozen layers, and never more than 127. */
const LAYERS_MAX = 130;

/** Every shorter chain from the lowest layer on, the longest first. */
function lowerChains({ facts }: StoredImage): string[][] {
  if (facts.state === 'unread') return [];
  const layers = facts.value.layers.slice(0, LAYERS_MAX);
  return layers.slice(1).map((_, index) => layers.slice(0, layers.length - 1 - index));
}
