import type { LanguageEcosystem, UnreadFile } from '../filesystem-inventory.ts';
import { indexOfMark, type Mark, markOf } from './find-mark.ts';

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
export function createFrozenScan() {
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
