import { inflateSync } from 'node:zlib';
import { COPIES_OF_FILE_MAX, copiesIn } from '../copies.ts';
import type { Finding } from '../file-kind.ts';
import { jsonRecord, UnreadableFile } from '../file-kind.ts';
import { languagePackage } from '../language-package.ts';
import { hasMark, markOf } from './find-mark.ts';

/** What `cargo auditable` adds to a program: a list of its crates, packed with zlib. */
const SECTION = '.dep-v0';
/** As it stands among the names of sections, for programs that are too large to be held. */
export const SECTION_NAME = markOf(`\0${SECTION}\0`, SECTION);
const UNPACKED_BYTES_MAX = 8 * 1024 * 1024;
const SECTIONS_MAX = 4_096;

/** Places of sources that the compiler leaves in a program, for what it says when it fails. */
const OF_CORE = markOf('/library/core/src/', '/librar');
const OF_COMMIT = Buffer.from('/rustc/');
const COMMIT_CHARACTERS = 40;

/** True for a part of a program that shows the compiler of Rust. */
export function isOfRust(part: Buffer): boolean {
  for (let at = part.indexOf(OF_COMMIT); at >= 0; at = part.indexOf(OF_COMMIT, at + 1)) {
    const start = at + OF_COMMIT.length;
    const commit = part.toString('latin1', start, start + COMMIT_CHARACTERS);
    if (/^[0-9a-f]{40}$/.test(commit)) return true;
  }
  return hasMark(part, OF_CORE);
}

type RustCrates = Pick<Finding, 'packages' | 'unread'>;

/**
 * Crates of a Rust program that was built to tell them; empty for all other programs. Those that only its
 * build took are left out. What comes from elsewhere, as the program itself, may be the crate of that name or another one. Throws
 * `UnreadableFile`.
 */
export function rustCrates(program: Buffer, path: string): RustCrates {
  const section = findSection(program);
  if (section === null) return { packages: [], unread: [] };
  const { packages } = jsonRecord(unpacked(section));
  if (!Array.isArray(packages)) throw new UnreadableFile('its list of crates is none');
  const crates = packages
    .map((one: unknown) => (one ?? {}) as Record<string, unknown>)
    .filter(({ kind }) => kind !== 'build');
  const of = (wanted: string) => crates.filter(({ source }) => source === wanted);
  const others = crates.filter(({ source }) => source !== 'crates.io' && source !== 'git');
  const named = others
    .slice(0, COPIES_OF_FILE_MAX)
    .map(({ name, version }) => [name, version] as const);
  return {
    packages: [
      ...of('crates.io').map(({ name, version }) =>
        languagePackage('crates.io', name, version, path),
      ),
      // A commit is of no release.
      ...of('git').map(({ name }) => languagePackage('crates.io', name, null, path)),
    ],
    unread: copiesIn('crates.io', path, 'crates in it do not come from crates.io', named),
  };
}

function unpacked(section: Buffer): Buffer {
  try {
    return inflateSync(section, { maxOutputLength: UNPACKED_BYTES_MAX });
  } catch (cause) {
    throw new UnreadableFile('its list of crates is damaged', { cause });
  }
}

/** The section of a program in ELF, little-endian, of 32 or 64 bits; null for none. */
function findSection(program: Buffer): Buffer | null {
  const isWide = program[4] === 2;
  if (program.length < 64 || program[5] !== 1) return null;
  const view = new DataView(program.buffer, program.byteOffset, program.length);
  const number = (at: number) => {
    if (at + (isWide ? 8 : 4) > program.length) return Number.NaN;
    return isWide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
  };
  const [table, header] = isWide ? [number(0x28), 0x3a] : [number(0x20), 0x2e];
  const bytesOfOne = view.getUint16(header, true);
  const sections = view.getUint16(header + 2, true);
  const names = view.getUint16(header + 4, true);
  const at = (index: number) => table + index * bytesOfOne;
  if (sections === 0 || sections > SECTIONS_MAX || names >= sections) return null;
  if (bytesOfOne < (isWide ? 64 : 40) || !(at(sections) <= program.length)) return null;
  const placeOf = (index: number) => {
    const offset = number(at(index) + (isWide ? 0x18 : 0x10));
    const length = number(at(index) + (isWide ? 0x20 : 0x14));
    return program.subarray(offset, offset + length);
  };
  const texts = placeOf(names);
  for (let index = 0; index < sections; index += 1) {
    const name = view.getUint32(at(index), true);
    const end = name + SECTION.length;
    if (texts.toString('latin1', name, end) === SECTION && texts[end] === 0) return placeOf(index);
  }
  return null;
}
