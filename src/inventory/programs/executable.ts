import { baseName, type Finding, UnreadableFile } from '../file-kind.ts';
import type { LanguageEcosystem, UnreadFile } from '../filesystem-inventory.ts';
import { hasMark, indexOfMark, type Mark, markOf } from './find-mark.ts';
import { type FoundText, findText } from './find-text.ts';
import { BUILD_INFO_BYTES_MAX, goPackages } from './go-build-info.ts';
import { createGoScan } from './go-cleared.ts';
import {
  goNames,
  goTexts,
  type KnownProgram,
  knownGoProgram,
  knownPrograms,
} from './known-programs.ts';
import { isOfRust, rustCrates, SECTION_NAME } from './rust-audit.ts';

const MAGIC = Buffer.from('\x7fELF', 'latin1');
/** How many bytes it takes to know a program. */
export const MAGIC_BYTES = MAGIC.length;
/** Larger ones are read in parts; a list of crates is found only in one that is held. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;
const PART_BYTES = 4 * 1024 * 1024;
/** What two parts have in common: the longest thing that is looked for. */
const OVERLAP_BYTES = BUILD_INFO_BYTES_MAX + 4_096;

export const isExecutable = (start: Buffer): boolean =>
  start.length >= MAGIC_BYTES && start.subarray(0, MAGIC_BYTES).equals(MAGIC);

/** A program whose bytes come one after another. */
export interface ExecutableReader {
  push(bytes: Uint8Array): void;
  /** After the last byte. */
  end(): ExecutableFinding;
}

export interface ExecutableFinding extends Finding {
  /** Known programs by their name that hold no version, as a launcher whose library has it. */
  versionless: (UnreadFile & { name: string })[];
}

/**
 * Reads programs of so many bytes, one after another: all use the same memory. Of a large one only a part is
 * held at a time.
 */
export function createExecutableReader(): (path: string, size: number) => ExecutableReader {
  let memory = Buffer.alloc(0);
  return (path, size) => {
    const isHeld = size <= HELD_BYTES_MAX;
    const length = isHeld ? size : PART_BYTES;
    if (memory.length < length) memory = Buffer.allocUnsafeSlow(length);
    return openExecutable(path, memory.subarray(0, length), isHeld);
  };
}

function openExecutable(path: string, buffer: Buffer, isHeld: boolean): ExecutableReader {
  const scan = createScan(path);
  let filled = 0;
  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + buffer.length - filled);
        buffer.set(part, filled);
        filled += part.length;
        at += part.length;
        if (isHeld) return;
        if (filled < buffer.length) continue;
        scan.look(buffer);
        buffer.copyWithin(0, buffer.length - OVERLAP_BYTES);
        filled = OVERLAP_BYTES;
      }
    },
    end() {
      const rest = buffer.subarray(0, filled);
      scan.look(rest);
      return scan.end(rest, isHeld);
    },
  };
}

/** Stands behind the headers of a program that UPX packed. */
const PACKED = Buffer.from('UPX!');
const PACKED_WITHIN_BYTES = 1_024;
const NO_CRATES = 'a Rust program that does not tell its crates, as `cargo auditable` makes them';
const marked = knownPrograms.filter(
  (one): one is KnownProgram & { mark: Mark } => one.mark !== undefined,
);
const NOT_FOUND = { version: null, evidence: '' };

function createScan(path: string) {
  const base = baseName(path);
  const kinds = knownPrograms.filter(({ file }) => file.test(base));
  const renamed = new Set<KnownProgram>();
  const texts = new Map<string, FoundText>();
  let hasCrates = false;
  let isRust = false;
  let isPacked: boolean | null = null;
  const goScan = createGoScan();
  const frozen = createFrozenScan();

  function lookFor(program: Pick<KnownProgram, 'name' | 'texts' | 'near'>, part: Buffer) {
    const { name, texts: patterns, near } = program;
    if (texts.has(name)) return;
    const series = kinds.find((kind) => kind.name === name)?.file.exec(base)?.groups?.series;
    const found = findText(part, patterns, { series, near });
    if (found !== null) texts.set(name, found);
  }

  return {
    look(part: Buffer) {
      goScan.look(part);
      // What is looked for may come before that it is one of Go.
      const info = goScan.build();
      const own =
        info === null ? goNames.find((name) => name === base) : knownGoProgram(info)?.name;
      if (own !== undefined) lookFor({ name: own, texts: goTexts }, part);
      for (const kind of kinds) lookFor(kind, part);
      for (const one of marked) {
        if (kinds.includes(one) || texts.has(one.name) || !hasMark(part, one.mark)) continue;
        lookFor(one, part);
        renamed.add(one);
      }
      hasCrates ||= hasMark(part, SECTION_NAME);
      isRust ||= isOfRust(part);
      frozen.look(part);
      isPacked ??= part.subarray(0, PACKED_WITHIN_BYTES).includes(PACKED);
    },
    end(last: Buffer, isWhole: boolean): ExecutableFinding {
      const whole = isWhole ? last : null;
      const found: ExecutableFinding = { packages: [], programs: [], unread: [], versionless: [] };
      const add = (read: () => Partial<Finding>) => {
        try {
          const { packages = [], unread = [] } = read();
          found.packages.push(...packages);
          found.unread.push(...unread);
        } catch (error) {
          if (!(error instanceof UnreadableFile)) throw error;
          found.unread.push({ path, reason: error.message });
        }
      };
      const { build, unread } = goScan.end(whole);
      if (build !== null) add(() => goPackages(build, path));
      if (unread !== null) found.unread.push({ path, ...unread });
      found.unread.push(...frozen.end(last, path));
      if (hasCrates) add(() => cratesOf(whole, path));
      else if (isRust) found.unread.push({ path, reason: NO_CRATES, ecosystem: 'crates.io' });
      if (isPacked)
        found.unread.push({ path, reason: 'a program that UPX packed, which is not read' });
      const go = build === null ? null : knownGoProgram(build);
      const named = go === null ? [...kinds, ...renamed] : [go];
      for (const { name } of named) {
        const { version, evidence } = go?.version ? go : (texts.get(name) ?? NOT_FOUND);
        if (version !== null) found.programs.push({ name, version, path, evidence });
      }
      const [first] = go === null ? kinds.filter(({ mayBeOther }) => !mayBeOther) : [go];
      if (first !== undefined && found.programs.length === 0) {
        const reason = `by its name ${first.name}, of no version that is found`;
        found.versionless.push({ name: first.name, path, reason });
      }
      return found;
    },
  };
}

function cratesOf(whole: Buffer | null, path: string): Partial<Finding> {
  if (whole === null) throw new UnreadableFile('a Rust program of more than 32 MB');
  return rustCrates(whole, path);
}

/** What somebody put a program of a language into one file with, and whose packages are in it then. */
const FROZEN: readonly {
  mark: Mark;
  ecosystem: LanguageEcosystem;
  by: string;
  /** So many bytes at the end of the program may have it; all of it where left out. */
  within?: number;
  /** Stands close behind it. */
  near?: string;
}[] = [
  // It looks for this in all of itself, and names its library of Python behind it; what reads such programs does not.
  {
    mark: markOf('MEI\x0c\x0b\x0a\x0b\x0e', 'MEI\x0c\x0b\x0a\x0b'),
    ...{ ecosystem: 'PyPI', by: 'PyInstaller', near: 'python' },
  },
  {
    mark: markOf('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1', '7b6e072'),
    ...{ ecosystem: 'npm', by: 'Node' },
  },
  { mark: markOf('pkg/prelude/bootstrap.js', '/prelud'), ecosystem: 'npm', by: 'pkg' },
  // The commands themselves have these as well.
  { mark: markOf('---- Bun! ----', ' Bun! -'), ecosystem: 'npm', by: 'Bun', within: 64 },
  { mark: markOf('d3n0l4nd', '3n0l4nd'), ecosystem: 'npm', by: 'Deno', within: 64 },
  { mark: markOf('\0.svm_heap\0', '.svm_he'), ecosystem: 'Maven', by: 'GraalVM' },
];

const NEAR_BYTES = 96;
/** A program that has a mark more often is taken for one. */
const TRIES_MAX = 1_000;

/** True for a part of a program that has a mark, with what is to stand close behind it. */
function isMarked(part: Buffer, { mark, near = '' }: (typeof FROZEN)[number]): boolean {
  let at = indexOfMark(part, mark);
  for (let tries = 0; at >= 0 && tries < TRIES_MAX; tries += 1) {
    if (part.subarray(at, at + NEAR_BYTES).includes(near)) return true;
    at = indexOfMark(part, mark, at + 1);
  }
  return at >= 0;
}

/** Looks in a program for the packages of a language that somebody put into it, part by part. */
function createFrozenScan() {
  const found = new Set<(typeof FROZEN)[number]>();
  return {
    look(part: Buffer): void {
      for (const one of FROZEN) {
        if (one.within === undefined && !found.has(one) && isMarked(part, one)) found.add(one);
      }
    },
    /** With the last part once more. */
    end(last: Buffer, path: string): UnreadFile[] {
      for (const one of FROZEN) {
        if (one.within && isMarked(last.subarray(-one.within), one)) found.add(one);
      }
      return [...found].map(({ by, ecosystem }) => ({
        ...{ path, ecosystem, reason: `${by} put it into one file, which is not read` },
      }));
    },
  };
}
