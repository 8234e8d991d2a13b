import { scanWholeTar, type TarEntry } from '../../shared/scan-tar.ts';
import { tooLarge } from '../../shared/tar-header.ts';
import type { UserFact } from '../facts/container.ts';
import type { OsRelease } from '../facts/packages.ts';
import type { ArchiveFormat, ArchiveInput, FormatBounds } from '../foreign-format.ts';
import { userFromPasswd, userWithoutPasswd } from '../normalise/accounts.ts';
import { readOsRelease } from '../normalise/os-release.ts';

/** Headers in the archive of one path: its own and what stands before it. */
const HEADERS_MAX = 16;
const MEGABYTE = 1024 * 1024;

const smallFile: FormatBounds = {
  bytes: MEGABYTE,
  entries: HEADERS_MAX,
  textBytes: MEGABYTE,
  nesting: 2,
  outputBytes: 4 * MEGABYTE,
};

type Found = Pick<TarEntry, 'kind'> & { body: Uint8Array };

/** The first entry of the archive of one path; null for an archive without any, which Podman sends. */
function firstEntry({ archive, what }: ArchiveInput, bytesMax: number): Found | null {
  let found: Found | null = null as Found | null;
  scanWholeTar(archive, {
    what,
    headersMax: HEADERS_MAX,
    visit({ kind }, body) {
      found ??= { kind, body };
      return false;
    },
  });
  if (found !== null && found.body.length > bytesMax) throw tooLarge(what, bytesMax);
  return found;
}

const textOf = ({ body }: Found): string => new TextDecoder().decode(body);

export const MISSING_PASSWD = 'the container has no /etc/passwd to look the name up';

/** The user of a container by its own `/etc/passwd`; `wanted` is the user as declared. */
export const passwdFormat: ArchiveFormat<UserFact> = {
  name: 'passwd',
  about: '`/etc/passwd` of a container whose user is a name',
  bounds: { ...smallFile, outputBytes: MEGABYTE },
  parse(input) {
    const entry = firstEntry(input, passwdFormat.bounds.bytes);
    if (entry === null) return userWithoutPasswd(input.wanted, MISSING_PASSWD);
    if (entry.kind !== 'file') {
      return userWithoutPasswd(input.wanted, `the container's /etc/passwd is not a regular file`);
    }
    return userFromPasswd(input.wanted, textOf(entry));
  },
};

/** What an `os-release` says; null where the path is no regular file. */
export const osReleaseFormat: ArchiveFormat<OsRelease | null> = {
  name: 'os-release',
  about: '`os-release` of a container',
  bounds: { ...smallFile, bytes: 64 * 1024, textBytes: 100, outputBytes: 64 * 1024 },
  parse(input) {
    const entry = firstEntry(input, osReleaseFormat.bounds.bytes);
    return entry?.kind === 'file' ? readOsRelease(textOf(entry)) : null;
  },
};

/** Text of a small regular file of the host; empty for anything else. */
export const textFormat: ArchiveFormat<string> = {
  name: 'text',
  about: 'a small file of the host (level `files`)',
  bounds: smallFile,
  parse(input) {
    const entry = firstEntry(input, textFormat.bounds.bytes);
    return entry?.kind === 'file' ? textOf(entry) : '';
  },
};
