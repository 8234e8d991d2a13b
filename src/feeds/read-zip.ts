import { open } from 'node:fs/promises';
import { OutsideError } from '../shared/errors.ts';
import {
  readZipDirectory,
  readZipEntry,
  UnreadableZip,
  type ZipPlace,
  type ZipSource,
} from '../shared/zip.ts';

/** What an archive may cost; more is refused when it is reached, with all that was read before it. */
export interface ZipLimits {
  entries: number;
  /** Of one file, unpacked. */
  entryBytes: number;
  /** Of all files, unpacked. */
  totalBytes: number;
  /** How many times larger than packed a file may be; small ones compress no better. */
  ratio: number;
}

/** One file of an archive. Its name is text from outside, and no path. */
export interface ZipEntry {
  name: string;
  bytes: Buffer;
}

/** That of npm, the largest of OSV’s, holds some 218,000 records of 0.7 GB. */
const OF_FEEDS: ZipLimits = {
  entries: 500_000,
  entryBytes: 32 * 1024 * 1024,
  totalBytes: 4 * 1024 * 1024 * 1024,
  ratio: 200,
};

const SPARE_BYTES = 64 * 1024;

/**
 * The files of a zip archive, one after the other, in the order of its directory; one file is held at a
 * time, and the directory. Rejects with `feed-unreadable` where it is damaged or reaches a limit.
 */
export async function* readZip(
  path: string,
  limits: ZipLimits = OF_FEEDS,
): AsyncGenerator<ZipEntry> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const source: ZipSource = {
      size,
      async read(offset, length) {
        const bytes = Buffer.alloc(length);
        const { bytesRead } = await file.read(bytes, 0, length, offset);
        if (bytesRead !== length) throw new UnreadableZip('it ends too early');
        return bytes;
      },
    };
    let left = limits.totalBytes;
    for (const place of await readZipDirectory(source, limits.entries)) {
      left -= place.unpacked;
      refuseTooLarge(place, left, limits);
      yield { name: place.name, bytes: await readZipEntry(source, place) };
    }
  } catch (error) {
    if (!(error instanceof UnreadableZip)) throw error;
    const { cause } = error;
    throw new OutsideError('feed-unreadable', `zip archive: ${error.message}`, { cause });
  } finally {
    await file.close();
  }
}

function refuseTooLarge({ packed, unpacked }: ZipPlace, left: number, limits: ZipLimits): void {
  // Nothing grows by packing, but for a few bytes. Node aborts on reads of two gigabytes and more.
  if (packed > limits.entryBytes + SPARE_BYTES) throw new UnreadableZip('a file is too large');
  if (unpacked > limits.entryBytes || left < 0) throw new UnreadableZip('it unpacks to too much');
  // What cannot be packed grows by a few bytes in each block.
  if (packed > limits.entryBytes * 2) throw new UnreadableZip('a packed file is too large');
  if (unpacked > Math.max(packed, 1_024) * limits.ratio) {
    throw new UnreadableZip('a file is packed too well to be true');
  }
}
