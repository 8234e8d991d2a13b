import type { LanguageEcosystem, UnreadFile } from '../filesystem-inventory.ts';
import { hasMark, type Mark, markOf } from './find-mark.ts';

/** What somebody put a program of a language into one file with, and whose packages are in it then. */
const FROZEN: readonly {
  mark: Mark;
  ecosystem: LanguageEcosystem;
  by: string;
  /** So many bytes at the end of the program may have it; all of it where left out. */
  within?: number;
}[] = [
  // It ends the file, or its last section, `pydata`, behind which are symbols and the table of sections.
  {
    mark: markOf('MEI\x0c\x0b\x0a\x0b\x0e', 'MEI\x0c\x0b\x0a\x0b'),
    ...{ ecosystem: 'PyPI', by: 'PyInstaller', within: 1024 * 1024 },
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

/** Looks in a program for the packages of a language that somebody put into it, part by part. */
export function createFrozenScan() {
  const found = new Set<(typeof FROZEN)[number]>();
  return {
    look(part: Buffer): void {
      for (const one of FROZEN) {
        if (one.within === undefined && !found.has(one) && hasMark(part, one.mark)) found.add(one);
      }
    },
    /** With the last part once more, which has a megabyte of a program that is larger. */
    end(last: Buffer, path: string): UnreadFile[] {
      for (const one of FROZEN) {
        if (one.within && hasMark(last.subarray(-one.within), one.mark)) found.add(one);
      }
      return [...found].map(({ by, ecosystem }) => ({
        ...{ path, ecosystem, reason: `${by} put it into one file, which is not read` },
      }));
    },
  };
}
