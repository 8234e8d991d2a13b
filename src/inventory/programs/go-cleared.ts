import { UnreadableFile } from '../file-kind.ts';
import type { UnreadFile } from '../filesystem-inventory.ts';
import { hasMark, indexOfMark, markOf } from './find-mark.ts';
import { findBuildInfo, type GoBuildInfo, listedModules } from './go-build-info.ts';

// The tool of Go prints nothing of a program whose section `.go.buildinfo` somebody cleared, as esbuild does since 0.26. What
// the section led to is still there: the list of modules between two marks (`infoStart` and `infoEnd` of the command go),
// and the version of Go as a text of its own.
const START = markOf(
  '0w\xaf\x0c\x92t\x08\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6',
  '\xaf\x0c\x92t\x08\x02A',
);
const END = Buffer.from('f932433186182072008242104116d8f2', 'hex');
/** What every program says when it hangs, and nothing that is not of Go. */
const OF_RUNTIME = markOf('all goroutines are asleep - deadlock!', 'utines ');
const VERSION = /^go1\.\d{1,2}(?:\.\d{1,2})?(?=\0)/;
const VERSION_BYTES = 16;
const TRIES_MAX = 10_000;

/** What the linker of Go writes also where somebody took the list of modules out. */
const OF_LINKER = markOf('\xff Go build ID: "', 'build I');

type Unread = Pick<UnreadFile, 'reason' | 'ecosystem'>;

/** What a program that comes in parts tells of the Go that it was built with. */
export interface GoScan {
  look(part: Buffer): void;
  /** What it was built with and from, as far as it was found; null for none. */
  build(): GoBuildInfo | null;
  /** The same after the last part, which is all of the program where it is held; with a reason where it is of Go and says nothing. */
  end(whole: Buffer | null): { build: GoBuildInfo | null; unread: Unread | null };
}

/** Begins to look for build info, part by part. */
export function createGoScan(): GoScan {
  let info: GoBuildInfo | null = null;
  let old: UnreadableFile | null = null;
  let modules: GoBuildInfo['lines'] | null = null;
  let isOfGo = false;
  const build = () => info ?? (modules && old === null ? { goVersion: '', lines: modules } : null);
  return {
    build,
    look(part) {
      try {
        info ??= findBuildInfo(part);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        old = error;
      }
      if (info !== null) return;
      modules ??= findModules(part);
      isOfGo ||= hasMark(part, OF_LINKER) || hasMark(part, OF_RUNTIME);
    },
    end(whole) {
      const found = build();
      if (found === null) {
        if (old !== null) return { build: null, unread: { reason: old.message } };
        return { build: null, unread: isOfGo ? { reason: NO_INFO, ecosystem: 'Go' } : null };
      }
      const goVersion = found.goVersion || (whole && findGoVersion(whole)) || '';
      return { build: { ...found, goVersion }, unread: null };
    },
  };
}

const NO_INFO = 'a Go program that does not say what it was built with';

/** The list of modules in a part of a program, whether or not anything leads to it; null for none. */
function findModules(part: Buffer): GoBuildInfo['lines'] | null {
  const start = indexOfMark(part, START);
  if (start < 0) return null;
  const from = start + START.bytes.length;
  const end = part.indexOf(END, from);
  return end < 0 ? null : listedModules(part.toString('latin1', from, end));
}

/** The version of Go that a whole program was built with, e.g. `go1.26.5`; null where it names none or several. */
function findGoVersion(program: Buffer): string | null {
  const found = new Set<string>();
  let at = program.indexOf('\0go1.');
  for (let tries = 0; at >= 0 && tries < TRIES_MAX; tries += 1) {
    const [version] =
      VERSION.exec(program.toString('latin1', at + 1, at + 1 + VERSION_BYTES)) ?? [];
    if (version !== undefined) found.add(version);
    at = program.indexOf('\0go1.', at + 1);
  }
  const [one = null] = found;
  return found.size === 1 ? one : null;
}
