import { mkdirSync, statSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FetchMark } from '../ports/feed-store.ts';
import { OutsideError } from '../shared/errors.ts';
import { makeFolder } from '../shared/make-folder.ts';
import type { WayOut } from '../shared/proxied-options.ts';
import { networkText } from './network-words.ts';
import { createPace, PACE, type PaceLimits } from './pace.ts';
import { agentsOf } from './proxy-agents.ts';

const MB = 1024 * 1024;
const REDIRECTS_MAX = 5;
/** Tries of one file, each of which goes on where the one before was cut, if the server lets it. */
const TRIES = 4;

export interface DownloadTimings {
  /** Without a byte. */
  idleMs: number;
  /** Of one file with all its tries. */
  totalMs: number;
  /** Before the second try; longer before each later one. */
  pauseMs: number;
  /** Of a file that comes too slowly to ever be whole. */
  pace: PaceLimits;
}
const TIMINGS = { idleMs: 60_000, totalMs: 30 * 60_000, pauseMs: 1_000, pace: PACE };

export interface DownloadOptions {
  /** Files lie here until they are discarded. */
  folder: string;
  /** Who holds the feeds that are fetched; the files are named after it. */
  owner: string;
  proxy: WayOut | null;
  timings?: Partial<DownloadTimings> | undefined;
  /** How much of the file that is being got is there, with each chunk. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** What was asked for. `missing`: the server knows no such file. */
export type Downloaded =
  | { kind: 'unchanged' }
  | { kind: 'missing' }
  | { kind: 'file'; path: string; etag: string | null; lastModified: string | null };

export interface Downloads {
  /**
   * Gets a file of at most so many bytes, unless it is the one of the mark. `name` tells by its ending what
   * the file is. Rejects with `OutsideError` 'feed-unreadable' for whatever goes wrong.
   */
  file(asked: {
    url: string;
    name: string;
    bytesMax: number;
    mark: FetchMark | null;
  }): Promise<Downloaded>;
  /** Gets a small file as text; null where there is none. Rejects as `file`. */
  text(url: string, bytesMax: number): Promise<string | null>;
  /** Removes the files that were got. */
  discard(): Promise<void>;
  close(): void;
}

/** Fetches over HTTP and HTTPS, with bounds of bytes, time and redirects, of which none leaves HTTPS. */
export async function openDownloads(options: DownloadOptions): Promise<Downloads> {
  const { folder, owner, proxy, onBytes = () => {} } = options;
  const timings = { ...TIMINGS, ...options.timings };
  makeFolder(resolve(folder), { mkdirSync, statSync });
  const agents = agentsOf(proxy);
  const line: Line = { agents, timings, onBytes };
  const paths: string[] = [];
  return {
    async file({ url, name, bytesMax, mark }) {
      const path = join(folder, `${owner}.${paths.length}.${name}`);
      paths.push(path);
      return getFile(line, { url: new URL(url), path, bytesMax, mark });
    },
    text: (url, bytesMax) => getText(line, new URL(url), bytesMax),
    async discard() {
      for (const path of paths) await rm(path, { force: true });
      paths.length = 0;
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/**
 * Removes the files of whoever fetches nothing any more, by who holds a feed: two containers that share a folder
 * may have the same number of their process. Rejects as `listHolders`.
 */
export async function removeLeftDownloads(
  folder: string,
  listHolders: () => Promise<ReadonlySet<string>>,
): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length === 0) return;
  // Asked after: who has a file by then was a holder before.
  const holders = await listHolders();
  const isLeft = (name: string) => !holders.has(name.slice(0, name.indexOf('.')));
  await Promise.all(names.filter(isLeft).map((name) => rm(join(folder, name), { force: true })));
}

interface Line {
  agents: ReturnType<typeof agentsOf>;
  timings: DownloadTimings;
  onBytes: (bytes: number) => void;
}

interface AskedFile {
  url: URL;
  path: string;
  bytesMax: number;
  mark: FetchMark | null;
}

/** What was written of a file, and by what the rest of it is asked for. */
interface Part {
  bytes: number;
  validator: string | null;
}

async function getFile(line: Line, asked: AskedFile): Promise<Downloaded> {
  const signal = AbortSignal.timeout(line.timings.totalMs);
  const part: Part = { bytes: 0, validator: null };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryFile(line, asked, part, signal);
    } catch (error) {
      if (!(error instanceof CutError)) throw asOutside(asked.url, error);
      if (attempt === TRIES || signal.aborted) {
        throw refused(asked.url, `the connection broke after ${part.bytes} bytes`, error);
      }
    }
    await sleep(line.timings.pauseMs * attempt);
  }
}

async function tryFile(
  line: Line,
  { url, path, bytesMax, mark }: AskedFile,
  part: Part,
  signal: AbortSignal,
): Promise<Downloaded> {
  const isRest = part.bytes > 0 && part.validator !== null;
  const headers = isRest
    ? { range: `bytes=${part.bytes}-`, 'if-range': part.validator ?? '' }
    : conditions(url, mark);
  const answer = await ask(line, url, headers, signal);
  const status = answer.statusCode ?? 0;
  if (status !== 200 && status !== 206) answer.destroy();
  if (status === 304) return { kind: 'unchanged' };
  if (status === 404 || status === 410) return { kind: 'missing' };
  const goesOn = status === 206 && isRest && startsAt(answer) === part.bytes;
  if (status !== 200 && !goesOn) throw refused(url, `it answered ${status}`);
  if (!goesOn) part.bytes = 0;
  const etag = answer.headers.etag ?? null;
  const lastModified = answer.headers['last-modified'] ?? null;
  // A weak one does not promise that the bytes are the same.
  part.validator = etag === null || etag.startsWith('W/') ? lastModified : etag;
  checkEncoding(url, answer);
  const announced = Number(answer.headers['content-length'] ?? 0);
  if (part.bytes + announced > bytesMax) {
    answer.destroy();
    throw tooLarge(url, bytesMax);
  }
  const file = await open(path, goesOn ? 'a' : 'w', 0o600);
  const keepPace = createPace(line.timings.pace);
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (part.bytes + chunk.length > bytesMax) throw tooLarge(url, bytesMax);
      await file.appendFile(chunk);
      // What is counted is written: a rest that is asked for begins there.
      part.bytes += chunk.length;
      line.onBytes(part.bytes);
      keepPace(chunk.length);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isCut = code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
    throw isCut ? new CutError(code, { cause: error }) : error;
  } finally {
    await file.close();
  }
  return { kind: 'file', path, etag, lastModified };
}

async function getText(line: Line, url: URL, bytesMax: number): Promise<string | null> {
  const signal = AbortSignal.timeout(line.timings.totalMs);
  try {
    const answer = await ask(line, url, {}, signal);
    const status = answer.statusCode ?? 0;
    if (status !== 200) answer.destroy();
    if (status === 404 || status === 410) return null;
    if (status !== 200) throw refused(url, `it answered ${status}`);
    checkEncoding(url, answer);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const keepPace = createPace(line.timings.pace);
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(url, bytesMax);
      chunks.push(chunk);
      line.onBytes(bytes);
      keepPace(chunk.length);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw asOutside(url, error);
  }
}

/** Asks, and follows where it is sent to HTTPS, or to the same place. */
async function ask(
  line: Line,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  let target = url;
  for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
    const answer = await askOnce(line, target, headers, signal);
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0)) return answer;
    answer.destroy();
    if (location === undefined || !URL.canParse(location, target.href)) {
      throw refused(url, 'it sends elsewhere, and does not say where');
    }
    target = new URL(location, target.href);
    if (target.protocol !== 'https:' && target.origin !== url.origin) {
      throw refused(url, `it sends to ${target.origin}, which is not https`);
    }
  }
  throw refused(url, `it sends elsewhere more than ${REDIRECTS_MAX} times`);
}

function askOnce(
  { agents, timings }: Line,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (isSecure ? https : http).get(url, {
      agent: isSecure ? agents.https : agents.http,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'seawall', ...headers },
      signal,
    });
    request.setTimeout(timings.idleMs, () =>
      request.destroy(new Error(`nothing came for ${timings.idleMs / 1000} s`)),
    );
    request.on('error', reject);
    request.on('response', resolve);
  });
}

function conditions(url: URL, mark: FetchMark | null): Record<string, string> {
  if (mark === null || mark.url !== url.href) return {};
  return {
    ...(mark.etag === null ? {} : { 'if-none-match': mark.etag }),
    ...(mark.lastModified === null ? {} : { 'if-modified-since': mark.lastModified }),
  };
}

/** The first byte of a part, by `Content-Range: bytes 100-199/200`. */
const startsAt = ({ headers }: IncomingMessage): number =>
  Number(/^bytes (\d{1,15})-/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN);

/** Some say of a `.gz` that it is packed, which it stays here. */
function checkEncoding(url: URL, answer: IncomingMessage): void {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity' || (encoding === 'gzip' && url.pathname.endsWith('.gz'))) return;
  answer.destroy();
  throw refused(url, 'it is packed in a way that nobody asked for');
}

/** The connection broke in the middle: what is there may be gone on with. */
class CutError extends Error {}

const tooLarge = (url: URL, bytesMax: number): OutsideError =>
  refused(url, `it has more than ${Math.round(bytesMax / MB)} MB`);

const refused = (url: URL, detail: string, cause?: unknown): OutsideError =>
  new OutsideError('feed-unreadable', `${url.host}: ${detail}`, { cause });

function asOutside(url: URL, error: unknown): OutsideError {
  if (error instanceof OutsideError) return error;
  const { code, message, name } = error as NodeJS.ErrnoException;
  const text = code === undefined ? message : networkText(code);
  return refused(url, name === 'TimeoutError' ? 'it took too long' : text, error);
}
