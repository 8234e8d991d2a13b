import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { OutsideError } from '../shared/errors.ts';
import { requireGood } from './answer-status.ts';
import { limits } from './limits.ts';
import {
  BLOCK_BYTES,
  invalidTar,
  isZeroBlock,
  parsePaxRecords,
  parseTarHeader,
  paxNumber,
  type TarHeader,
} from './tar-header.ts';

/** One entry of an archive, with what the headers before its own say of it. */
export interface TarEntry extends Omit<TarHeader, 'type'> {
  kind: 'file' | 'hard-link' | 'symlink' | 'directory' | 'other';
  /** Records of the extended header; values are bytes, since attributes of files are no text. */
  pax: ReadonlyMap<string, Buffer>;
  /** Its content, to be taken once and before the next entry; what nobody takes is passed over. */
  body(): Promise<Buffer>;
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  '1': 'hard-link',
  '2': 'symlink',
  '5': 'directory',
};
/** Links, devices, directories and pipes: no body follows, whatever their size says (Go, archive/tar). */
const WITHOUT_BODY = ['1', '2', '3', '4', '5', '6'];
const PAX = 'x';
const LONG_NAME = 'L';
const LONG_LINK = 'K';
/** A sparse file or a header for all that follows: no engine writes them, and guessing is no reading. */
const UNREADABLE = ['g', 'S'];
/** Of a larger file that nobody wants to the end the connection is thrown away. */
const PASSED_OVER_MAX = 64 * 1024;
/** Writers fill an archive up to this. */
const RECORD_BYTES = 20 * BLOCK_BYTES;

/**
 * The entries of a tar answer as they come, with one chunk of it in memory beside what is asked for.
 * `what` names the call. Throws `OutsideError` for another status, for an archive that is cut off,
 * longer than `bytesMax` or absurd. A connection of which little was left serves the next call.
 */
export async function* readTar(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
  bytesMax: number,
): AsyncGenerator<TarEntry, void> {
  await requireGood(response, what, signal);
  addAbortSignal(signal, response);
  const bytes = openBytes(response, what, bytesMax);
  let rest = Number.POSITIVE_INFINITY;
  try {
    for (;;) {
      const entry = await nextEntry(bytes, what);
      if (entry === null) break;
      let isPassed = false;
      const pass = async <T>(take: (length: number) => Promise<T>): Promise<T> => {
        isPassed = true;
        return take(padded(entry.size));
      };
      rest = entry.size;
      yield {
        ...entry,
        body: async () => (await pass(bytes.take)).subarray(0, entry.size),
      };
      rest = Number.POSITIVE_INFINITY;
      if (!isPassed) await pass(bytes.skip);
    }
    rest = 0;
  } finally {
    if (rest <= PASSED_OVER_MAX) await bytes.passOver(padded(rest) + RECORD_BYTES);
    await bytes.close();
    response.destroy();
  }
}

/** The next entry, its body to come; null at the end. */
async function nextEntry(bytes: Bytes, what: string): Promise<Omit<TarEntry, 'body'> | null> {
  let pax: ReadonlyMap<string, Buffer> = new Map();
  let longName: string | undefined;
  let longLink: string | undefined;
  for (;;) {
    const block = await bytes.take(BLOCK_BYTES);
    if (isZeroBlock(block)) {
      if (isZeroBlock(await bytes.take(BLOCK_BYTES))) return null;
      throw invalidTar(what, 'an archive with a hole in it');
    }
    const { type, ...header } = parseTarHeader(block, what);
    if (UNREADABLE.includes(type)) throw invalidTar(what, 'an unusual tar archive');
    if (type === PAX) {
      pax = parsePaxRecords(await extension(bytes, header.size, what), what);
    } else if (type === LONG_NAME) {
      longName = withoutEnd(await extension(bytes, header.size, what));
    } else if (type === LONG_LINK) {
      longLink = withoutEnd(await extension(bytes, header.size, what));
    } else {
      const number = (key: 'size' | 'uid' | 'gid') => paxNumber(pax.get(key), what) ?? header[key];
      const name = pax.get('path')?.toString('utf8') ?? longName ?? header.name;
      const kind = KINDS[type] ?? 'other';
      return {
        ...header,
        name,
        linkName: pax.get('linkpath')?.toString('utf8') ?? longLink ?? header.linkName,
        // The oldest writers mark a directory by its name alone.
        kind: kind === 'file' && name.endsWith('/') ? 'directory' : kind,
        uid: number('uid'),
        gid: number('gid'),
        size: WITHOUT_BODY.includes(type) ? 0 : number('size'),
        pax,
      };
    }
  }
}

async function extension(bytes: Bytes, size: number, what: string): Promise<Buffer> {
  if (size > limits.tarExtensionBytes) throw invalidTar(what, 'an extended header without end');
  return (await bytes.take(padded(size))).subarray(0, size);
}

const withoutEnd = (text: Buffer): string => text.toString('utf8').replace(/\0+$/, '');

/** Bytes that a body of this size takes in an archive. */
const padded = (size: number): number => Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;

/** The bytes of an archive in order, each given or skipped once. */
interface Bytes {
  /** The next bytes. Rejects when the archive ends before. */
  take(length: number): Promise<Buffer>;
  skip(length: number): Promise<void>;
  /** Passes over what is left, unless it is more than that; never rejects. */
  passOver(lengthMax: number): Promise<void>;
  /** Lets go of the stream, wherever it is. */
  close(): Promise<void>;
}

function openBytes(stream: AsyncIterable<Buffer>, what: string, bytesMax: number): Bytes {
  const chunks = stream[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let bytes = 0;

  /** Up to `length` bytes, at least one. */
  const next = async (length: number): Promise<Buffer> => {
    while (chunk.length === 0) {
      const { done, value } = await chunks.next();
      if (done) throw invalidTar(what, 'an archive that was cut off');
      chunk = value;
      bytes += chunk.length;
      if (bytes > bytesMax) {
        const detail = `${what}: more than ${bytesMax / 1024 / 1024} MB`;
        throw new OutsideError('engine-answer-too-large', detail);
      }
    }
    const part = chunk.subarray(0, length);
    chunk = chunk.subarray(part.length);
    return part;
  };

  return {
    async take(length) {
      if (length === 0) return Buffer.alloc(0);
      const first = await next(length);
      if (first.length === length) return first;
      const whole = Buffer.alloc(length);
      for (let at = first.copy(whole); at < length; )
        at += (await next(length - at)).copy(whole, at);
      return whole;
    },
    async skip(length) {
      for (let left = length; left > 0; ) left -= (await next(left)).length;
    },
    async passOver(lengthMax) {
      try {
        for (let left = lengthMax - chunk.length; left >= 0; ) {
          const { done, value } = await chunks.next();
          if (done) return;
          left -= value.length;
        }
      } catch {} // Whatever was wanted of it is known.
    },
    async close() {
      await chunks.return?.();
    },
  };
}
