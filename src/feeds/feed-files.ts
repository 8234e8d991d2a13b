import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readList } from '../exposure/read-list.ts';
import type { FeedFiles, FeedLoad } from '../ports/feed-store.ts';
import { UserError } from '../shared/errors.ts';
import { visible } from '../shared/text.ts';
import {
  documentOf,
  feedOfJson,
  feedOfRecords,
  feedOfScores,
  type OnRefused,
} from './make-feed.ts';
import { linesOf, readJsonFile } from './read-file.ts';
import { readZip } from './read-zip.ts';

/** Of a folder, in one go. */
const FILES_MAX = 100_000;
/** One record a file, as OSV’s zips hold them. */
const RECORD_FILE = /^[A-Z][A-Za-z]{1,20}-[\w:.-]{3,100}\.json$/;

/** So are documents of statements (VEX) of some authors called. */
const OF_VULNERABILITY = /^CVE-[\d-]{6,20}\.json$/;

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
    const list = readList(await readJsonFile(path));
    if (list.state === 'read') return list.value;
    throw new UserError(`“${visible(basename(path))}” cannot be taken: ${list.reason}.`);
  },
  async *open(path, onRefused) {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error);
    });
    if (found.isDirectory()) yield* feedsOfFolder(path, onRefused);
    else yield await feedOfFile(path, onRefused);
  },
};

const unreadable = (path: string, { code }: NodeJS.ErrnoException): UserError =>
  new UserError(`“${visible(path)}” cannot be read: ${code ?? 'unknown'}.`);

async function* feedsOfFolder(folder: string, onRefused: OnRefused): AsyncGenerator<FeedLoad> {
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length > FILES_MAX) {
    throw new UserError(`“${visible(folder)}” has more than ${FILES_MAX} files.`);
  }
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const records: string[] = [];
  const feeds: string[] = [];
  for (const name of names.sort()) {
    if (RECORD_FILE.test(name) && !(await isDocument(folder, name))) records.push(name);
    else if (isFeed(name)) feeds.push(name);
  }
  if (records.length + feeds.length === 0) {
    throw new UserError(`“${visible(folder)}” holds no feed.`);
  }
  for (const name of feeds) yield await feedOfFile(join(folder, name), onRefused);
  if (records.length === 0) return;
  yield await feedOfRecords(recordsOfFiles(records.map((name) => join(folder, name))), onRefused);
}

/** By what it holds: its name is that of a record as well. */
const isDocument = async (folder: string, name: string): Promise<boolean> =>
  OF_VULNERABILITY.test(name) && documentOf(await readJsonFile(join(folder, name))) !== null;

const isFeed = (name: string): boolean => /\.(zip|(json|jsonl|ndjson|csv)(\.gz)?)$/.test(name);

/** The feed that a file is, by the ending of its name. Rejects with `UserError` for none. */
export async function feedOfFile(file: string, onRefused: OnRefused): Promise<FeedLoad> {
  const plain = file.replace(/\.gz$/, '');
  if (file.endsWith('.zip')) return feedOfRecords(recordsOfZip(file, onRefused), onRefused);
  if (plain.endsWith('.csv')) return feedOfScores(linesOf(file), onRefused);
  if (/\.(jsonl|ndjson)$/.test(plain)) {
    return feedOfRecords(recordsOfLines(file, onRefused), onRefused);
  }
  if (plain.endsWith('.json')) return feedOfJson(await readJsonFile(file), onRefused);
  throw new UserError(`“${visible(basename(file))}” is no feed that Seawall knows.`, {
    hint: 'It knows .zip and .json of OSV, lines of records as .jsonl, and .json or .csv of the others, also with .gz.',
  });
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
