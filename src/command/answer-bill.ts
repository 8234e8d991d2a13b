import { gapOf, type ListedContents, packagesOf } from '../exports/bill-of-materials.ts';
import { type BillFormat, exportBill } from '../exports/export-bill.ts';
import {
  contentsOf,
  contentsText,
  imageNames,
  imageOrder,
  NOT_STORED,
} from '../inspections/find-images.ts';
import { hostStates } from '../inspections/host-states.ts';
import { openInventoryJudge } from '../inspections/image-exposure.ts';
import type { StoredImage } from '../ports/image-store.ts';
import { UserError } from '../shared/errors.ts';
import { read, unread } from '../shared/reading.ts';
import { quoteWord } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import type { PackageInventory } from '../snapshot/facts/packages.ts';
import type { ExportAnswer } from '../views/export.ts';
import { findImage } from './answer-images.ts';
import type { CommandContext, CommandRequest } from './command.ts';

const READ_AT_ONCE = 200;
/** Images of one file; a host has hardly a tenth of them. */
const IMAGES_MAX = 1_000;
const GAPS_SHOWN = 5;

/** A file of the packages of an image or of a host, or of their vulnerabilities. Rejects with `UserError` without one of both. */
export async function answerBill(
  context: CommandContext,
  request: CommandRequest,
  format: BillFormat,
  word: string | null,
): Promise<ExportAnswer> {
  const { store, now, version, newId } = context;
  const { hosts } = request;
  const [host, other] = hosts;
  if (word === null && (host === undefined || other !== undefined)) {
    throw new UserError(`“export ${format}” needs one image or one host.`, {
      ...(host && { correctedLine: `export ${format} on ${quoteWord(host.name)}` }),
    });
  }
  const found =
    word === null
      ? await imagesOfHost(context, host?.name ?? '')
      : [await findImage(context, request, word)];
  const images = await withContents(context, found);
  const takenAt = isoTime(now());
  const ofHost = word === null ? (host?.name ?? '') : null;
  const file = exportBill(format, { version, takenAt, id: newId(), host: ofHost, images });
  const asked = hosts.filter(({ name }) => found.some((one) => one.host === name));
  const isSarif = format === 'sarif';
  const where = found[0]?.host ?? host?.name ?? '';
  const line = [
    ...['export', format, ...(isSarif ? ['vulnerabilities'] : [])],
    ...(word === null ? [] : [quoteWord(word)]),
    `on ${quoteWord(where)}`,
  ].join(' ');
  return {
    kind: 'export',
    takenAt,
    format,
    object: isSarif ? 'vulnerabilities' : 'packages',
    hosts: await hostStates(word === null ? hosts : asked, store),
    rows: isSarif ? countVulnerabilities(images) : packagesOf(images).length,
    gaps: gapsOf(images, isSarif).slice(0, GAPS_SHOWN),
    file,
    terminalLine: `seawall ${line} > ${file.name}`,
    next: [`images on ${quoteWord(where)}`],
  };
}

async function imagesOfHost({ images }: CommandContext, host: string): Promise<StoredImage[]> {
  if ((await images.listLooked([host])).length === 0) {
    throw new UserError(`The images of ${host} were not listed yet.`, {
      correctedLine: `scan on ${quoteWord(host)}`,
    });
  }
  const asked = { hosts: [host], facets: [], createdBefore: null, contents: null };
  const found: StoredImage[] = [];
  while (found.length < IMAGES_MAX) {
    const last = found.at(-1);
    const after = last === undefined ? null : imageOrder(last);
    const page = await images.pageImages({ ...asked, after, limit: READ_AT_ONCE });
    found.push(...page.images);
    if (page.images.length < READ_AT_ONCE) return found;
  }
  throw new UserError(`${host} has more images than the ${IMAGES_MAX} that one file holds.`, {
    hint: 'Ask for one image.',
  });
}

async function withContents(
  context: CommandContext,
  images: readonly StoredImage[],
): Promise<ListedContents[]> {
  const keys = contentsOf(images);
  const inventories = keys.flatMap(({ inventory }) => inventory ?? []);
  const stored = await context.store.listInventories({ keys: [...new Set(inventories)] });
  const ofSystem = new Map(stored.map((one) => [one.key, one]));
  const files = await context.filesystems.readComponents([
    ...new Set(keys.flatMap(({ filesystem }) => filesystem ?? [])),
  ]);
  const judge = await openInventoryJudge(context);
  const exposures = new Map<string, ListedContents['exposure']>();
  for await (const [key, exposure] of judge.judgeKeys(keys)) {
    exposures.set(contentsText(key), exposure);
  }
  const listed: ListedContents[] = [];
  for (const image of images) {
    const [key] = contentsOf([image]);
    if (key === undefined) {
      const { inventory } = image;
      const nothing = unread<never>(inventory.state === 'unread' ? inventory.reason : NOT_STORED);
      listed.push({ image, contents: nothing, exposure: nothing });
      continue;
    }
    if (judge.namesImages) {
      for await (const [, own] of judge.judgeKeys([key], imageNames(image))) {
        exposures.set(contentsText(key), own);
      }
    }
    const exposure = exposures.get(contentsText(key));
    const system = key.inventory === null ? null : ofSystem.get(key.inventory);
    const rest = key.filesystem === null ? null : files.get(key.filesystem);
    if (exposure === undefined || system === undefined || rest === undefined) {
      listed.push({ image, contents: unread(NOT_STORED), exposure: unread(NOT_STORED) });
      continue;
    }
    const { manager, operatingSystem, packages } = system ?? NO_SYSTEM;
    const components = rest?.components ?? [];
    const contents = read({ manager, operatingSystem, packages, components });
    listed.push({ image, contents, exposure });
  }
  return listed;
}

const NO_SYSTEM: PackageInventory = { manager: null, operatingSystem: null, packages: [] };

const countVulnerabilities = (images: readonly ListedContents[]): number =>
  images.reduce(
    (sum, { exposure }) =>
      sum +
      (exposure.state === 'read'
        ? exposure.value.affected.length + exposure.value.unknown.length
        : 0),
    0,
  );

/** What the file does not say, and why, each once. */
function gapsOf(images: readonly ListedContents[], isOfVulnerabilities: boolean): string[] {
  const said = images.flatMap((one) => {
    if (!isOfVulnerabilities) return [gapOf(one)];
    if (one.exposure.state === 'unread') return [`not known: ${one.exposure.reason}`];
    const { libraries } = one.image;
    return [
      ...(libraries.state === 'unread' ? [`libraries not known: ${libraries.reason}`] : []),
      ...one.exposure.value.gaps.map((gap) => `not judged: ${gap}`),
    ];
  });
  const counts = new Map<string, number>();
  for (const gap of said) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  return [...counts].map(([gap, count]) => `${gap} (${count} of ${images.length})`);
}
