import { OutsideError } from './errors.ts';
import { table } from './table.ts';
import {
  BLOCK_BYTES,
  invalidTar,
  isZeroBlock,
  parsePaxRecords,
  parseTarHeader,
  pathOf,
  paxNumber,
  type TarHeader,
} from './tar-header.ts';

/** One entry of an archive, with what the headers before its own say of it. */
export interface TarEntry extends Omit<TarHeader, 'type'> {
  kind: 'file' | 'hard-link' | 'symlink' | 'directory' | 'other';
  /** Records of the extended header; values are bytes, since attributes of files are no text. */
  pax: ReadonlyMap<string, Uint8Array>;
}

const KINDS = table<TarEntry['kind']>({
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard-link',
  '2': 'symlink',
  '5': 'directory',
});
/** Links, devices, directories and pipes: no body follows, whatever their size says (Go, archive/tar). */
const WITHOUT_BODY = ['1', '2', '3', '4', '5', '6'];
const PAX = 'x';
const LONG_NAME = 'L';
const LONG_LINK = 'K';
/** A sparse file or a header for all that follows: no engine writes them, and guessing is no reading. */
const UNREADABLE = ['g', 'S'];

/** What stands before the header of one file: a long name, attributes (at most 64 KB in Linux). */
const EXTENSION_BYTES_MAX = 256 * 1024;

/** What the headers before the one of a file say of it. */
interface Extensions {
  pax: ReadonlyMap<string, Uint8Array>;
  name: string | null;
  link: string | null;
}
const NONE: Extensions = { pax: new Map(), name: null, link: null };

/** How far an archive was scanned: plain data, so that whoever scans it keeps nothing. */
export interface TarState {
  /** Bytes of a body that are still to be passed over. */
  skip: number;
  /** The beginning of what has not come whole. */
  rest: Uint8Array;
  extensions: Extensions;
  /** Blocks that were headers of any kind. */
  headers: number;
  /** 2 is the end. */
  zeroBlocks: number;
}

export const tarStart: TarState = {
  skip: 0,
  rest: new Uint8Array(),
  extensions: NONE,
  headers: 0,
  zeroBlocks: 0,
};
export const isEnded = ({ zeroBlocks }: TarState): boolean => zeroBlocks === 2;

export interface ScanOptions {
  /** The call, for errors. */
  what: string;
  headersMax: number;
  /** Given every entry with what `bytes` hold of its body; true ends the scan. */
  visit: (entry: TarEntry, body: Uint8Array) => boolean | undefined;
  /** Given what follows of the body of the last entry, with the padding behind it. */
  goOn?: (bytes: Uint8Array) => void;
}

/**
 * Scans the next bytes of an archive. Each byte is looked at once, but for an extended header that comes
 * in pieces, which is bounded. Throws `OutsideError` for what is no archive, and for too many headers.
 */
export function scanTar(before: TarState, bytes: Uint8Array, options: ScanOptions): TarState {
  const { what, headersMax, visit, goOn } = options;
  const all = before.rest.length === 0 ? bytes : joined(before.rest, bytes);
  let { extensions, headers, zeroBlocks } = before;
  let at = Math.min(before.skip, all.length);
  let skip = before.skip - at;
  if (at > 0) goOn?.(all.subarray(0, at));
  while (zeroBlocks < 2 && skip === 0 && all.length - at >= BLOCK_BYTES) {
    const body = at + BLOCK_BYTES;
    const block = all.subarray(at, body);
    if (isZeroBlock(block)) {
      zeroBlocks += 1;
      at = body;
      continue;
    }
    if (zeroBlocks > 0) throw invalidTar(what, 'an archive with a hole in it');
    const header = parseTarHeader(block, what);
    if (UNREADABLE.includes(header.type)) throw invalidTar(what, 'an unusual tar archive');
    const isExtension = [PAX, LONG_NAME, LONG_LINK].includes(header.type);
    if (isExtension) {
      if (header.size > EXTENSION_BYTES_MAX) {
        throw invalidTar(what, 'an extended header without end');
      }
      if (all.length - body < padded(header.size)) break;
    }
    headers += 1;
    if (headers > headersMax) {
      const detail = `${what}: an archive of more than ${headersMax} entries`;
      throw new OutsideError('engine-answer-too-large', detail);
    }
    if (isExtension) {
      extensions = extended(extensions, header, all.subarray(body, body + header.size), what);
      at = body + padded(header.size);
      continue;
    }
    const entry = toEntry(header, extensions, what);
    extensions = NONE;
    const isEnough = visit(entry, all.subarray(body, body + entry.size)) === true;
    skip = padded(entry.size);
    at = Math.min(body + skip, all.length);
    skip -= at - body;
    if (isEnough) zeroBlocks = 2;
  }
  const rest = zeroBlocks === 2 ? tarStart.rest : all.slice(at);
  return { skip, rest, extensions, headers, zeroBlocks };
}

/** All of an archive at once. Throws `OutsideError` also for one that was cut off. */
export function scanWholeTar(bytes: Uint8Array, options: ScanOptions): void {
  const end = scanTar(tarStart, bytes, options);
  if (!isEnded(end)) throw invalidTar(options.what, 'an archive that was cut off');
}

function extended(
  earlier: Extensions,
  { type }: TarHeader,
  data: Uint8Array,
  what: string,
): Extensions {
  if (type === PAX) return { ...earlier, pax: parsePaxRecords(data, what) };
  const path = pathOf(data, what);
  return type === LONG_NAME ? { ...earlier, name: path } : { ...earlier, link: path };
}

function toEntry({ type, ...header }: TarHeader, { pax, ...long }: Extensions, what: string) {
  const number = (key: 'size' | 'uid' | 'gid') => paxNumber(pax.get(key), what) ?? header[key];
  const path = (key: string) => {
    const written = pax.get(key);
    return written === undefined ? null : pathOf(written, what);
  };
  const name = path('path') ?? long.name ?? header.name;
  const kind = KINDS.get(type) ?? 'other';
  return {
    ...header,
    name,
    linkName: path('linkpath') ?? long.link ?? header.linkName,
    // The oldest writers mark a directory by its name alone.
    kind: kind === 'file' && name.endsWith('/') ? ('directory' as const) : kind,
    uid: number('uid'),
    gid: number('gid'),
    size: WITHOUT_BODY.includes(type) ? 0 : number('size'),
    pax,
  };
}

/** Bytes that a body of this size takes in an archive. */
const padded = (size: number): number => Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
