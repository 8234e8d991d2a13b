import type { LanguageEcosystem, UnreadFile } from '../filesystem-inventory.ts';

/** What somebody put a program of a language into one file with, and whose packages are in it then. */
const FROZEN: readonly {
  mark: Buffer;
  ecosystem: LanguageEcosystem;
  by: string;
  isAtEnd?: true;
}[] = [
  { mark: Buffer.from('MEI\x0c\x0b\x0a\x0b\x0e'), ecosystem: 'PyPI', by: 'PyInstaller' },
  {
    mark: Buffer.from('NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'),
    ...{ ecosystem: 'npm', by: 'Node' },
  },
  { mark: Buffer.from('pkg/prelude/bootstrap.js'), ecosystem: 'npm', by: 'pkg' },
  // The commands themselves have these as well.
  { mark: Buffer.from('---- Bun! ----'), ecosystem: 'npm', by: 'Bun', isAtEnd: true },
  { mark: Buffer.from('d3n0l4nd'), ecosystem: 'npm', by: 'Deno', isAtEnd: true },
  { mark: Buffer.from('\0.svm_heap\0'), ecosystem: 'Maven', by: 'GraalVM' },
];
const END_BYTES = 64;

/** Looks in a program for the packages of a language that somebody put into it, part by part. */
export function createFrozenScan() {
  const found = new Set<(typeof FROZEN)[number]>();
  return {
    look(part: Buffer): void {
      for (const one of FROZEN) if (!one.isAtEnd && part.includes(one.mark)) found.add(one);
    },
    /** With the last part once more. */
    end(last: Buffer, path: string): UnreadFile[] {
      const tail = last.subarray(-END_BYTES);
      for (const one of FROZEN) if (one.isAtEnd && tail.includes(one.mark)) found.add(one);
      return [...found].map(({ by, ecosystem }) => ({
        ...{ path, ecosystem, reason: `${by} put it into one file, which is not read` },
      }));
    },
  };
}
