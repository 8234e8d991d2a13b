import type { ImageBase, ImageExposure, Rebuild } from '../answers/image-answer.ts';
import type {
  FilesystemStore,
  FoundComponent,
  MatchedFilesystem,
} from '../ports/filesystem-store.ts';
import type { ImageStore, StoredImage } from '../ports/image-store.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { PackageFacts } from '../snapshot/facts/packages.ts';
import { imageNames } from './find-images.ts';
import type { InventoryJudge } from './image-exposure.ts';

interface RebuildParts {
  images: Pick<ImageStore, 'findImages' | 'findByLayers'>;
  store: Pick<ScanStore, 'listInventories'>;
  filesystems: Pick<FilesystemStore, 'readComponents'>;
  hosts: readonly string[];
  judge: InventoryJudge;
}

const CANDIDATES_MAX = 200;

/**
 * What an image would lose of what affects it, were it built anew on the newest image here that has the
 * name of its base. Unread with the reason where there is none, or nobody knows its packages.
 */
export async function findRebuild(
  image: StoredImage,
  base: Reading<ImageBase>,
  exposure: Reading<ImageExposure>,
  { images, store, filesystems, hosts, judge }: RebuildParts,
): Promise<Reading<Rebuild>> {
  if (base.state === 'unread') return unread(`its base is not known: ${base.reason}`);
  if (exposure.state === 'unread') return unread(exposure.reason);
  if (image.facts.state === 'unread' || image.inventory.state === 'unread') {
    return unread('its packages are not known');
  }
  const { layers } = image.facts.value;
  const chain = layers.slice(0, base.value.layers ?? 0);
  const old =
    chain.length > 0
      ? (await images.findByLayers({ hosts, layers: [chain] })).get(chain.join(' '))
      : undefined;
  const names = namesOf(base.value, old, image);
  if (names.length === 0) return unread('its base has no name here, so a newer one is not known');
  const named = await images.findImages({ hosts, names, limit: CANDIDATES_MAX });
  const newer = newest(named.filter((one) => isNewer(one, image, old)));
  if (newer === undefined) return unread(`no newer ${names[0]} is known here`);
  if (newer.inventory.state === 'unread') {
    return unread(`the packages of ${newer.name} on ${newer.host} are not known`);
  }
  const keys = [image, newer, ...(old ? [old] : [])].flatMap(({ inventory }) =>
    inventory.state === 'read' ? [inventory.value.key] : [],
  );
  const stored = new Map((await store.listInventories({ keys })).map((one) => [one.key, one]));
  const own = stored.get(image.inventory.value.key);
  const next = stored.get(newer.inventory.value.key);
  if (own === undefined || next === undefined) return unread('its packages are no longer stored');
  const before = old?.inventory.state === 'read' ? stored.get(old.inventory.value.key) : undefined;
  // By what is said of the image as it is now, or the new one would bring what is cleared in it.
  const [then] = await judge.judge(
    [
      {
        inventory: {
          ...own,
          packages: rebased(own.packages, before?.packages, next.packages, byName),
        },
        filesystem: await rebasedFilesystem(filesystems, image, old, newer),
      },
    ],
    imageNames(image),
  );
  if (then === undefined || then.state === 'unread') {
    return unread(`what affects it on ${newer.name} is not known`);
  }
  const now = new Set(exposure.value.affected.map(({ id }) => id));
  const left = then.value.affected.filter(({ id }) => now.has(id)).length;
  return read({
    ...{ name: newer.name, host: newer.host, of: now.size },
    createdAt: newer.facts.state === 'read' ? newer.facts.value.createdAt : '',
    fixes: now.size - left,
    brings: then.value.affected.length - left,
  });
}

/** What the base is called: by its own tags, and as the image says. */
function namesOf(base: ImageBase, old: StoredImage | undefined, image: StoredImage): string[] {
  const tags = old?.facts.state === 'read' ? old.facts.value.tags : [];
  const said = image.facts.state === 'read' ? (image.facts.value.base?.name ?? null) : null;
  const names = [...tags, ...(said === null ? [] : [said, shortName(said)])];
  return [...new Set(base.by === 'label' && said === null ? [] : names)];
}

/** As engines write images of Docker Hub. */
const shortName = (name: string): string => name.replace(/^docker\.io\/(?:library\/)?/, '');

/** Later than the base, and not what the image stands on already. */
function isNewer(one: StoredImage, image: StoredImage, old: StoredImage | undefined): boolean {
  if (one.facts.state === 'unread' || image.facts.state === 'unread') return false;
  const { layers, createdAt } = one.facts.value;
  const own = image.facts.value;
  const isBelow = layers.every((layer, index) => own.layers[index] === layer);
  const than = old?.facts.state === 'read' ? old.facts.value.createdAt : null;
  return (
    !isBelow &&
    (than === null
      ? own.base?.digest != null && !hasDigest(one, own.base.digest)
      : createdAt > than)
  );
}

const hasDigest = ({ facts }: StoredImage, digest: string): boolean =>
  facts.state === 'read' && facts.value.digests.some((one) => one.endsWith(`@${digest}`));

function newest(images: readonly StoredImage[]): StoredImage | undefined {
  const made = ({ facts }: StoredImage) => (facts.state === 'read' ? facts.value.createdAt : '');
  // Of equal ones that whose packages are known.
  const rank = (one: StoredImage) => `${made(one)} ${one.inventory.state === 'read' ? 1 : 0}`;
  return images.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0];
}

const byName = {
  key: ({ name, architecture }: PackageFacts) => `${name} ${architecture}`,
  version: ({ version }: PackageFacts) => version,
};
/** A library lies in one version beside another. */
const byPlace = {
  key: ({ ecosystem, name, places }: FoundComponent) =>
    `${ecosystem} ${name} ${places.map(({ path }) => path).join(' ')}`,
  version: ({ version }: FoundComponent) => version,
};

/** The same of libraries and programs; as they are where those of a base were not read. */
async function rebasedFilesystem(
  filesystems: RebuildParts['filesystems'],
  image: StoredImage,
  old: StoredImage | undefined,
  newer: StoredImage,
): Promise<MatchedFilesystem | null> {
  const idOf = (one: StoredImage | undefined) =>
    one?.libraries.state === 'read' ? one.libraries.value.id : null;
  const ids = [image, old, newer].map(idOf);
  const found = await filesystems.readComponents(ids.filter((id) => id !== null));
  const [own, before, next] = ids.map((id) => (id === null ? undefined : found.get(id)));
  if (own === undefined) return null;
  if (before === undefined || next === undefined) return own;
  const { components } = own;
  return { ...own, components: rebased(components, before.components, next.components, byPlace) };
}

/**
 * What an image has whose base is another one: what came from the old base becomes what the new one
 * has, and the rest stays as it is. Without what the old base has, what the new one has too.
 */
function rebased<T>(
  own: readonly T[],
  before: readonly T[] | undefined,
  next: readonly T[],
  { key, version }: { key: (one: T) => string; version: (one: T) => string | null },
): T[] {
  const fresh = new Map(next.map((one) => [key(one), one]));
  const old = before && new Map(before.map((one) => [key(one), version(one)]));
  const kept = own.filter((one) =>
    old === undefined ? !fresh.has(key(one)) : old.get(key(one)) !== version(one),
  );
  const added = new Set(kept.map(key));
  return [...kept, ...next.filter((one) => !added.has(key(one)))];
}
