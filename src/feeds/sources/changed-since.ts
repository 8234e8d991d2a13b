import type { AdvisoryRecord } from '../../exposure/advisory.ts';
import type { FeedLoad, FeedRow, FetchMark } from '../../ports/feed-store.ts';
import { OutsideError } from '../../shared/errors.ts';
import type { Reading } from '../../shared/reading.ts';
import { visible } from '../../shared/text.ts';
import { DAY_MS, isoTime } from '../../shared/time.ts';
import { linesOf } from '../read-file.ts';
import type { Fetched, FetchParts } from './source.ts';

/** A line for each record. */
const LIST_BYTES_MAX = 128 * 1024 ** 2;
const RECORD_BYTES_MAX = 32 * 1024 ** 2;
const AT_ONCE = 8;
/** All of it is taken now and then, so that nothing stays that was removed without being listed. */
const WHOLE_EVERY_MS = 7 * DAY_MS;

/** One record in the list of changes; `at` in epoch milliseconds, `file` as it is called at the publisher. */
export interface Change {
  at: number;
  id: string;
  file: string;
}

/** A feed of many records, of which a list says what was changed when, the newest first. */
export interface ListedFeed {
  name: string;
  /** Ends in `/`. */
  folder: string;
  /** The list, in the folder. */
  list: string;
  /** Null for a line that is no change. */
  readLine(line: string): Change | null;
  /** More changes than this are had faster with all the rest. */
  changesMax: number;
  parse(value: unknown): Reading<AdvisoryRecord>;
  /**
   * All of it, as `FeedSource.fetch`, with the time up to which it has the changes; null: all of the list.
   */
  fetchAll(mark: FetchMark | null): Promise<{ found: Fetched; newestAt: number | null }>;
}

/** Fetches what was changed since the mark, or all of it where that is less work. Rejects as `FeedSource.fetch`. */
export async function fetchListed(
  feed: ListedFeed,
  mark: FetchMark | null,
  parts: FetchParts,
): Promise<Fetched> {
  const url = new URL(feed.list, feed.folder).href;
  const asked = { url, name: 'changes.csv', bytesMax: LIST_BYTES_MAX };
  const since = mark?.url === url && isRecent(mark, parts) ? mark : null;
  const list = await parts.downloads.file({ ...asked, mark: since });
  if (list.kind === 'unchanged') return { kind: 'unchanged' };
  // A mirror may have the archive alone.
  if (list.kind === 'missing') return (await feed.fetchAll(mark)).found;
  const { etag, lastModified } = list;
  const changes = await readChanges(feed, list.path, since?.newestChange ?? null);
  const next = { url, etag, lastModified, newestChange: isoTime(changes.newest) };
  if (since === null || changes.found === null) {
    const { found, newestAt } = await feed.fetchAll(null);
    if (found.kind !== 'whole') return found;
    const wholeAt = isoTime(parts.now());
    if (newestAt === null)
      return { kind: 'whole', load: { ...found.load, mark: { ...next, wholeAt } } };
    const later = await readChanges(feed, list.path, isoTime(Math.min(newestAt, changes.newest)));
    if (later.found === null) {
      // They are asked for the next time, so the list has to be had again then.
      const mark = {
        url,
        etag: null,
        lastModified: null,
        newestChange: isoTime(newestAt),
        wholeAt,
      };
      return { kind: 'whole', load: { ...found.load, mark } };
    }
    const load = { ...withLater(feed, found.load, later.found, parts), mark: { ...next, wholeAt } };
    return { kind: 'whole', load };
  }
  const news = await notThere(feed, changes.found, parts);
  const nextMark = { ...next, wholeAt: since.wholeAt };
  if (news.length === 0) return { kind: 'unchanged', mark: nextMark };
  const records = recordsNow(feed, news, parts);
  const ids = news.map(({ id }) => id);
  return { kind: 'change', change: { source: feed.name, records, ids, mark: nextMark } };
}

const isRecent = ({ wholeAt, newestChange }: FetchMark, { now }: FetchParts): boolean =>
  newestChange !== null && now() - Date.parse(wholeAt) < WHOLE_EVERY_MS;

interface Changes {
  /** Epoch milliseconds of the newest. */
  newest: number;
  /** The last of each record since; null for too many, or for a list that has no order. */
  found: Map<string, Change> | null;
}

/**
 * The list of changes, down to a time. Rejects with `OutsideError` for what is no such list, and for one that
 * ends before that time: it is older than what is there.
 */
async function readChanges(feed: ListedFeed, path: string, since: string | null): Promise<Changes> {
  const from = since === null ? null : Date.parse(since);
  const found = new Map<string, Change>();
  let newest: number | null = null;
  let last = Number.POSITIVE_INFINITY;
  for await (const line of linesOf(path)) {
    if (line === '') continue;
    const change = feed.readLine(line.trimEnd());
    if (change === null) throw noList(`“${visible(line.slice(0, 80))}” is no change`);
    newest ??= change.at;
    if (from === null) break;
    if (newest < from) throw noList('it is older than what is there');
    if (change.at > last || found.size > feed.changesMax) return { newest, found: null };
    if (change.at < from) break;
    last = change.at;
    if (!found.has(change.id)) found.set(change.id, change);
  }
  if (newest === null) throw noList('it is empty');
  return { newest, found };
}

const noList = (detail: string): OutsideError =>
  new OutsideError('feed-unreadable', `list of changes: ${detail}`);

/** An archive, with what was changed since it was made in place of what it has. */
function withLater(
  feed: ListedFeed,
  load: FeedLoad,
  changes: ReadonlyMap<string, Change>,
  parts: FetchParts,
): FeedLoad {
  let newest: string | null = null;
  async function* rows(): AsyncGenerator<FeedRow> {
    for await (const row of load.rows) {
      if (row.kind !== 'advisory' || !changes.has(row.record.advisory.id)) yield row;
    }
    for await (const record of recordsNow(feed, [...changes.values()], parts)) {
      const { modified } = record.advisory;
      if (modified !== null && (newest === null || modified > newest)) newest = modified;
      yield { kind: 'advisory', record };
    }
  }
  const asOf = () =>
    [load.asOf(), newest]
      .filter((at) => at !== null)
      .sort()
      .at(-1) ?? null;
  return { ...load, rows: rows(), asOf };
}

/** Those that are not there as they are now: the times of the newest were in the list before. */
async function notThere(
  { name }: ListedFeed,
  changes: ReadonlyMap<string, Change>,
  { store }: FetchParts,
): Promise<Change[]> {
  const known = await store.changeTimes(name, [...changes.keys()]);
  return [...changes.values()].filter(({ id, at }) => {
    const there = known.get(id) ?? null;
    return there === null || Date.parse(there) !== at;
  });
}

/** Records as they are now, some at a time; one that is gone is left out. */
async function* recordsNow(
  feed: ListedFeed,
  changes: readonly Change[],
  parts: FetchParts,
): AsyncGenerator<AdvisoryRecord> {
  for (let start = 0; start < changes.length; start += AT_ONCE) {
    const some = changes.slice(start, start + AT_ONCE);
    const found = await Promise.all(some.map((change) => recordNow(feed, change, parts)));
    for (const record of found) if (record !== null) yield record;
  }
}

async function recordNow(
  { folder, parse }: ListedFeed,
  { id, file }: Change,
  { downloads, onRefused }: FetchParts,
): Promise<AdvisoryRecord | null> {
  const url = new URL(file, folder).href;
  const text = await downloads.text(url, RECORD_BYTES_MAX);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OutsideError('feed-unreadable', `${url} is no JSON`, { cause });
  }
  const record = parse(value);
  if (record.state === 'unread') {
    onRefused(record.reason);
    return null;
  }
  if (record.value.advisory.id !== id) {
    throw new OutsideError('feed-unreadable', `${url} is another record`);
  }
  return record.value;
}
