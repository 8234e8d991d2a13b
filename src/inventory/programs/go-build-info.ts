import { type Finding, UnreadableFile } from '../file-kind.ts';
import type { LanguagePackage } from '../filesystem-inventory.ts';
import { languagePackage } from '../language-package.ts';
import { indexOfMark, markOf } from './find-mark.ts';

// What the linker of Go leaves in a program (src/debug/buildinfo/buildinfo.go): a magic at a multiple of 16
// bytes, the size of a pointer, flags; since Go 1.18 then two texts with their lengths before them.
const MAGIC = markOf('\xff Go buildinf:', 'Go buil');
const ALIGNMENT = 16;
const HEADER_BYTES = 32;
const IS_INLINE = 2;
/** Around the list of modules. */
const SENTINEL_BYTES = 16;
const VERSION_BYTES_MAX = 256;
/** The longest list of a program that is known has 60 KB. */
export const BUILD_INFO_BYTES_MAX = 1024 * 1024;
const MODULES_MAX = 10_000;

/** What a Go program says it was built with and from. */
export interface GoBuildInfo {
  /** E.g. `go1.24.4`. */
  goVersion: string;
  /** Lines of words that tabs separate, as `go version -m` prints them. */
  lines: string[][];
}

/**
 * The build info in a part of a program, which begins at a multiple of 16 of its file; null where there is
 * none. Throws `UnreadableFile` for the format before Go 1.18, which only leads to it.
 */
export function findBuildInfo(bytes: Buffer): GoBuildInfo | null {
  let isOld = false;
  for (let at = indexOfMark(bytes, MAGIC); at >= 0; at = indexOfMark(bytes, MAGIC, at + 1)) {
    if (at % ALIGNMENT !== 0 || at + HEADER_BYTES > bytes.length) continue;
    const pointerBytes = bytes[at + MAGIC.bytes.length] ?? 0;
    const flags = bytes[at + MAGIC.bytes.length + 1] ?? 0;
    if ((flags & IS_INLINE) !== 0) {
      const found = readInline(bytes, at + HEADER_BYTES);
      // A program that reads others has the magic as a text, too.
      if (found !== null) return found;
    } else if ((pointerBytes === 4 || pointerBytes === 8) && flags <= 1) {
      isOld = true;
    }
  }
  if (isOld) throw new UnreadableFile('a Go program of before Go 1.18, whose list is not read');
  return null;
}

function readInline(bytes: Buffer, at: number): GoBuildInfo | null {
  const version = textAt(bytes, at, VERSION_BYTES_MAX);
  if (version === null || !/^(?:go|devel )[!-~]/.test(version.text)) return null;
  const modules = textAt(bytes, version.end, BUILD_INFO_BYTES_MAX);
  if (modules === null) return null;
  const listed = modules.text.slice(SENTINEL_BYTES, -SENTINEL_BYTES);
  return { goVersion: version.text, lines: listedModules(listed) ?? [] };
}

/** The lines of a list of modules; null for what is none. */
export const listedModules = (text: string): GoBuildInfo['lines'] | null =>
  text.endsWith('\n') ? text.split('\n').map((line) => line.split('\t')) : null;

/** A text with its length before it; null where that is none. */
function textAt(bytes: Buffer, start: number, bytesMax: number) {
  let length = 0;
  let at = start;
  for (let shift = 1; shift < 2 ** 28; shift *= 128) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    length += (byte & 0x7f) * shift;
    at += 1;
    if (byte < 0x80) break;
  }
  const end = at + length;
  if (length > bytesMax || end > bytes.length) return null;
  return { text: bytes.toString('latin1', at, end), end };
}

/** Modules of a program, the standard library and the program itself among them. */
export function goPackages({ goVersion, lines }: GoBuildInfo, path: string): Finding {
  const [, released = null] = /^go(\d[\w.]{0,30})/.exec(goVersion) ?? [];
  const packages = [languagePackage('Go', 'stdlib', released, path)];
  let last: LanguagePackage | undefined;
  for (const [kind, name, version = ''] of lines) {
    if (packages.length > MODULES_MAX) throw new UnreadableFile('a Go program of too many modules');
    // Go’s own commands are of no module, and come together.
    if (kind === 'path' && name?.startsWith('cmd/')) {
      packages.push({ ...languagePackage('Go', 'toolchain', released, path), isMainModule: true });
    }
    if (kind === 'mod' || kind === 'dep') {
      const module = languagePackage('Go', name, versionOf(version), path);
      last = kind === 'mod' ? { ...module, isMainModule: true } : module;
      packages.push(last);
    }
    if (kind === '=>' && last !== undefined) {
      // What replaces it by a folder is the same module in a version that nobody knows.
      const isFolder = /^\.{0,2}\//.test(name ?? '');
      const replacing = languagePackage(
        'Go',
        isFolder ? last.name : name,
        versionOf(version),
        path,
      );
      packages[packages.length - 1] = last.isMainModule
        ? { ...replacing, isMainModule: true }
        : replacing;
      // A fork mostly has what is wrong with what it was made of.
      if (replacing.name !== last.name) {
        packages.push(languagePackage('Go', last.name, null, path));
      }
    }
  }
  const reason = 'a Go program without a list of its modules';
  const unread = last === undefined ? [{ path, reason }] : [];
  return { packages, programs: [], unread };
}

const versionOf = (version: string): string | null =>
  version === '' || version === '(devel)' ? null : version;
