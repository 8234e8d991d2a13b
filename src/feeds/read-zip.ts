import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { OutsideError } from '../shared/errors.ts';

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

interface Place {
  name: string;
  method: number;
  crc: number;
  packed: number;
  unpacked: number;
  offset: number;
}

const inflate = promisify(inflateRaw);
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const SPARE_BYTES = 64 * 1024;
/** The directory of 500,000 records takes half of it. */
const DIRECTORY_BYTES_MAX = 128 * 1024 * 1024;

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
    let left = limits.totalBytes;
    for (const place of await readDirectory(file, limits)) {
      left -= place.unpacked;
      // Nothing grows by packing, but for a few bytes. Node aborts on reads of two gigabytes and more.
      if (place.packed > limits.entryBytes + SPARE_BYTES) throw refused('a file is too large');
      if (place.unpacked > limits.entryBytes || left < 0) throw refused('it unpacks to too much');
      if (place.unpacked > Math.max(place.packed, 1_024) * limits.ratio) {
        throw refused('a file is packed too well to be true');
      }
      yield { name: place.name, bytes: await readEntry(file, place) };
    }
  } finally {
    await file.close();
  }
}

const refused = (detail: string): OutsideError =>
  new OutsideError('feed-unreadable', `zip archive: ${detail}`);

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  if (offset < 0 || offset + length > (await file.stat()).size) throw refused('it ends too early');
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  if (bytesRead !== length) throw refused('it ends too early');
  return bytes;
}

async function readDirectory(file: FileHandle, limits: ZipLimits): Promise<Place[]> {
  const { entries, offset, length } = await findDirectory(file);
  if (entries > limits.entries) throw refused('it holds too many files');
  if (length > DIRECTORY_BYTES_MAX) throw refused('its directory is too large');
  const directory = await readAt(file, offset, length);
  const places: Place[] = [];
  let at = 0;
  for (let count = 0; count < entries; count += 1) {
    if (at + CENTRAL_BYTES > length || directory.readUInt32LE(at) !== CENTRAL) {
      throw refused('its directory is damaged');
    }
    const next = at + CENTRAL_BYTES + trailingBytes(directory, at);
    if (next > length) throw refused('its directory is damaged');
    const place = placeIn(directory, at);
    if (!place.name.endsWith('/')) places.push(place);
    at = next;
  }
  return places;
}

const trailingBytes = (directory: Buffer, at: number): number =>
  directory.readUInt16LE(at + 28) +
  directory.readUInt16LE(at + 30) +
  directory.readUInt16LE(at + 32);

function placeIn(directory: Buffer, at: number): Place {
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  if ((flags & 1) !== 0 || (method !== 0 && method !== 8)) {
    throw refused('a file is encrypted or packed in another way');
  }
  const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
  const place = {
    name: directory.toString('utf8', at + CENTRAL_BYTES, nameEnd),
    method,
    crc: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    unpacked: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
  };
  // A record is never that large, so that only the archive as a whole may be.
  if ([place.packed, place.unpacked, place.offset].includes(0xffffffff)) {
    throw refused('a file is too large');
  }
  return place;
}

/** The end of an archive says where its directory is; one of more than 65,535 files says it elsewhere. */
async function findDirectory(file: FileHandle) {
  const { size } = await file.stat();
  const length = Math.min(size, END_BYTES + COMMENT_BYTES_MAX);
  const tail = await readAt(file, size - length, length);
  let at = length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
  if (at < 0) throw refused('it has no end, or is none');
  const short = {
    entries: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const locator = at - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64) return short;
  const end = await readAt(file, wholeNumber(tail, locator + 8), 56);
  if (end.readUInt32LE(0) !== END_64) throw refused('its directory is damaged');
  return {
    entries: wholeNumber(end, 32),
    length: wholeNumber(end, 40),
    offset: wholeNumber(end, 48),
  };
}

function wholeNumber(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw refused('its directory is damaged');
  return value;
}

async function readEntry(file: FileHandle, place: Place): Promise<Buffer> {
  const head = await readAt(file, place.offset, LOCAL_BYTES);
  if (head.readUInt32LE(0) !== LOCAL) throw refused('a file is not where it is said to be');
  const start = place.offset + LOCAL_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = await readAt(file, start, place.packed);
  const bytes = place.method === 0 ? packed : await unpack(packed, place.unpacked);
  if (bytes.length !== place.unpacked || crc32(bytes) !== place.crc) {
    throw refused('a file is damaged');
  }
  return bytes;
}

async function unpack(packed: Buffer, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  try {
    return (await inflate(packed, { maxOutputLength: length })) as Buffer;
  } catch (cause) {
    throw new OutsideError('feed-unreadable', 'zip archive: a file is damaged', { cause });
  }
}
