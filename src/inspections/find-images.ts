import type {
  ExposureSummary,
  ImageBase,
  ImageExposure,
  ListedImage,
} from '../answers/image-answer.ts';
import { ecosystemOf } from '../exposure/ecosystem.ts';
import { type ReleaseSupport, supportOf } from '../exposure/release-ends.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import type { ContentsKey, ImageStore, ImagesAsked, StoredImage } from '../ports/image-store.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { lowerChains } from './find-layers.ts';
import type { InventoryJudge } from './image-exposure.ts';
import { judgeImage } from './named-images.ts';

/** Position of an image in a list. */
export const imageOrder = ({ host, name, id }: StoredImage): string => `${host}\n${name}\n${id}`;

/** Images with what they stand on and what feeds have of them; `hosts` are those whose images may be a base. */
export async function describeImages(
  images: readonly StoredImage[],
  {
    store,
    hosts,
    judge,
    at,
  }: { store: ImageStore; hosts: readonly string[]; judge: InventoryJudge; at: number },
): Promise<ListedImage[]> {
  const bases = await findBases(images, store, hosts);
  const exposures = new Map<string, Reading<ExposureSummary>>();
  for await (const [key, exposure] of judge.judgeKeys(contentsOf(images))) {
    exposures.set(contentsText(key), summaryOf(exposure));
  }
  const described: ListedImage[] = [];
  for (const image of images) {
    const key = contentsOf([image])[0];
    const own = key && judge.namesImages ? await ownExposure(image, key, judge) : null;
    described.push({
      ...image,
      base: bases(image),
      support: supportIn(image, at),
      exposure:
        key === undefined
          ? unread(image.inventory.state === 'unread' ? image.inventory.reason : '')
          : (own ?? exposures.get(contentsText(key)) ?? unread(NOT_STORED)),
    });
  }
  return described;
}

/** What images of the same contents do not share: what statements say of the image itself. */
async function ownExposure(
  image: StoredImage,
  key: ContentsKey,
  judge: InventoryJudge,
): Promise<Reading<ExposureSummary> | null> {
  const exposure = await judgeImage(judge, key, imageNames(image));
  return exposure && summaryOf(exposure);
}

function supportIn({ inventory }: StoredImage, at: number): ReleaseSupport | null {
  const ecosystem =
    inventory.state === 'read' ? ecosystemOf(inventory.value.operatingSystem) : inventory;
  return ecosystem.state === 'read' ? supportOf(ecosystem.value, at) : null;
}

/** Of contents that were removed meanwhile. */
export const NOT_STORED = 'its packages are no longer stored';

/** Keys of the contents of images, each once; none for an image of which nothing was read. */
export function contentsOf(
  images: readonly Pick<StoredImage, 'inventory' | 'libraries'>[],
): ContentsKey[] {
  const found = new Map<string, ContentsKey>();
  for (const { inventory, libraries } of images) {
    if (inventory.state === 'unread' && libraries.state === 'unread') continue;
    const key = {
      inventory: inventory.state === 'read' ? inventory.value.key : null,
      filesystem: libraries.state === 'read' ? libraries.value.id : null,
    };
    found.set(contentsText(key), key);
  }
  return [...found.values()];
}

export const imageNames = ({
  id,
  name,
  facts,
}: Pick<StoredImage, 'id' | 'name' | 'facts'>): ImageNames => ({
  id,
  tags: facts.state === 'read' ? facts.value.tags : [name],
  digests: facts.state === 'read' ? facts.value.digests : [],
});

export const contentsText = ({ inventory, filesystem }: ContentsKey): string =>
  `${inventory ?? ''} ${filesystem ?? ''}`;

function summaryOf(exposure: Reading<ImageExposure>): Reading<ExposureSummary> {
  if (exposure.state === 'unread') return exposure;
  const { affected, unknown, cleared, ...counts } = exposure.value;
  return read({
    ...counts,
    ...{ affected: affected.length, unknown: unknown.length, cleared: cleared.length },
    worst: affected[0] ?? null,
  });
}

/**
 * Keys of contents with what facets ask for, and those of which nobody can say. Where libraries were not read
 * at all, those of the system decide.
 */
export async function contentsWith(
  images: Pick<ImageStore, 'listContents' | 'listNames'>,
  judge: InventoryJudge,
  { hosts, facets }: { hosts: readonly string[]; facets: readonly FacetOfFeeds[] },
): Promise<NonNullable<ImagesAsked['contents']>> {
  const found: Record<'sure' | 'possible' | 'no', ContentsKey[]> = {
    sure: [],
    possible: [],
    no: [],
  };
  for await (const [key, exposure] of judge.judgeKeys(await images.listContents(hosts))) {
    found[hasFacets(exposure, key, { facets, judge })].push(key);
  }
  const keys = (): number[] => [];
  const own = { all: keys(), sure: keys(), possible: keys(), no: keys() };
  for (const image of judge.namesImages ? await images.listNames(hosts) : []) {
    if (!judge.names(image)) continue;
    const exposure = await judgeImage(judge, image.contents, image);
    if (exposure === null) continue;
    own.all.push(image.key);
    own[hasFacets(exposure, image.contents, { facets, judge })].push(image.key);
  }
  return { sure: found.sure, possible: found.possible, own };
}

/** Facets of images that feeds decide. */
export type FacetOfFeeds = 'critical' | 'known-exploited';

function hasFacets(
  exposure: Reading<ImageExposure>,
  { inventory }: ContentsKey,
  { facets, judge }: { facets: readonly FacetOfFeeds[]; judge: InventoryJudge },
): 'sure' | 'possible' | 'no' {
  if (exposure.state === 'unread') return 'possible';
  const { critical, exploited, unscored, gaps } = exposure.value;
  const isPartly = gaps.length > 0 || inventory === null;
  const states = facets.map((facet) => {
    if ((facet === 'critical' ? critical : exploited) > 0) return 'sure';
    const isUnsure = facet === 'critical' ? unscored > 0 : !judge.knowsExploited;
    return isPartly || isUnsure ? 'possible' : 'no';
  });
  if (states.includes('no')) return 'no';
  return states.every((state) => state === 'sure') ? 'sure' : 'possible';
}

/** The longest chain of lower layers that is an image of its own, else what an image says itself. */
async function findBases(
  images: readonly StoredImage[],
  store: Pick<ImageStore, 'findByLayers'>,
  hosts: readonly string[],
): Promise<(image: StoredImage) => Reading<ImageBase>> {
  const chainsOf = ({ facts }: StoredImage) =>
    facts.state === 'read' ? lowerChains(facts.value.layers) : [];
  const found = await store.findByLayers({ hosts, layers: images.flatMap(chainsOf) });
  return (image) => {
    if (image.facts.state === 'unread') return image.facts;
    const chain = chainsOf(image).find((layers) => found.has(layers.join(' ')));
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
