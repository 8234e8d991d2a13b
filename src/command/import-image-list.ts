import type { ForeignList } from '../exposure/foreign-list.ts';
import { type ImageNames, isImage, namedImage } from '../exposure/vex-product.ts';
import type { StoredImageList } from '../ports/image-list-store.ts';
import { UserError } from '../shared/errors.ts';
import { listed, quoteWord, visible } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { ImageListsAnswer } from '../views/image-lists.ts';
import { findImage } from './answer-images.ts';
import type { CommandContext, CommandRequest } from './command.ts';

const REASONS_SHOWN = 5;

interface BoundImage {
  id: string;
  name: string;
}

/**
 * Takes what another program says is in an image, for the image that the file or the line names. Rejects with
 * `UserError` where that is none, or several.
 */
export async function importImageList(
  context: CommandContext,
  request: CommandRequest,
): Promise<ImageListsAnswer> {
  const [, path, word, ...rest] = request.words;
  if (path === undefined || rest.length > 0) {
    throw new UserError('“images import” takes a file, and the image that it is of.', {
      hint: 'images import <file> [<image>]',
    });
  }
  if (context.feedFiles === null) {
    throw new UserError('Files can only be imported on the machine that has them.', {
      hint: 'Run `seawall images import <file>` in a terminal there.',
    });
  }
  const list = await context.feedFiles.readList(path);
  if (list.packages.length === 0) {
    throw new UserError(`“${visible(path)}” names no package that Seawall knows.`, {
      hint: 'Trivy lists packages with `--list-all-pkgs`; each needs its package URL.',
    });
  }
  const image =
    word === undefined
      ? await imageOfList(context, list.image)
      : await askedImage(context, request, word, list.image);
  const at = context.now();
  const stored = await context.imageLists.save(list, {
    ...{ imageId: image.id, imageName: image.name, at, by: context.actor.name },
  });
  const { refused } = list;
  const hosts = await hostsWith(context, image.id);
  return {
    kind: 'image-lists',
    takenAt: isoTime(at),
    verb: 'imported',
    image: { id: image.id, name: image.name, hosts },
    lists: [stored],
    refused: { count: refused.length, reasons: refused.slice(0, REASONS_SHOWN) },
    next: [
      ...(hosts.length > 0 ? [`images ${quoteWord(image.name)}`] : []),
      `images forget ${quoteWord(image.name)}`,
    ],
  };
}

/**
 * Forgets what others say is in an image, wherever it is. Rejects with `UserError` where nothing of it was taken, and
 * where a channel limits what may be asked.
 */
export async function forgetImageLists(
  context: CommandContext,
  request: CommandRequest,
): Promise<ImageListsAnswer> {
  const [, word, ...rest] = request.words;
  if (word === undefined || rest.length > 0) {
    throw new UserError('“images forget” takes the image whose lists are forgotten.', {
      hint: 'images forget <image>',
    });
  }
  if (request.isLimited) {
    throw new UserError('Lists are forgotten where no channel limits what may be asked.', {
      hint: 'Other hosts may have the image too.',
    });
  }
  const image = imageIn(await context.imageLists.list(), word);
  const lists = await context.imageLists.forget(image.id);
  return {
    kind: 'image-lists',
    takenAt: isoTime(context.now()),
    verb: 'forgotten',
    image: { ...image, hosts: await hostsWith(context, image.id) },
    lists,
    refused: { count: 0, reasons: [] },
    next: ['images'],
  };
}

const hostsWith = async ({ images, hosts }: CommandContext, id: string): Promise<string[]> =>
  (await images.listNames(hosts.map(({ name }) => name))).flatMap((one) =>
    one.id === id ? [one.host] : [],
  );

/** The image of lists that a word means: its name as it was taken, or the beginning of its id. */
function imageIn(lists: readonly StoredImageList[], word: string): BoundImage {
  const found = new Map(
    lists
      .filter(
        ({ imageName, imageId }) =>
          imageName === word ||
          imageName === `${word}:latest` ||
          imageId === word ||
          (/^[0-9a-f]{6,64}$/.test(word) && imageId.startsWith(`sha256:${word}`)),
      )
      .map(({ imageId: id, imageName: name }) => [id, { id, name }]),
  );
  const [first, ...others] = found.values();
  if (first === undefined) {
    const names = [...new Set(lists.map(({ imageName }) => imageName))];
    throw new UserError(`No list of what is in “${visible(word)}” was taken.`, {
      hint: names.length === 0 ? 'None was taken at all.' : `There are: ${listed(names, 5)}.`,
    });
  }
  if (others.length > 0) {
    throw new UserError(`“${visible(word)}” means ${found.size} images.`, {
      hint: `Say which: ${listed(
        [...found.keys()].map((id) => id.slice(7, 19)),
        4,
      )}.`,
    });
  }
  return first;
}

/** The image that the line names, unless the file says that it is of another one. */
async function askedImage(
  context: CommandContext,
  request: CommandRequest,
  word: string,
  said: ForeignList['image'],
): Promise<BoundImage> {
  const image = await findImage(context, request, word);
  const layers = image.facts.state === 'read' ? image.facts.value.layers : [];
  const isSameId = said.id === null || said.id === image.id;
  const isSameLayers =
    said.layers.length === 0 || layers.length === 0 || said.layers.join() === layers.join();
  // An engine may call an image by another digest than a program does; its layers are the same.
  const isOther = said.layers.length > 0 && layers.length > 0 ? !isSameLayers : !isSameId;
  if (isOther) {
    throw new UserError(`The file is about another image than ${visible(image.name)}.`, {
      hint: `It is of ${listed(namesOf(said), 3) || 'one without a name'}.`,
    });
  }
  return image;
}

const namesOf = ({ names, digests, id }: ForeignList['image']): string[] =>
  [...names, ...digests, ...(id === null ? [] : [id])].map((one) => visible(one.slice(0, 100)));

/** The image that a file is of: by its id, then its digests, its layers and its names. */
async function imageOfList(
  { images, hosts }: CommandContext,
  said: ForeignList['image'],
): Promise<BoundImage> {
  const names = hosts.map(({ name }) => name);
  const here = await images.listNames(names);
  const bound = (one: ImageNames): BoundImage => ({ id: one.id, name: one.tags[0] ?? one.id });
  const ofId = here.find(({ id }) => id === said.id);
  if (ofId) return bound(ofId);
  const named = (one: string) => {
    const asked = namedImage(one);
    return asked === null ? [] : here.filter((image) => isImage(asked, image));
  };
  const ofDigest = [...said.digests, ...said.names.filter((one) => one.includes('@'))].flatMap(
    named,
  );
  if (ofDigest[0]) return bound(ofDigest[0]);
  if (said.layers.length > 0) {
    const found = await images.findByLayers({ hosts: names, layers: [said.layers] });
    for (const { id, name } of found.values()) return { id, name };
  }
  const isToldApart = said.id !== null || said.digests.length > 0 || said.layers.length > 0;
  const ofName = new Map(
    // A tag goes on to other images: it decides where the file says nothing else.
    (isToldApart ? [] : said.names)
      .filter((one) => !one.includes('@'))
      .flatMap(named)
      .map((one) => [one.id, one]),
  );
  const [first, ...others] = ofName.values();
  if (first !== undefined && others.length === 0) return bound(first);
  // Where no host has it yet: an engine will call it so.
  if (first === undefined && /^sha256:[0-9a-f]{64}$/.test(said.id ?? '')) {
    return { id: said.id ?? '', name: said.names[0]?.slice(0, 300) ?? said.id ?? '' };
  }
  throw new UserError(
    first === undefined
      ? `No image here is the one of the file (${listed(namesOf(said), 3) || 'it names none'}).`
      : `The file may be of ${ofName.size} images here.`,
    { hint: 'Name the image: `images import <file> <image>`.' },
  );
}
