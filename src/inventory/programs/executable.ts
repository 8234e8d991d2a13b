import { baseName, type Finding, UnreadableFile } from '../file-kind.ts';
import type { UnreadFile } from '../filesystem-inventory.ts';
import { hasMark, type Mark } from './find-mark.ts';
import { type FoundText, findText } from './find-text.ts';
import { createFrozenScan } from './frozen-programs.ts';
import { BUILD_INFO_BYTES_MAX, goPackages } from './go-build-info.ts';
import { createGoScan } from './go-cleared.ts';
import {
  goNames,
  goTexts,
  type KnownProgram,
  knownGoProgram,
  knownPrograms,
} from './known-programs.ts';
import { isOfRust, rustPackages, SECTION_NAME } from './rust-audit.ts';

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
      const [first] = go === null ? kinds : [go];
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
  return { packages: rustPackages(whole, path) };
}
