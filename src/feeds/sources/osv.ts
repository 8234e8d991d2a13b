import type { AdvisoryRecord } from '../../exposure/advisory.ts';
import { parseOsv } from '../../exposure/parse-osv.ts';
import type { FetchMark } from '../../ports/feed-store.ts';
import { OutsideError } from '../../shared/errors.ts';
import { visible } from '../../shared/text.ts';
import { DAY_MS, isoTime } from '../../shared/time.ts';
import { recordsOfZip } from '../feed-files.ts';
import { feedOfRecords } from '../make-feed.ts';
import { linesOf } from '../read-file.ts';
import {
  type FeedSource,
  type Fetched,
  type FetchParts,
  fetchWhole,
  type Place,
} from './source.ts';

const MB = 1024 ** 2;
/** That of npm has some 210 MB. */
const ARCHIVE_BYTES_MAX = 1024 * MB;
/** A line for each record. */
const LIST_BYTES_MAX = 128 * MB;
const RECORD_BYTES_MAX = 32 * MB;
/** More changes than this are had faster with all the rest. */
const CHANGES_MAX = 1_000;
const AT_ONCE = 8;
/** All of it is taken now and then, so that nothing stays that was removed without being listed. */
const WHOLE_EVERY_MS = 7 * DAY_MS;

/** OSV’s records of each ecosystem that somebody here has: once all of them, then what changed. */
export const osv = {
  url: 'https://osv-vulnerabilities.storage.googleapis.com/',
  feedsAt: (place: Place): FeedSource[] =>
    [...new Set(place.ecosystems.map((one) => one.split(':', 1)[0] ?? one))].map((ecosystem) => ({
      name: `osv/${ecosystem}`,
      isMirror: place.isMirror,
      fetch: (mark, parts) =>
        fetchOsv(`osv/${ecosystem}`, `${place.url}${encodeURIComponent(ecosystem)}/`, mark, parts),
    })),
};

async function fetchOsv(
  name: string,
  folder: string,
  mark: FetchMark | null,
  parts: FetchParts,
): Promise<Fetched> {
  const url = new URL('modified_id.csv', folder).href;
  const asked = { url, name: 'modified.csv', bytesMax: LIST_BYTES_MAX };
  const since = mark?.url === url && isRecent(mark, parts) ? mark : null;
  const list = await parts.downloads.file({ ...asked, mark: since });
  if (list.kind === 'unchanged') return { kind: 'unchanged' };
  const archive = { name, url: `${folder}all.zip`, file: 'all.zip', bytesMax: ARCHIVE_BYTES_MAX };
  const openArchive = (path: string) =>
    feedOfRecords(recordsOfZip(path, parts.onRefused), parts.onRefused, name);
  // A mirror may have the archive alone.
  if (list.kind === 'missing') return fetchWhole(archive, mark, parts, openArchive);
  const { etag, lastModified } = list;
  const changes = await readChanges(list.path, since?.newestChange ?? null);
  const next = { url, etag, lastModified, newestChange: isoTime(changes.newest) };
  if (since === null || changes.times === null) {
    const whole = await fetchWhole(archive, null, parts, openArchive);
    if (whole.kind !== 'whole') return whole;
    const wholeAt = isoTime(parts.now());
    return { kind: 'whole', load: { ...whole.load, mark: { ...next, wholeAt } } };
  }
  const ids = await changedIds(name, changes.times, parts);
  const nextMark = { ...next, wholeAt: since.wholeAt };
  if (ids.length === 0) return { kind: 'unchanged', mark: nextMark };
  const records = recordsNow(name, folder, ids, parts);
  return { kind: 'change', change: { source: name, records, ids, mark: nextMark } };
}

const isRecent = ({ wholeAt, newestChange }: FetchMark, { now }: FetchParts): boolean =>
  newestChange !== null && now() - Date.parse(wholeAt) < WHOLE_EVERY_MS;

interface Changes {
  /** Epoch milliseconds of the newest. */
  newest: number;
  /** Of each id that was changed since; null for too many, or for a list that has no order. */
  times: Map<string, number> | null;
}

/**
 * The list of changes, `time,id` with the newest first, down to a time. Rejects with `OutsideError` for what
 * is no such list, and for one that ends before that time: it is older than what is there.
 */
async function readChanges(path: string, since: string | null): Promise<Changes> {
  const from = since === null ? null : Date.parse(since);
  const times = new Map<string, number>();
  let newest: number | null = null;
  let last = Number.POSITIVE_INFINITY;
  for await (const line of linesOf(path)) {
    if (line === '') continue;
    const { at, id } = readChange(line);
    newest ??= at;
    if (from === null) break;
    if (newest < from) throw noList('it is older than what is there');
    if (at > last || times.size > CHANGES_MAX) return { newest, times: null };
    if (at < from) break;
    last = at;
    if (!times.has(id)) times.set(id, at);
  }
  if (newest === null) throw noList('it is empty');
  return { newest, times };
}

function readChange(line: string): { at: number; id: string } {
  const [time = '', path = ''] = line.trimEnd().split(',', 2);
  const at = /^\d{4}-\d\d-\d\dT[\d:.]{8,18}(Z|\+00:00)$/.test(time) ? Date.parse(time) : Number.NaN;
  // In the list of all ecosystems their name stands before it.
  const id = path.slice(path.lastIndexOf('/') + 1);
  if (Number.isNaN(at) || !/^[A-Za-z][\w.:-]{1,120}$/.test(id)) {
    throw noList(`“${visible(line.slice(0, 80))}” is no change`);
  }
  return { at, id };
}

const noList = (detail: string): OutsideError =>
  new OutsideError('feed-unreadable', `list of changes: ${detail}`);

/** Those that are not there as they are now: the times of the newest were in the list before. */
async function changedIds(
  name: string,
  times: ReadonlyMap<string, number>,
  { store }: FetchParts,
): Promise<string[]> {
  const known = await store.changeTimes(name, [...times.keys()]);
  return [...times].flatMap(([id, at]) => {
    const there = known.get(id) ?? null;
    return there !== null && Date.parse(there) === at ? [] : [id];
  });
}

/** Records as they are now, some at a time; one that is gone is left out. */
async function* recordsNow(
  name: string,
  folder: string,
  ids: readonly string[],
  parts: FetchParts,
): AsyncGenerator<AdvisoryRecord> {
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const found = await Promise.all(some.map((id) => recordNow(name, folder, id, parts)));
    for (const record of found) if (record !== null) yield record;
  }
}

async function recordNow(
  name: string,
  folder: string,
  id: string,
  { downloads, onRefused }: FetchParts,
): Promise<AdvisoryRecord | null> {
  const url = new URL(`${encodeURIComponent(id)}.json`, folder).href;
  const text = await downloads.text(url, RECORD_BYTES_MAX);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OutsideError('feed-unreadable', `${url} is no JSON`, { cause });
  }
  const record = parseOsv(name, value);
  if (record.state === 'unread') {
    onRefused(record.reason);
    return null;
  }
  if (record.value.advisory.id !== id) {
    throw new OutsideError('feed-unreadable', `${url} is another record`);
  }
  return record.value;
}
