import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';

/** The bytes of an archive, wherever they are. `read` is asked for nothing outside of them. */
export interface ZipSource {
  size: number;
  read(offset: number, length: number): Buffer | Promise<Buffer>;
}

/** One file of an archive, as its directory says. Its name is text from outside, and no path. */
export interface ZipPlace {
  name: string;
  /** Sizes as they are said to be. */
  packed: number;
  unpacked: number;
  method: number;
  crc: number;
  offset: number;
  /** Why it cannot be read; null where nothing speaks against it. */
  problem: string | null;
}

/** An archive, or a file in it, that is damaged or exceeds a limit; the message is the reason. */
export class UnreadableZip extends Error {}

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
/** The directory of 500,000 records takes half of it. */
const DIRECTORY_BYTES_MAX = 128 * 1024 * 1024;

/** Files of an archive in the order of its directory, without folders. Rejects with `UnreadableZip`. */
export async function readZipDirectory(source: ZipSource, entriesMax: number): Promise<ZipPlace[]> {
  const { entries, offset, length, before } = await findDirectory(source);
  if (entries > entriesMax) throw new UnreadableZip('it holds too many files');
  if (length > DIRECTORY_BYTES_MAX) throw new UnreadableZip('its directory is too large');
  const directory = await readAt(source, before + offset, length);
  const places: ZipPlace[] = [];
  let at = 0;
  for (let count = 0; count < entries; count += 1) {
    if (at + CENTRAL_BYTES > length || directory.readUInt32LE(at) !== CENTRAL) {
      throw new UnreadableZip('its directory is damaged');
    }
    const next = at + CENTRAL_BYTES + trailingBytes(directory, at);
    if (next > length) throw new UnreadableZip('its directory is damaged');
    const place = placeIn(directory, at);
    if (!place.name.endsWith('/')) places.push({ ...place, offset: before + place.offset });
    at = next;
  }
  return places;
}

/**
 * One file of an archive, unpacked: as many bytes as its place says, which the caller has bounded. Rejects
 * with `UnreadableZip`.
 */
export async function readZipEntry(source: ZipSource, place: ZipPlace): Promise<Buffer> {
  if (place.problem !== null) throw new UnreadableZip(place.problem);
  const head = await readAt(source, place.offset, LOCAL_BYTES);
  if (head.readUInt32LE(0) !== LOCAL) {
    throw new UnreadableZip('a file is not where it is said to be');
  }
  const start = place.offset + LOCAL_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = await readAt(source, start, place.packed);
  const bytes = place.method === 0 ? packed : await unpack(packed, place.unpacked);
  if (bytes.length !== place.unpacked || crc32(bytes) !== place.crc) {
    throw new UnreadableZip('a file is damaged');
  }
  return bytes;
}

async function readAt(source: ZipSource, offset: number, length: number): Promise<Buffer> {
  if (offset < 0 || offset + length > source.size) throw new UnreadableZip('it ends too early');
  return source.read(offset, length);
}

const trailingBytes = (directory: Buffer, at: number): number =>
  directory.readUInt16LE(at + 28) +
  directory.readUInt16LE(at + 30) +
  directory.readUInt16LE(at + 32);

function placeIn(directory: Buffer, at: number): ZipPlace {
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
  const place = {
    name: directory.toString('utf8', at + CENTRAL_BYTES, nameEnd),
    method,
    crc: directory.readUInt32LE(at + 16),
    packed: directory.readUInt32LE(at + 20),
    unpacked: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
  };
  if ((flags & 1) !== 0 || (method !== 0 && method !== 8)) {
    return { ...place, problem: 'a file is encrypted or packed in another way' };
  }
  // A single file is never that large, so that only the archive as a whole may be.
  const isHuge = [place.packed, place.unpacked, place.offset].includes(0xffffffff);
  return { ...place, problem: isHuge ? 'a file is too large' : null };
}

/** The end of an archive says where its directory is; one of more than 65,535 files says it elsewhere. */
async function findDirectory(source: ZipSource) {
  const { size } = source;
  const length = Math.min(size, END_BYTES + COMMENT_BYTES_MAX);
  const tail = await readAt(source, size - length, length);
  let at = length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at -= 1;
  if (at < 0) throw new UnreadableZip('it has no end, or is none');
  const short = {
    entries: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const locator = at - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64) {
    // A program may stand before an archive that does not know of it.
    const before = size - length + at - short.length - short.offset;
    return { ...short, before: Math.max(0, before) };
  }
  const end = await readAt(source, wholeNumber(tail, locator + 8), 56);
  if (end.readUInt32LE(0) !== END_64) throw new UnreadableZip('its directory is damaged');
  return {
    entries: wholeNumber(end, 32),
    length: wholeNumber(end, 40),
    offset: wholeNumber(end, 48),
    before: 0,
  };
}

function wholeNumber(bytes: Buffer, at: number): number {
  const value = Number(bytes.readBigUInt64LE(at));
  if (!Number.isSafeInteger(value)) throw new UnreadableZip('its directory is damaged');
  return value;
}

async function unpack(packed: Buffer, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  try {
    return (await inflate(packed, { maxOutputLength: length })) as Buffer;
  } catch (cause) {
    throw new UnreadableZip('a file is damaged', { cause });
  }
}
