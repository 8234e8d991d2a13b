import { OutsideError } from '../../shared/errors.ts';
import { scanTar, type TarEntry, type TarState } from '../../shared/scan-tar.ts';
import { invalidTar, PATH_BYTES_MAX } from '../../shared/tar-header.ts';
import type { FileOwner } from '../facts/host-files.ts';
import type { PrivilegedFile } from '../facts/set-uid.ts';
import type { ForeignFormat, FormatBounds } from '../foreign-format.ts';
import { fileCapabilities, hasSetId } from '../normalise/privileged-file.ts';

/** The next bytes of an archive that is too large to be held, and how far it was read. */
export interface PieceInput<Found> {
  bytes: Uint8Array;
  what: string;
  state: TarState;
  found: readonly Found[];
}
export interface PieceOutput<Found> {
  state: TarState;
  found: readonly Found[];
}
/** Reads an archive piece by piece by its headers; nobody keeps anything between two pieces. */
export type PieceFormat<Found> = ForeignFormat<PieceInput<Found>, PieceOutput<Found>>;

const MEGABYTE = 1024 * 1024;
/** Files with set-uid, set-gid or capabilities in one archive: a distribution has a dozen. */
const PRIVILEGED_MAX = 1000;

const bounds: FormatBounds = {
  // The programs of an image; bodies are passed over.
  bytes: 1024 * MEGABYTE,
  entries: 500_000,
  textBytes: PATH_BYTES_MAX,
  nesting: 1,
  outputBytes: 8 * MEGABYTE,
};

/**
 * Regular files with set-uid, set-gid or capabilities. Paths are as in the archive, without `./`. Throws
 * `OutsideError` beyond the bounds.
 */
export const privilegedFilesFormat: PieceFormat<PrivilegedFile> = {
  name: 'privileged-files',
  about: 'headers of the programs of an image, in pieces of 256 KB',
  bounds,
  parse({ bytes, what, state, found: earlier }) {
    const found = new Map(earlier.map((file) => [file.path, file]));
    const next = scanTar(state, bytes, {
      what,
      headersMax: bounds.entries,
      visit(entry) {
        const file = privilegedFile(entry, found, what);
        if (file !== null) found.set(file.path, file);
        if (found.size > PRIVILEGED_MAX) {
          const detail = `${what}: more than ${PRIVILEGED_MAX} files with privileges`;
          throw new OutsideError('engine-answer-too-large', detail);
        }
        return false;
      },
    });
    return { state: next, found: [...found.values()] };
  },
};

/** Owner of the one regular file, from its header: nobody looks at the content. */
export const ownerFormat: PieceFormat<FileOwner> = {
  name: 'owner',
  about: 'the header of one file of the host (level `files`)',
  bounds: { ...bounds, bytes: 4 * MEGABYTE, entries: 16, outputBytes: MEGABYTE },
  parse({ bytes, what, state }) {
    const found: FileOwner[] = [];
    const next = scanTar(state, bytes, {
      what,
      headersMax: ownerFormat.bounds.entries,
      visit({ kind, uid, gid }) {
        if (kind !== 'file') throw invalidTar(what, 'not a regular file');
        found.push({ uid, gid });
        return true;
      },
    });
    return { state: next, found };
  },
};

const CAPABILITY = 'SCHILY.xattr.security.capability';

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
