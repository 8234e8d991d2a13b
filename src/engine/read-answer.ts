import type { IncomingMessage } from 'node:http';
import { OutsideError } from '../shared/errors.ts';
import type { ArchivedFile } from '../snapshot/archived-file.ts';
import type { ArchiveEntry } from '../snapshot/collector.ts';
import type { FileOwner } from '../snapshot/facts/host-files.ts';
import type { PrivilegedFile } from '../snapshot/facts/set-uid.ts';
import { fileCapabilities, hasSetId } from '../snapshot/normalise/privileged-file.ts';
import { requireGood } from './answer-status.ts';
import type { Allowance } from './engine-traffic.ts';
import { limits } from './limits.ts';
import { readJson } from './read-json.ts';
import { readTar, type TarEntry } from './read-tar.ts';
import { invalidTar } from './tar-header.ts';

/**
 * The body of a good answer: JSON as its value, a tar as `ArchiveEntry[]`. `what` names the call.
 * Rejects with `OutsideError` for any other status, for a body that is too large or not readable.
 */
export async function readAnswer(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
  allowance: Allowance,
): Promise<unknown> {
  if (contentType(response) === 'application/x-tar') return readEntries(response, what, signal);
  await requireGood(response, what, signal);
  return readJson(response, what, signal, allowance);
}

const contentType = (response: IncomingMessage): string =>
  (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

// What is made of tar answers. `what` names the call; each rejects with `OutsideError`.

/** All entries, files as text: for single named files, never for a directory tree. */
async function readEntries(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for await (const entry of readTar(response, what, signal, limits.archiveBytes)) {
    const { name, kind, linkName, size } = entry;
    if (size > limits.archivedFileBytes) {
      const detail = `${what}: a file of more than ${limits.archivedFileBytes / 1024} KB`;
      throw new OutsideError('engine-answer-too-large', detail);
    }
    entries.push({
      name,
      kind: kind === 'hard-link' ? 'other' : kind,
      linkTarget: kind === 'symlink' ? linkName : null,
      content: kind === 'file' ? (await entry.body()).toString('utf8') : '',
    });
  }
  return entries;
}

/**
 * Regular files as bytes, each held once: a package database has some MB. Rejects where they have more
 * than `bytesMax` together.
 */
export async function readFiles(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
  bytesMax: number,
): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  let left = bytesMax;
  for await (const entry of readTar(response, what, signal, Number.POSITIVE_INFINITY)) {
    left -= entry.size;
    if (left < 0) {
      const detail = `${what}: files of more than ${Math.floor(bytesMax / 1024)} KB`;
      throw new OutsideError('engine-answer-too-large', detail);
    }
    if (entry.kind === 'file') files.push({ name: entry.name, bytes: await entry.body() });
  }
  return files;
}

/**
 * Owner of the one regular file, from its header: nobody looks at the content, and of a large one the
 * connection ends.
 */
export async function readTarOwner(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<FileOwner> {
  for await (const { kind, uid, gid } of readTar(response, what, signal, limits.archiveBytes)) {
    if (kind !== 'file') throw invalidTar(what, 'not a regular file');
    return { uid, gid };
  }
  throw invalidTar(what, 'no file in the archive');
}

const CAPABILITY = 'SCHILY.xattr.security.capability';

/**
 * Regular files with set-uid, set-gid or capabilities, by their headers alone: bodies are skipped as
 * they come. Paths are as in the archive, without `./`. Rejects beyond the limits.
 */
export async function readPrivilegedFiles(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<PrivilegedFile[]> {
  const found = new Map<string, PrivilegedFile>();
  let entries = 0;
  for await (const entry of readTar(response, what, signal, limits.programArchiveBytes)) {
    const file = privilegedFile(entry, found, what);
    if (file !== null) found.set(file.path, file);
    entries += 1;
    if (entries > limits.programArchiveEntries || found.size > limits.privilegedFiles) {
      throw new OutsideError('engine-answer-too-large', `${what}: more files than are read`);
    }
  }
  return [...found.values()];
}

function privilegedFile(
  { kind, name, linkName, mode, uid, gid, pax }: TarEntry,
  found: ReadonlyMap<string, PrivilegedFile>,
  what: string,
): PrivilegedFile | null {
  if (kind !== 'file' && kind !== 'hard-link') return null;
  const capability = pax.get(CAPABILITY);
  const capabilities = capability === undefined ? null : fileCapabilities(capability);
  if (capability !== undefined && capabilities === null) {
    throw invalidTar(what, 'a file with capabilities that cannot be read');
  }
  const path = clean(name);
  // Another name of the same file; some writers repeat only a part of what it has.
  const same = kind === 'hard-link' ? found.get(clean(linkName)) : undefined;
  if (same) return { ...same, path };
  if (!hasSetId(mode) && capabilities === null) return null;
  return { path, mode, uid, gid, capabilities };
}

const clean = (name: string): string => name.replace(/^(\.?\/)+/, '');
