import type { ExposureAnswer, ExposureCounts } from '../answers/exposure-answer.ts';
import { type ExposureState, isAffected } from '../exposure/verdict.ts';
import type { ImageNames } from '../exposure/vex-product.ts';
import type { AskedPackages, MatchedInventory, SpanGroup } from '../ports/exposure-store.ts';
import type { MatchedFilesystem } from '../ports/filesystem-store.ts';
import type { Stores } from '../ports/stores.ts';
import { once } from '../shared/once.ts';
import { isoTime } from '../shared/time.ts';
import { groupSpans, type HeldGroup, type Life, readSpans } from './exposed-groups.ts';
import {
  type ChosenResults,
  chooseResults,
  type ExposedGroup,
  imageOf,
  type ResultsPart,
  resultsOf,
  type ToldInventory,
  toldIn,
  toldOf,
  unknownOf,
  type WantedResults,
} from './exposure-results.ts';
import { findLayers } from './find-layers.ts';
import { type ListedHere, readLists } from './image-lists.ts';
import type { JudgeInventory } from './judge-held.ts';
import { imageKey, namesOnly } from './named-images.ts';
import { groupsOfPage } from './page-groups.ts';

/** Who is exposed, with the part of the results that was wanted. */
export type FoundExposure = Pick<
  ExposureAnswer,
  'unknown' | 'running' | 'stopped' | 'gone' | 'changed' | 'images' | 'asMade'
> & { part: ResultsPart };

/**
 * Who of these containers and images has the packages, what is said of them, and of whom nobody knows.
 * Without `wanted` all results are made, with those that have nothing of it.
 */
export async function findExposure(
  stores: Pick<Stores, 'exposures' | 'filesystems' | 'imageLists' | 'images'>,
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
  const { exposures, imageLists } = stores;
  const { hosts, since, names, wanted } = asked;
  const lists = await readLists(imageLists, asked.packages);
  const apart = { areAllNamed: names !== null, listed: lists };
  const isApart = names !== null ? 'all' : lists.size > 0 ? 'listed' : 'none';
  const place = { hosts, since, apart: isApart } as const;
  // A page counts by contents, reads groups of those that have something to tell, and the containers that it shows.
  const counted = names === null ? wanted : null;
  const contents = counted ? await exposures.countContents(place) : [];
  const held: HeldGroup[] =
    wanted === null
      ? [...groupSpans(await exposures.listSpans({ hosts, since }), apart).values()]
      : unreadGroups(
          await exposures.listGroups({ ...place, ...(counted && { inventoryIds: [null] }) }),
        );
  const { unused, counts } = await exposures.readImages(hosts);
  const ids = new Set<number>();
  const whole = new Set<number>();
  for (const holders of [held, contents, unused]) {
    for (const { inventoryId, filesystemId } of holders) {
      if (inventoryId !== null) ids.add(inventoryId);
      if (filesystemId !== null) whole.add(filesystemId);
    }
  }
  const inventories = await exposures.findPackages([...ids], asked.packages);
  const filesystems = await stores.filesystems.findComponents(
    [...whole],
    asked.packages.components,
  );
  const tellOf = tellOnce(judge, { inventories, filesystems, lists, names });
  const tellGroup = (group: HeldGroup) => ({ group, ...tellOf(group, group.host, group.image) });
  const known = contents.map((group) => {
    const { state, told } = tellOf(group, '', '');
    return { group, state, told };
  });
  const own = held.map(tellGroup);
  const page = counted
    ? await groupsOfPage(exposures, known, { place, wanted: counted })
    : { groups: [], results: 0 };
  const shownOf = unreadGroups(page.groups).map(tellGroup);
  const notRead = page.results - shownOf.reduce((sum, { told }) => sum + toldIn(told), 0);
  const groups = [...own, ...shownOf];
  const images = unused.map((image) => {
    // What kept its files from being read again says nothing of its system.
    const reason = image.filesystemId === null ? image.reason : null;
    return { image, ...tellOf({ ...image, reason, imageId: image.id }, image.host, image.name) };
  });
  const all = [
    ...groups.map(({ group, ...told }): ExposedGroup => ({ ...told, group, imageSince: null })),
    ...images.map(({ image, ...told }): ExposedGroup => {
      const { host, name, firstSeen } = image;
      return {
        ...told,
        group: { ...noContainer, host, image: name, imageId: image.id },
        imageSince: isoTime(firstSeen),
      };
    }),
  ];
  const chosen = chooseResults(all, wanted, notRead);
  if (wanted !== null) {
    const shown = new Set(chosen.shown.map(({ group: { group } }) => group));
    const read = [...shown].filter(({ first }) => first !== '');
    await readSpans(exposures, read, { since, apart });
  }
  const layersOf = await findLayers(stores, imagesOf(chosen), asked.packages);
  return {
    ...countLives([...own, ...known]),
    // What is named for packages of systems alone was read of each container itself.
    asMade: asked.packages.components.length === 0 ? 0 : countAsMade([...own, ...known]),
    images: { ...counts, affected: images.filter(({ state }) => isAffected(state)).length },
    part: resultsOf(chosen, layersOf),
    unknown: unknownOf(all),
  };
}

/** Images whose packages are shown, each once. */
function imagesOf({ shown }: ChosenResults) {
  const named = shown.filter(({ told }) => told.package !== null);
  const images = named.map(({ group }) => imageOf(group));
  return [...new Map(images.map((one) => [imageKey(one.host, one.id), one])).values()];
}

const unreadGroups = (groups: readonly SpanGroup[]): HeldGroup[] =>
  groups.map((group) => ({ ...group, spans: [] }));

const noContainer: Omit<HeldGroup, 'host' | 'image'> = {
  ...{ imageId: '', inventoryId: null, reason: null, filesystemId: null, readFrom: null },
  ...{ running: 0, stopped: 0, gone: 0, changed: 0, first: '', spans: [] },
};

type HeldBy = Pick<SpanGroup, 'inventoryId' | 'filesystemId' | 'readFrom' | 'reason' | 'imageId'>;

interface Holdings {
  inventories: ReadonlyMap<number, MatchedInventory>;
  filesystems: ReadonlyMap<number, MatchedFilesystem>;
  /** By id of the image. */
  lists: ReadonlyMap<string, ListedHere>;
  names: ReadonlyMap<string, ImageNames> | null;
}

/** Tells what is said of what is held, on a host where the image has a name. */
type Tell = (held: HeldBy, host: string, name: string) => ToldInventory;

/** Judges what is held once for all that hold it or the same of what was asked. */
function tellOnce(
  judge: JudgeInventory,
  { inventories, filesystems, lists, names }: Holdings,
): Tell {
  const told = new Map<string, ToldInventory>();
  const contentOf = once(contentKeys());
  return (held, host, name) => {
    const { inventoryId, filesystemId, readFrom, imageId } = held;
    const inventory = inventoryId === null ? undefined : inventories.get(inventoryId);
    const filesystem = filesystemId === null ? undefined : filesystems.get(filesystemId);
    // The rest of its image may have been read all the same.
    const unsaid = filesystemId === null ? 'nobody looked at its packages' : '';
    const reason = inventoryId === null ? (held.reason ?? unsaid) : '';
    // Where statements name images or others list what is in one, images of the same packages differ.
    const isOwn = names !== null || lists.has(imageId);
    const ofImage = isOwn ? `${imageKey(host, imageId)} ${name}` : '';
    const content = `${inventory && contentOf(inventory)}\n${filesystem?.id}\n${readFrom}`;
    const key = `${content}\n${reason}\n${ofImage}`;
    const known = told.get(key);
    if (known !== undefined) return known;
    const image = names && (names.get(imageKey(host, imageId)) ?? namesOnly(imageId, name));
    const asked = { inventory, filesystem, readFrom, reason: reason || null, image };
    const one = toldOf(judge({ ...asked, listed: lists.get(imageId) ?? null }));
    told.set(key, one);
    return one;
  };
}

/** Texts that are equal only for inventories of one system that have the same of the packages that were asked for. */
function contentKeys(): (inventory: MatchedInventory) => string {
  const numbers = new Map<object | null, number>();
  const numberOf = (one: object | null): number => {
    const number = numbers.get(one) ?? numbers.size;
    numbers.set(one, number);
    return number;
  };
  return ({ manager, operatingSystem, packages }) =>
    `${manager} ${numberOf(operatingSystem)} ${packages.map(numberOf).join()}`;
}

/** Containers of each kind by what is said of their group. */
function countLives(
  groups: readonly (ToldInventory & { group: Pick<SpanGroup, Life> })[],
): Record<Life, ExposureCounts> {
  const none = () => ({ affected: 0, fixable: 0, unknown: 0, total: 0 });
  const counts = { running: none(), stopped: none(), gone: none(), changed: none() };
  for (const { state, group } of groups) {
    for (const life of lives) {
      const [number, counted] = [group[life], counts[life]];
      counted.total += number;
      if (state === 'unknown') counted.unknown += number;
      if (state === 'affected-fix-available') counted.fixable += number;
      if (isAffected(state)) counted.affected += number;
    }
  }
  return counts;
}

/** Containers that are there of which nothing is found in an image that no container of it showed. */
const countAsMade = (
  groups: readonly {
    state: ExposureState;
    group: Pick<SpanGroup, 'running' | 'stopped' | 'filesystemId' | 'readFrom'>;
  }[],
): number =>
  groups
    .filter(({ state }) => state === 'not-present' || state === 'vendor-says-not-affected')
    .filter(({ group }) => group.filesystemId !== null && group.readFrom === 'probe')
    .reduce((sum, { group }) => sum + group.running + group.stopped, 0);

const lives = ['running', 'stopped', 'gone', 'changed'] as const satisfies Life[];
