import { OutsideError } from '../shared/errors.ts';
import { isEnded, scanTar, type TarEntry, tarStart } from '../shared/scan-tar.ts';
import { byteText } from '../shared/text.ts';
import { type Checksums, checksumsOf, createChecksums, type Summing } from './checksums.ts';
import { createFindings, type Findings, isOfSystem } from './collect-findings.ts';
import { type FileKind, type Finding, nothing, UnreadableFile } from './file-kind.ts';
import type { FilesystemInventory, UnreadFile } from './filesystem-inventory.ts';
import type { FilesystemLimits } from './filesystem-limits.ts';
import { composerKind } from './kinds/composer.ts';
import { gemKind } from './kinds/gem.ts';
import { jarKind, pomKind } from './kinds/jar.ts';
import { npmCopyKind, npmKind } from './kinds/npm.ts';
import { npmCommitKind, pythonCommitKind } from './kinds/of-commits.ts';
import { programTextKind } from './kinds/program-text.ts';
import { eggKind, pythonKind } from './kinds/python.ts';
import { pythonVendorKind } from './kinds/python-vendor.ts';
import { yarnKind } from './kinds/yarn.ts';
import { archiveUnread } from './other-managers.ts';
import {
  createExecutableReader,
  type ExecutableFinding,
  type ExecutableReader,
  isExecutable,
  MAGIC_BYTES,
} from './programs/executable.ts';
import { cleanPath } from './resolve-links.ts';
import { createSystemOwners } from './system-owners.ts';

/** Files that are known by their paths. */
export const fileKinds: readonly FileKind[] = [
  npmKind,
  npmCopyKind,
  npmCommitKind,
  yarnKind,
  pythonKind,
  pythonCommitKind,
  pythonVendorKind,
  eggKind,
  gemKind,
  jarKind,
  pomKind,
  composerKind,
  programTextKind,
];

/** The reading of one archive of a file system, as it comes. */
export interface FilesystemWalk {
  /** The next bytes; false where no more are wanted. Rejects with `OutsideError` for what is no archive. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** What was found, and why the rest was not read. */
  end(cut: string | null): FilesystemInventory;
}

/** What is done with the bytes of one file. */
interface Intake {
  push(bytes: Uint8Array): void;
  /** After the last byte; gives what is left to do in the order of the archive. */
  end(): Work;
}

type Work = () => void | Promise<void>;

const WHAT = 'the archive of a file system';

/** Begins to read an archive of a whole file system. */
export function createFilesystemWalk(limits: FilesystemLimits): FilesystemWalk {
  const findings = createFindings(limits);
  const owners = createSystemOwners();
  let state = tarStart;
  let cut: string | null = null;
  let intake: Intake | null = null;
  let bytesLeft = 0;
  let entries = 0;
  /** In the order of the archive: what is read of a file may take a while. */
  const pending: Work[] = [];
  const openExecutable = createExecutableReader();

  function feed(bytes: Uint8Array): void {
    const own = bytes.subarray(0, bytesLeft);
    bytesLeft -= own.length;
    intake?.push(own);
    if (bytesLeft > 0 || intake === null) return;
    pending.push(intake.end());
    intake = null;
  }

  function begin(entry: TarEntry, body: Uint8Array): boolean {
    const path = cleanPath(entry.name);
    entries += 1;
    pending.push(() => findings.remove(path));
    bytesLeft = entry.size;
    intake = entry.kind === 'file' ? intakeOf(path, entry.size) : null;
    if (entry.kind === 'file' && entry.size > 0) findings.lookBeside(path);
    if (entry.kind === 'symlink') findings.addLink(path, entry.linkName);
    if (entry.kind === 'hard-link') {
      const isOfKind = kindOf(path) !== undefined;
      pending.push(() => findings.addSame(path, cleanPath(entry.linkName), isOfKind));
    }
    feed(body);
    return false;
  }

  function intakeOf(path: string, size: number): Intake | null {
    if (owners.wants(path, size)) return held(size, (bytes) => owners.add(path, bytes));
    const kind = kindOf(path);
    if (kind === undefined) {
      return size === 0 ? null : byContent(findings, openExecutable, { path, size });
    }
    if (size > kind.bytesMax) return tooLarge(findings, openExecutable, { path, size, kind });
    return held(size, async (bytes) => {
      // A program may have any name. The next one may be on its way, in the memory that they share.
      if (kind.copiesOf !== undefined && isExecutable(bytes)) {
        const program = byContent(findings, createExecutableReader(), { path, size });
        program.push(bytes);
        return program.end()();
      }
      const sums = isOfSystem(path) ? checksumsOf(bytes) : undefined;
      try {
        findings.add(path, await kind.read(bytes, path), sums);
      } catch (error) {
        if (!(error instanceof UnreadableFile)) throw error;
        findings.addUnread(path, error.message, sums);
      }
    });
  }

  return {
    async write(bytes) {
      if (cut !== null || isEnded(state)) return false;
      const options = { what: WHAT, headersMax: limits.entries, visit: begin, goOn: feed };
      try {
        state = scanTar(state, bytes, options);
      } catch (error) {
        if (!(error instanceof OutsideError) || entries === 0) throw error;
        cut = error.detail;
      }
      for (const work of pending.splice(0)) await work();
      cut ??= findings.isFull() ? `more than ${limits.found} packages and programs` : null;
      return cut === null && !isEnded(state);
    },
    end(reason) {
      const early = isEnded(state) ? null : 'the archive ends too early';
      return findings.inventory(owners, reason ?? cut ?? early);
    },
  };
}

/** A file of a kind that is not held whole: unread, unless it is a program that only has such a name. */
function tooLarge(
  findings: Findings,
  openExecutable: ReturnType<typeof createExecutableReader>,
  { path, size, kind }: { path: string; size: number; kind: FileKind },
): Intake {
  const { bytesMax, copiesOf } = kind;
  const reason = `it has more than ${byteText(bytesMax)}`;
  if (copiesOf !== undefined) {
    const unread = { path, reason, ecosystem: copiesOf };
    return byContent(findings, openExecutable, { path, size, unread });
  }
  const summing = isOfSystem(path) ? createChecksums() : null;
  return {
    push: (bytes) => summing?.update(bytes),
    end: () => () => findings.addUnread(path, reason, summing?.end()),
  };
}

/** How a file is read of which the name tells nothing, or only what is `unread` unless it is a program. */
const byContent = (
  findings: Findings,
  openExecutable: ReturnType<typeof createExecutableReader>,
  { path, size, unread }: { path: string; size: number; unread?: UnreadFile },
): Intake =>
  sniffing(
    (start) => (isExecutable(start) ? openExecutable(path, size) : null),
    (found, sums) => {
      const isNone = unread !== undefined && Buffer.isBuffer(found);
      findings.add(path, isNone ? { ...nothing, unread: [unread] } : toldBy(path, found), sums);
    },
    (start) =>
      isOfSystem(path) && (unread !== undefined || mayBeArchive(path, start))
        ? createChecksums()
        : null,
  );

const kindOf = (path: string): FileKind | undefined => fileKinds.find((kind) => kind.matches(path));

/** What the name of a file says, and the program in it, or its first bytes. */
function toldBy(path: string, found: ExecutableFinding | Buffer): Finding | ExecutableFinding {
  const told = Buffer.isBuffer(found) ? hiddenArchive(path, found) : found;
  return { ...told, unread: [...archiveUnread(path), ...told.unread] };
}

/** By its name, or as one that `hiddenArchive` tells begins. */
const mayBeArchive = (path: string, start: Buffer): boolean =>
  archiveUnread(path).length > 0 || /^(?:PK|#!|<\?)/.test(start.toString('latin1'));

/** A file that is read if its first bytes are those of a program; of others these are given. */
function sniffing(
  open: (start: Buffer) => ExecutableReader | null,
  add: (found: ExecutableFinding | Buffer, sums?: Checksums) => void,
  summingOf: (start: Buffer) => Summing | null,
): Intake {
  const start = Buffer.alloc(MAGIC_BYTES);
  let seen = 0;
  let reader: ExecutableReader | null = null;
  let summing: Summing | null = null;
  const ends = Buffer.alloc(HEAD_BYTES + TAIL_BYTES);
  let headed = 0;
  return {
    push(bytes) {
      if (headed < HEAD_BYTES)
        headed += Buffer.from(bytes.subarray(0, HEAD_BYTES - headed)).copy(ends, headed);
      const last = bytes.subarray(-TAIL_BYTES);
      ends.copyWithin(HEAD_BYTES, HEAD_BYTES + last.length).set(last, ends.length - last.length);
      const missing = bytes.subarray(0, MAGIC_BYTES - seen);
      start.set(missing, seen);
      seen += missing.length;
      if (seen === MAGIC_BYTES && missing.length > 0) {
        reader = open(start);
        reader?.push(start);
        summing = summingOf(start);
        summing?.update(start);
      }
      const rest = bytes.subarray(missing.length);
      reader?.push(rest);
      summing?.update(rest);
    },
    end() {
      const finding = reader?.end();
      return () => add(finding ?? ends, summing?.end());
    },
  };
}

/** A file that is held whole. */
function held(size: number, read: (bytes: Buffer) => void | Promise<void>): Intake {
  const bytes = Buffer.allocUnsafeSlow(size);
  let filled = 0;
  return {
    push(part) {
      bytes.set(part, filled);
      filled += part.length;
    },
    end: () => () => read(bytes),
  };
}

/** How many bytes at the beginning and at the end of a file tell whether it is one. */
const HEAD_BYTES = 128;
const TAIL_BYTES = 4;

const MAGIC = 'PK\x03\x04';
/** An archive starts with a file, whose name stands behind so many bytes. */
const NAME_AT = 30;
/** Others begin with the folder of a jar, too. */
const OF_OTHERS = /\.(?:xpi|apk|aab|apex|epub|whl)$/i;
/** Signatures of its own classes that come with a JDK before 9, `lib/ct.sym`; the folders may stand before. */
const SIGNATURES = 'META-INF/sym/';
const OF_PYTHON = /^#![^\n]{0,80}python[^\n]{0,20}\n(?<rest>.{4})/;
/** A phar is a script with an archive behind it; PHP runs only one with a signature, which ends so. */
const OF_PHP = /^(?:#![^\n]*\n)?<\?php\s/i;
const END_OF_PHAR = 'GBMB';
/** With their ending they are told already; the command `phar` of PHP itself holds no packages. */
const TOLD_OF_PHP = /[^/]\.phar$|(?:^|\/)phar[\d.]*(?:\.phar[\d.]*)?$/;

/**
 * An archive that its name does not tell of, by the first bytes of its file with the last ones behind them: a jar that
 * somebody called otherwise still runs, and one of Python or PHP is a program. What is in it is unread. Nothing for any
 * other file.
 */
function hiddenArchive(path: string, ends: Buffer): Finding {
  const text = ends.toString('latin1', 0, HEAD_BYTES);
  const tail = ends.toString('latin1', HEAD_BYTES);
  const unread = (ecosystem: UnreadFile['ecosystem'] & string, reason: string): Finding => ({
    ...nothing,
    unread: [{ path, reason, ecosystem }],
  });
  const isOfJava = text.startsWith(MAGIC) && text.startsWith('META-INF/', NAME_AT);
  if (isOfJava && !OF_OTHERS.test(path) && !text.includes(SIGNATURES)) {
    return unread('Maven', 'a Java archive by another name, which is not read');
  }
  if (OF_PHP.test(text) && tail === END_OF_PHAR && !TOLD_OF_PHP.test(path)) {
    return unread('Packagist', 'an archive of PHP by another name, which is not read');
  }
  return OF_PYTHON.exec(text)?.groups?.rest === MAGIC
    ? unread('PyPI', 'a program of Python in an archive, which is not read')
    : nothing;
}
