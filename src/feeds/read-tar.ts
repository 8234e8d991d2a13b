import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { OutsideError } from '../shared/errors.ts';

/**
 * What an archive may cost; more is refused when it is reached, with all that was read before it. Red Hat’s and
 * Ubuntu’s hold a document of up to some 20 MB for each of some 100,000 vulnerabilities.
 */
const limits = {
  entries: 1_000_000,
  /** Of one file. */
  entryBytes: 64 * 1024 ** 2,
  /** Of the whole archive, unpacked. */
  totalBytes: 128 * 1024 ** 3,
  /** How many times larger than packed it may be. */
  ratio: 1_000,
};

/** Small ones are packed no better. */
const SPARE_BYTES = 16 * 1024;

/** True of a name that `readTar` knows the packing of. */
export const isTar = (name: string): boolean => /\.tar(\.(gz|xz|zst))?$/.test(name);

/**
 * The plain files of a tar archive whose names match, one after the other; one is held at a time. By the ending
 * of its name it is packed with gzip, xz or zstd, or not at all. Rejects with `feed-unreadable` where it is
 * damaged or reaches a limit.
 */
export async function* readTar(
  path: string,
  wanted: RegExp,
): AsyncGenerator<{ name: string; bytes: Buffer }> {
  const { size: packedBytes } = await stat(path).catch((cause: Error) => {
    throw unreadable(cause.message, cause);
  });
  const totalMax = Math.min(limits.totalBytes, Math.max(packedBytes, SPARE_BYTES) * limits.ratio);
  const files = extract();
  let total = 0;
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      total += chunk.length;
      if (total > totalMax) throw unreadable('it unpacks to too much');
      yield chunk;
    }
  }
  const packed = createReadStream(path);
  // Its failure is that of the files.
  const feeding = feed(path, packed, bounded, files).catch((error: Error) => files.destroy(error));
  let entries = 0;
  try {
    for await (const entry of files) {
      entries += 1;
      if (entries > limits.entries) throw unreadable('it holds too many files');
      const { name, type, size } = entry.header;
      if (type !== 'file' || !wanted.test(name)) {
        entry.resume();
        continue;
      }
      if (size > limits.entryBytes) throw unreadable('a file is too large');
      const chunks: Buffer[] = [];
      for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk);
      yield { name, bytes: Buffer.concat(chunks) };
    }
  } catch (error) {
    if (error instanceof OutsideError) throw error;
    throw unreadable((error as Error).message, error);
  } finally {
    files.destroy();
    packed.destroy();
    await feeding;
  }
}

async function feed(
  path: string,
  packed: Readable,
  bounded: (chunks: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>,
  files: ReturnType<typeof extract>,
): Promise<void> {
  if (path.endsWith('.xz')) {
    // 0.2 MB of machine code, which nobody else needs.
    const { XzReadableStream } = (await import('xz-decompress')).default;
    const unpacked = new XzReadableStream(Readable.toWeb(packed) as ReadableStream);
    await pipeline(Readable.fromWeb(unpacked as never), bounded, files);
    return;
  }
  const unpack = unpackerOf(path);
  if (unpack === null) await pipeline(packed, bounded, files);
  else await pipeline(packed, unpack, bounded, files);
}

function unpackerOf(path: string): Transform | null {
  if (path.endsWith('.gz')) return createGunzip();
  return path.endsWith('.zst') ? createZstdDecompress() : null;
}

const unreadable = (detail: string, cause?: unknown): OutsideError =>
  new OutsideError('feed-unreadable', `tar archive: ${detail}`, { cause });
