import type { ImageAnswer, ImagesAnswer, ListedImage } from '../answers/image-answer.ts';
import { countOn } from '../inspections/count-unread.ts';
import {
  contentsOf,
  contentsWith,
  describeImages,
  type FacetOfFeeds,
  imageNames,
  imageOrder,
  NOT_STORED,
} from '../inspections/find-images.ts';
import { withLayers } from '../inspections/find-layers.ts';
import { findRebuild } from '../inspections/find-rebuild.ts';
import { hostStates } from '../inspections/host-states.ts';
import { type InventoryJudge, openInventoryJudge } from '../inspections/image-exposure.ts';
import { imageFacets } from '../inspections/observe-images.ts';
import { listPage } from '../inspections/paging.ts';
import { refreshHosts } from '../inspections/scan-hosts.ts';
import { tagsLike } from '../inspections/tags-like.ts';
import type { ImagesAsked, ImagesPage, StoredImage } from '../ports/image-store.ts';
import { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import { listed, quoteWord, visible } from '../shared/text.ts';
import { isoTime, parseDuration } from '../shared/time.ts';
import type { PackageFacts } from '../snapshot/facts/packages.ts';
import type { CommandContext, CommandRequest } from './command.ts';

/** A page of a list shows thirty; the store counts the others. */
const PAGE_IMAGES = 40;
/** What is read at once where the whole list is asked for. */
const READ_AT_ONCE = 200;
const CONTAINERS_SHOWN = 50;
const FOUND_MAX = 200;

interface Asked {
  image: string | null;
  facets: string[];
  olderThan: { text: string; ms: number } | null;
}

/** Lists images, or shows one. Rejects with `UserError` for an image that no host has. */
export async function answerImages(
  context: CommandContext,
  request: CommandRequest,
): Promise<ImagesAnswer | ImageAnswer> {
  const asked = readWords(request.words);
  await refreshHosts(context, request.hosts);
  const judge = await openInventoryJudge(context);
  return asked.image === null
    ? list(context, request, asked, judge)
    : show(context, request, asked.image, judge);
}

function readWords(words: readonly string[]): Asked {
  const asked: Asked = { image: null, facets: [], olderThan: null };
  for (const word of words) {
    const small = word.toLowerCase();
    const age = small === 'older-than' ? '' : /^older-than=(.{0,20})$/.exec(small)?.[1];
    if (age !== undefined) asked.olderThan = readAge(age);
    else if (imageFacets.some((facet) => facet === small)) asked.facets.push(small);
    else if (asked.image === null) asked.image = word;
    else throw unknownWord(word);
  }
  if (asked.image !== null && words.length > 1) throw unknownWord(asked.image);
  return asked;
}

function readAge(text: string): NonNullable<Asked['olderThan']> {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return { text, ms };
  throw new UserError(`“older-than=${visible(text)}” is no age.`, {
    hint: 'It knows 12h, 30d, 8w, 6mo and 1y.',
    correctedLine: 'images older-than=30d',
  });
}

function unknownWord(word: string): UserError {
  const near = nearest(word, imageFacets);
  return new UserError(`“images” knows no “${visible(word)}” beside other words.`, {
    hint: `One image is shown by itself; lists are filtered by ${listed(imageFacets, 9)} and older-than=30d.`,
    ...(near && { correctedLine: `images ${near}` }),
  });
}

const isOfFeeds = (facet: string): facet is FacetOfFeeds =>
  facet === 'critical' || facet === 'known-exploited';

async function list(
  context: CommandContext,
  { hosts, line, paging }: CommandRequest,
  { facets, olderThan }: Asked,
  judge: InventoryJudge,
): Promise<ImagesAnswer> {
  const { store, images, now } = context;
  const at = now();
  const names = hosts.map(({ name }) => name);
  const states = await hostStates(hosts, store);
  const looked = new Set(await images.listLooked(names));
  const ofFeeds = facets.filter(isOfFeeds);
  const asked: ImagesAsked = {
    hosts: names,
    facets: facets.filter((facet) => !isOfFeeds(facet)),
    createdBefore: olderThan === null ? null : at - olderThan.ms,
    contents:
      ofFeeds.length === 0
        ? null
        : await contentsWith(images, judge, { hosts: names, facets: ofFeeds }),
  };
  const page = paging
    ? await images.pageImages({ ...asked, after: paging.after, limit: PAGE_IMAGES })
    : await readWhole(context, asked);
  const unlisted = states.map(({ name, unread: why, unreadSections }) => {
    const section = unreadSections.find((one) => one.section === 'images');
    const reason = section?.reason ?? 'its images were not listed yet';
    const isKnown = looked.has(name) && section === undefined;
    return { name, unread: why ?? (isKnown ? null : { reason, since: null }) };
  });
  const described = await describeImages(page.images, {
    ...{ store: images, judge, at },
    hosts: context.hosts.map(({ name }) => name),
  });
  const part = { before: page.before, total: page.total };
  const [first] = described;
  return {
    kind: 'images',
    takenAt: isoTime(at),
    facets,
    olderThan: olderThan?.text ?? null,
    hosts: states,
    images: described,
    total: countOn(page.total, { hosts: unlisted, past: null, blind: [] }),
    // Of images there is no past: a later page is of what is there by then.
    page: listPage(
      line,
      states,
      paging && { after: paging.after, scans: null },
      paging ? part : null,
    ),
    unverified: page.unverified.images,
    unverifiedCount: page.unverified.total,
    feeds: judge.feeds,
    next: [
      ...(first ? [`images ${quoteWord(first.name)} on ${quoteWord(first.host)}`] : []),
      ...(facets.includes('unused') ? [] : ['images unused']),
      'surface',
    ],
  };
}

async function readWhole({ images }: CommandContext, asked: ImagesAsked): Promise<ImagesPage> {
  const first = await images.pageImages({ ...asked, after: null, limit: READ_AT_ONCE });
  const found = [...first.images];
  while (found.length < first.total) {
    const last = found.at(-1);
    const after = last === undefined ? null : imageOrder(last);
    const next = await images.pageImages({ ...asked, after, limit: READ_AT_ONCE });
    if (next.images.length === 0) break;
    found.push(...next.images);
  }
  return { ...first, images: found };
}

async function show(
  context: CommandContext,
  request: CommandRequest,
  word: string,
  judge: InventoryJudge,
): Promise<ImageAnswer> {
  const { store, images, filesystems, now } = context;
  const found = await findImage(context, request, word);
  const fleet = context.hosts.map(({ name }) => name);
  const at = now();
  const [image] = await describeImages([found], { store: images, hosts: fleet, judge, at });
  if (image === undefined) throw new Error('an image was not described');
  const { host, id } = image;
  const packages = await packagesOf(context, image);
  const judged = await exposureOf(image, judge);
  const exposure =
    judged.state === 'read' ? read(await withLayers(context, image, judged.value)) : judged;
  const { containers, total } = await images.listContainersOf({
    ...{ host, id, limit: CONTAINERS_SHOWN },
  });
  const states = await hostStates(
    context.hosts.filter(({ name }) => name === host),
    store,
  );
  const same = await images.findImages({ hosts: fleet, names: [id], limit: FOUND_MAX });
  const findings = await store.listOpenFindings({ hosts: [host] });
  const [container] = containers;
  return {
    kind: 'image',
    takenAt: isoTime(at),
    hosts: states,
    image,
    exposure,
    elsewhere: same.map((one) => one.host).filter((one) => one !== host),
    ran: containers,
    ranCount: total,
    findings: findings.filter(
      ({ subjectKind, subjectKey }) =>
        subjectKind === 'image' && (subjectKey === image.name || subjectKey === id),
    ),
    packages,
    lists: (await context.imageLists.list()).filter(({ imageId }) => imageId === id),
    components: await componentsOf(context, image),
    feeds: judge.feeds,
    rebuild: await findRebuild(image, image.base, exposure, {
      ...{ images, store, filesystems, hosts: fleet, judge },
    }),
    next: [
      ...(container?.to === null
        ? [`inspect ${quoteWord(container.name)} on ${quoteWord(host)}`]
        : []),
      ...(exposure.state === 'read' && exposure.value.affected[0]
        ? [`exposure ${exposure.value.affected[0].id}`]
        : []),
      `images on ${quoteWord(host)}`,
    ],
  };
}

async function exposureOf(
  image: ListedImage,
  judge: InventoryJudge,
): Promise<ImageAnswer['exposure']> {
  if (image.exposure.state === 'unread') return image.exposure;
  for await (const [, exposure] of judge.judgeKeys(contentsOf([image]), imageNames(image))) {
    return exposure;
  }
  return unread(NOT_STORED);
}

async function componentsOf(
  { filesystems }: CommandContext,
  { libraries }: StoredImage,
): Promise<ImageAnswer['components']> {
  if (libraries.state === 'unread') return libraries;
  const found = await filesystems.readComponents([libraries.value.id]);
  const filesystem = found.get(libraries.value.id);
  return filesystem === undefined
    ? unread(NOT_STORED)
    : { state: 'read', value: filesystem.components };
}

async function packagesOf(
  { store }: CommandContext,
  { inventory }: StoredImage,
): Promise<Reading<PackageFacts[]>> {
  if (inventory.state === 'unread') return inventory;
  const [stored] = await store.listInventories({ keys: [inventory.value.key] });
  return stored === undefined ? unread(NOT_STORED) : { state: 'read', value: [...stored.packages] };
}

/** The one image that a word means: a tag, a name with a digest, or the beginning of an id. */
export async function findImage(
  { images }: Pick<CommandContext, 'images'>,
  { hosts }: Pick<CommandRequest, 'hosts'>,
  word: string,
): Promise<StoredImage> {
  const names = hosts.map(({ name }) => name);
  const named = await images.findImages({
    ...{ hosts: names, names: [word, `${word}:latest`, `sha256:${word}`], limit: FOUND_MAX },
  });
  const prefix = /^(?:sha256:)?([0-9a-f]{6,64})$/.exec(word)?.[1];
  const found =
    named.length > 0 || prefix === undefined
      ? named
      : await images.findByIdPrefix({
          ...{ hosts: names, prefix: `sha256:${prefix}`, limit: FOUND_MAX },
        });
  const [first] = found;
  if (first === undefined) {
    const tags = (await images.listNames(names)).flatMap((one) => one.tags);
    const like = tagsLike(word, tags);
    const near = nearest(word, imageFacets) ?? (like[0] && quoteWord(like[0]));
    throw new UserError(`No image here is called “${visible(word)}”.`, {
      hint: `${like.length > 1 ? `There are: ${listed(like, 4)}. ` : ''}Ask for a tag, a digest or the beginning of an id; lists are filtered by ${listed(imageFacets, 9)}.`,
      ...(near && { correctedLine: `images ${near}` }),
    });
  }
  const ids = [...new Set(found.map(({ id }) => id))];
  if (ids.length > 1) {
    const which = found.map(({ name, id, host }) => `${name} (${id.slice(0, 19)}) on ${host}`);
    throw new UserError(`“${visible(word)}” means ${ids.length} images.`, {
      hint: `There are: ${listed(which, 4)}.`,
      correctedLine: `images ${quoteWord(first.id.slice(7, 19))} on ${quoteWord(first.host)}`,
    });
  }
  // The same image on several hosts: where it is used and known best.
  return found.toSorted((a, b) => rank(b) - rank(a))[0] ?? first;
}

const rank = ({ inventory, running, containers }: StoredImage): number =>
  (inventory.state === 'read' ? 1_000_000 : 0) + running * 1_000 + containers;
