import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { OutsideError } from '../shared/errors.ts';
import type { PrivilegedFile } from '../snapshot/facts/set-uid.ts';
import { fileCapabilities } from '../snapshot/normalise/file-capabilities.ts';
import { hasSetId } from '../snapshot/normalise/privileged-file.ts';
import { limits } from './limits.ts';
import { requireGood } from './read-answer.ts';
import { openTarBytes, padded, type TarBytes } from './tar-bytes.ts';
import {
  BLOCK_BYTES,
  invalidTar,
  isZeroBlock,
  parsePaxRecords,
  parseTarHeader,
  paxNumber,
  type TarHeader,
} from './tar-header.ts';

const REGULAR = ['0', '\0', '7'];
const HARD_LINK = '1';
/** Links, devices, directories and pipes: no body follows, whatever their size says (Go, archive/tar). */
const WITHOUT_BODY = ['1', '2', '3', '4', '5', '6'];
const PAX = 'x';
const LONG_NAME = 'L';
const LONG_LINK = 'K';
/** A sparse file or a header for all that follows: no engine writes them, and guessing is no reading. */
const UNREADABLE = ['g', 'S'];
const CAPABILITY = 'SCHILY.xattr.security.capability';

/**
 * Regular files with set-uid, set-gid or capabilities in a tar answer, by its headers alone: bodies are
 * skipped as they come. Paths are as in the archive, without `./`. `what` names the call. Rejects with
 * `OutsideError` for another status, for an archive that is cut off or absurd, and beyond the limits.
 */
export async function readPrivilegedFiles(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<PrivilegedFile[]> {
  await requireGood(response, what, signal);
  addAbortSignal(signal, response);
  const bytes = openTarBytes(response, what, limits.programArchiveBytes);
  try {
    return await walk(bytes, what);
  } finally {
    await bytes.close();
    response.destroy();
  }
}

async function walk(bytes: TarBytes, what: string): Promise<PrivilegedFile[]> {
  const found = new Map<string, PrivilegedFile>();
  for (let entries = 0; ; entries += 1) {
    const entry = await nextEntry(bytes, what);
    if (entry === null) return [...found.values()];
    const file = privilegedFile(entry, found, what);
    if (file !== null) found.set(file.path, file);
    if (entries > limits.programArchiveEntries || found.size > limits.privilegedFiles) {
      throw new OutsideError('engine-answer-too-large', `${what}: more files than are read`);
    }
  }
}

interface Entry {
  header: TarHeader;
  pax: ReadonlyMap<string, Buffer>;
}

/** The next entry with what the headers before it say of it, its body passed; null at the end. */
async function nextEntry(bytes: TarBytes, what: string): Promise<Entry | null> {
  let pax: ReadonlyMap<string, Buffer> = new Map();
  let longName: string | undefined;
  let longLink: string | undefined;
  for (;;) {
    const block = await bytes.take(BLOCK_BYTES);
    if (isZeroBlock(block)) {
      if (isZeroBlock(await bytes.take(BLOCK_BYTES))) return null;
      throw invalidTar(what, 'an archive with a hole in it');
    }
    const header = parseTarHeader(block, what);
    if (UNREADABLE.includes(header.type)) throw invalidTar(what, 'an unusual tar archive');
    if (header.type === PAX) {
      pax = parsePaxRecords(await extension(bytes, header, what), what);
    } else if (header.type === LONG_NAME) {
      longName = withoutEnd(await extension(bytes, header, what));
    } else if (header.type === LONG_LINK) {
      longLink = withoutEnd(await extension(bytes, header, what));
    } else {
      const size = paxNumber(pax.get('size'), what) ?? header.size;
      if (!WITHOUT_BODY.includes(header.type)) await bytes.skip(padded(size));
      const name = pax.get('path')?.toString('utf8') ?? longName ?? header.name;
      const linkName = pax.get('linkpath')?.toString('utf8') ?? longLink ?? header.linkName;
      return { header: { ...header, name, linkName }, pax };
    }
  }
}

async function extension(bytes: TarBytes, { size }: TarHeader, what: string): Promise<Buffer> {
  if (size > limits.tarExtensionBytes) throw invalidTar(what, 'an extended header without end');
  return (await bytes.take(padded(size))).subarray(0, size);
}

function privilegedFile(
  { header, pax }: Entry,
  found: ReadonlyMap<string, PrivilegedFile>,
  what: string,
): PrivilegedFile | null {
  const { type, name, linkName, mode } = header;
  // The oldest writers mark a directory by its name alone.
  const isFile = REGULAR.includes(type) && !name.endsWith('/');
  if (!isFile && type !== HARD_LINK) return null;
  const capability = pax.get(CAPABILITY);
  const capabilities = capability === undefined ? null : fileCapabilities(capability);
  if (capability !== undefined && capabilities === null) {
    throw invalidTar(what, 'a file with capabilities that cannot be read');
  }
  // Another name of the same file; some writers repeat only a part of what it has.
  const same = type === HARD_LINK ? found.get(clean(linkName)) : undefined;
  if (same) return { ...same, path: clean(name) };
  if (!hasSetId(mode) && capabilities === null) return null;
  return {
    path: clean(name),
    mode,
    uid: paxNumber(pax.get('uid'), what) ?? header.uid,
    gid: paxNumber(pax.get('gid'), what) ?? header.gid,
    capabilities,
  };
}

const withoutEnd = (text: Buffer): string => text.toString('utf8').replace(/\0+$/, '');

const clean = (name: string): string => name.replace(/^(\.?\/)+/, '');
