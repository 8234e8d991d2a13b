import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readList } from '../exposure/read-list.ts';
import type { FeedFiles, FeedLoad } from '../ports/feed-store.ts';
import { addTo } from '../shared/add-to.ts';
import { UserError } from '../shared/errors.ts';
import { visible } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import {
  documentOf,
  feedOfJson,
  feedOfRecords,
  feedOfScores,
  feedOfVendor,
  type OnRefused,
  type VexVendor,
  vendorOf,
} from './make-feed.ts';
import { linesOf, readJsonFile } from './read-file.ts';
import { isTar, readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/** Of a list of what is in one image: those with every file of a large image have some 100 MB. */
const LIST_BYTES_MAX = 128 * 1024 * 1024;
/** Of a folder, in one go. */
const FILES_MAX = 100_000;
/** One record a file, as OSV’s zips hold them. */
const RECORD_FILE = /^[A-Z][A-Za-z]{1,20}-[\w:.-]{3,100}\.json$/;

/** So are documents of statements (VEX) called, which are told by what they hold. */
const OF_VULNERABILITY = /(?:^|\/)cve-[\d-]{6,20}\.json$/i;
/** Ubuntu’s and Red Hat’s documents lie in a folder for each year. */
const DEPTH_MAX = 4;

/**
 * Feeds as files: OSV as `all.zip`, as one record, as lines or as a folder of records; Debian’s tracker,
 * Alpine’s secdb, CISA’s catalogue and FIRST’s scores, each as it is published; statements (VEX) as OpenVEX
 * or CSAF, one feed for each document; `.gz` too.
 */
export const feedFiles: FeedFiles = {
  async readList(path) {
    await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error);
    });
    const list = readList(await readJsonFile(path, LIST_BYTES_MAX));
    if (list.state === 'read') return list.value;
    throw new UserError(`“${visible(basename(path))}” cannot be taken: ${list.reason}.`);
  },
  async *open(path, onRefused) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error);
    });
    if (found.isDirectory()) yield* feedsOfFolder(path, onRefused);
    else yield await agedFeedOfFile(path, onRefused);
  },
};

const unreadable = (path: string, { code }: NodeJS.ErrnoException): UserError =>
  new UserError(
    code === 'ENOENT'
      ? `There is no file “${visible(path)}”.`
      : `“${visible(path)}” cannot be read: ${code ?? 'unknown'}.`,
  );

async function* feedsOfFolder(folder: string, onRefused: OnRefused): AsyncGenerator<FeedLoad> {
  const records: string[] = [];
  const feeds: string[] = [];
  const ofVendors = new Map<VexVendor, string[]>();
  for (const path of (await filesIn(folder)).sort()) {
    const name = basename(path);
    const held = OF_VULNERABILITY.test(name) ? await readJsonFile(path) : null;
    const vendor = held === null ? null : vendorOf(held);
    if (vendor !== null) addTo(ofVendors, vendor, path);
    else if (RECORD_FILE.test(name) && documentOf(held) === null) records.push(path);
    else if (isFeed(name)) feeds.push(path);
  }
  if (records.length + feeds.length + ofVendors.size === 0) {
    throw new UserError(`“${visible(folder)}” holds no feed.`);
  }
  for (const path of feeds) yield await agedFeedOfFile(path, onRefused);
  for (const [vendor, paths] of ofVendors) {
    const [first = ''] = paths;
    if (paths.length === 1) yield await agedFeedOfFile(first, onRefused);
    else yield asPart(await feedOfVendor(vendor, recordsOfFiles(paths), onRefused));
  }
  if (records.length > 0) yield asPart(await feedOfRecords(recordsOfFiles(records), onRefused));
}

/** Anybody may have put records together, in an archive too, who need not have all of them. */
const asPart = (load: FeedLoad): FeedLoad => ({ ...load, isPart: true });

/** All files of a folder and of those in it; links are not followed. */
async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [{ path: folder, depth: 0 }];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const entry of await readdir(next.path, { withFileTypes: true })) {
      const path = join(next.path, entry.name);
      if (entry.isFile()) found.push(path);
      if (entry.isDirectory() && next.depth < DEPTH_MAX) {
        folders.push({ path, depth: next.depth + 1 });
      }
      if (found.length + folders.length > FILES_MAX) {
        throw new UserError(`“${visible(folder)}” has more than ${FILES_MAX} files.`);
      }
    }
  }
  return found;
}

const isFeed = (name: string): boolean =>
  isTar(name) || /\.(zip|(json|jsonl|ndjson|csv)(\.gz)?)$/.test(name);

/** With the time of the file: a copy of last year’s is not of today. */
async function agedFeedOfFile(file: string, onRefused: OnRefused): Promise<FeedLoad> {
  const { mtimeMs } = await stat(file);
  const load = await feedOfFile(file, onRefused);
  return { ...load, fileAt: isoTime(mtimeMs) };
}

/** The feed that a file is, by the ending of its name. Rejects with `UserError` for none. */
export async function feedOfFile(file: string, onRefused: OnRefused): Promise<FeedLoad> {
  const plain = file.replace(/\.gz$/, '');
  if (file.endsWith('.zip')) {
    return asPart(await feedOfRecords(recordsOfZip(file, onRefused), onRefused));
  }
  if (isTar(file)) return feedOfArchive(file, onRefused);
  if (plain.endsWith('.csv')) return feedOfScores(linesOf(file), onRefused);
  if (/\.(jsonl|ndjson)$/.test(plain)) {
    return asPart(await feedOfRecords(recordsOfLines(file, onRefused), onRefused));
  }
  if (plain.endsWith('.json')) return feedOfJson(await readJsonFile(file), onRefused);
  throw new UserError(`“${visible(basename(file))}” is no feed that Seawall knows.`, {
    hint: 'It knows .zip and .json of OSV, lines of records as .jsonl, .tar of Ubuntu and Red Hat, also with .gz, .xz and .zst, and .json or .csv of the others, also with .gz.',
  });
}

/** Whose documents an archive holds, its first one says. */
async function feedOfArchive(file: string, onRefused: OnRefused): Promise<FeedLoad> {
  const documents = documentsOfTar(file, onRefused);
  const first = await documents.next();
  const vendor = first.done ? null : vendorOf(first.value);
  if (vendor === null) {
    await documents.return(undefined);
    throw new UserError(`“${visible(basename(file))}” holds no documents of Ubuntu or Red Hat.`);
  }
  async function* all(): AsyncGenerator<unknown> {
    try {
      yield first.value;
      yield* documents;
    } finally {
      await documents.return(undefined);
    }
  }
  return asPart(await feedOfVendor(vendor, all(), onRefused));
}

async function* recordsOfFiles(files: readonly string[]): AsyncGenerator<unknown> {
  for (const file of files) yield readJsonFile(file);
}

/** What the files of an archive of OSV hold. Rejects as `readZip`. */
export async function* recordsOfZip(file: string, onRefused: OnRefused): AsyncGenerator<unknown> {
  for await (const { name, bytes } of readZip(file)) {
    if (name.endsWith('.json')) yield* parsed(bytes.toString('utf8'), name, onRefused);
  }
}

/** What the documents of vulnerabilities in an archive hold, one after the other. Rejects as `readTar`. */
export async function* documentsOfTar(file: string, onRefused: OnRefused): AsyncGenerator<unknown> {
  for await (const { name, bytes } of readTar(file, OF_VULNERABILITY)) {
    yield* parsed(bytes.toString('utf8'), name, onRefused);
  }
}

async function* recordsOfLines(file: string, onRefused: OnRefused): AsyncGenerator<unknown> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (line.trim() !== '') yield* parsed(line, `line ${number}`, onRefused);
  }
}

function* parsed(text: string, where: string, onRefused: OnRefused): Generator<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    onRefused(`${visible(where)} is no JSON`);
    return;
  }
  yield value;
}
