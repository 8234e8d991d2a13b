import type { Clock } from '../../ports/clock.ts';
import type { FeedChange, FeedFetchStore, FeedLoad, FetchMark } from '../../ports/feed-store.ts';
import { OutsideError } from '../../shared/errors.ts';
import { isoTime } from '../../shared/time.ts';
import type { Downloads } from '../download.ts';
import { feedOfFile } from '../feed-files.ts';
import type { OnRefused } from '../make-feed.ts';

export interface FetchParts {
  downloads: Downloads;
  store: Pick<FeedFetchStore, 'changeTimes'>;
  now: Clock;
  onRefused: OnRefused;
}

/** What a fetch found; nothing of it is stored yet. */
export type Fetched =
  | { kind: 'unchanged'; mark?: FetchMark | undefined }
  | { kind: 'whole'; load: FeedLoad }
  | { kind: 'change'; change: FeedChange };

/** One feed at its publisher, or at a mirror of it. */
export interface FeedSource {
  /** As in `FeedState`. */
  name: string;
  isMirror: boolean;
  /** Rejects with `OutsideError` or `UserError` where it cannot be had; reading what is found may as well. */
  fetch(mark: FetchMark | null, parts: FetchParts): Promise<Fetched>;
}

/** Where the feeds of one publisher lie. */
export interface Place {
  url: string;
  isMirror: boolean;
  /** Of what somebody here has installed, with their releases, e.g. `Debian:12`. */
  ecosystems: readonly string[];
}

/** A feed that is one file, taken whole whenever it changed. `file` tells by its ending what it is. */
export const wholeFile = (
  place: Pick<Place, 'isMirror'>,
  of: { name: string; url: string; file: string; bytesMax: number },
  open: (path: string, onRefused: OnRefused) => Promise<FeedLoad> = feedOfFile,
): FeedSource => ({
  name: of.name,
  isMirror: place.isMirror,
  fetch: (mark, parts) => fetchWhole(of, mark, parts, (path) => open(path, parts.onRefused)),
});

/** Fetches a file unless it is the one of the mark, and opens it. Rejects as `FeedSource.fetch`. */
export async function fetchWhole(
  { name, url, file, bytesMax }: { name: string; url: string; file: string; bytesMax: number },
  mark: FetchMark | null,
  { downloads, now }: FetchParts,
  open: (path: string) => Promise<FeedLoad>,
): Promise<Fetched> {
  const href = new URL(url).href;
  const found = await downloads.file({ url: href, name: file, bytesMax, mark });
  if (found.kind === 'unchanged') return { kind: 'unchanged' };
  if (found.kind === 'missing') throw missing(href);
  const load = await open(found.path);
  if (load.source !== name) {
    throw new OutsideError('feed-unreadable', `${href} has ${load.source}, and not ${name}`);
  }
  const { etag, lastModified } = found;
  const marks = { url: href, etag, lastModified, newestChange: null, wholeAt: isoTime(now()) };
  return { kind: 'whole', load: { ...load, mark: marks } };
}

/** A failure: there should be such a file. */
export const missing = (url: string): OutsideError =>
  new OutsideError('feed-unreadable', `${new URL(url).host}: it has no ${new URL(url).pathname}`);
