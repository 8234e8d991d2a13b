import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { OutsideError } from '../shared/errors.ts';
import { makeFolder } from '../shared/make-folder.ts';
import { isVolumeOfPod } from '../shared/mount-list.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { whyNoFolder, whyUnusable } from './unusable-file.ts';

const FOR_OTHERS = 0o077;
const EVERYBODY_WRITES = 0o002;
const OTHERS_WRITE = 0o022;
const SET_GID = 0o2000;
/** What SQLite puts beside a database, with the mode that the database has then. */
export const databaseEndings = ['', '-wal', '-shm', '-journal'] as const;

/**
 * Creates the folder of a database, for its owner alone, where the one around it is there: a path with a slip makes
 * no others. Throws `OutsideError` 'store-failed'.
 */
export function createFolder(folder: string): void {
  requireFolder(dirname(resolve(folder)));
  // Only the file system fails here: no right, a file in its place, a read-only disk.
  asStoreFailure(
    () => whyNoFolder(folder),
    () => makeFolder(resolve(folder), { mkdirSync, statSync }),
  );
}

function requireFolder(folder: string): void {
  if (existsSync(folder)) return;
  const hint = `the folder ${folder} is missing: make it, or correct the path`;
  throw new OutsideError('store-failed', hint, { remedy: '' });
}

/**
 * True for a database that is there, false for one that a start would make. Throws `OutsideError` 'store-failed' where it could
 * not, and where nobody lets us look.
 */
export function isThereOrMakeable(path: string): boolean {
  let isThere = false;
  asStoreFailure(
    () => whyUnusable(path),
    () => {
      isThere = statSync(path, { throwIfNoEntry: false }) !== undefined;
    },
  );
  if (isThere) return true;
  const folder = resolve(dirname(path));
  if (!existsSync(folder)) requireFolder(dirname(folder));
  const refused = whyUnusable(path);
  if (refused === null) return false;
  throw new OutsideError('store-failed', refused.detail, { remedy: refused.remedy });
}

/**
 * Creates an empty file for its owner alone. Throws `OutsideError` 'store-failed', and for `wx` also when
 * something is there, a link included.
 */
export function createPrivateFile(path: string, flags: 'wx' | 'a'): void {
  asStoreFailure(
    () => whyUnusable(path),
    () => closeSync(openSync(path, flags, 0o600)),
  );
}

function asStoreFailure(why: () => ReturnType<typeof whyUnusable>, work: () => void): void {
  try {
    work();
  } catch (cause) {
    const { detail, remedy } = why() ?? { detail: (cause as Error).message, remedy: null };
    throw new OutsideError('store-failed', detail, { remedy, cause });
  }
}

/**
 * Makes a database, what lies beside it and its folder readable for nobody else: what is missing is made
 * so, and what is ours is changed. A folder is ours when this user owns it and it holds nothing else.
 */
export function keepPrivate(path: string): void {
  const folder = dirname(path);
  createFolder(folder);
  const state = stateOf(folder);
  if (state?.isOwn && (state.mode & EVERYBODY_WRITES) === 0 && holdsOnly(folder, path)) {
    tighten(folder, 0o700);
  }
  // Another process may be as far.
  if (stateOf(path) === null) createPrivateFile(path, 'a');
  for (const ending of databaseEndings) tighten(path + ending, 0o600);
}

/**
 * Who else may use the files of the database that a url names, or replace them, in sentences; empty when
 * nobody may, and for a server, whose files are its own. The group that Kubernetes gives a volume by `fsGroup` is that of the
 * pod. `readMounts` gives the text of `/proc/self/mountinfo`, empty where there is none.
 */
export function describeExposure(url: string, readMounts = ownMounts): string[] {
  const place = parseDatabaseUrl(url);
  return place.kind === 'sqlite' ? exposureOf(place.path, readMounts) : [];
}

function ownMounts(): string {
  const path = '/proc/self/mountinfo';
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function exposureOf(path: string, readMounts: () => string): string[] {
  const shown = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0');
  const folder = resolve(dirname(path));
  const files = databaseEndings.flatMap((ending) => {
    const mode = stateOf(path + ending)?.mode ?? 0;
    if ((mode & FOR_OTHERS) === 0) return [];
    return [`${path}${ending} is open to others (mode ${shown(mode)}): chmod 600`];
  });
  const state = stateOf(folder);
  const mode = state?.mode ?? 0;
  // Who reads the folder learns names.
  if ((mode & OTHERS_WRITE) === 0) return files;
  const isGroupAlone = (mode & EVERYBODY_WRITES) === 0 && state?.isOfGroup === true;
  if (isGroupAlone && (mode & SET_GID) !== 0 && isVolumeOfPod(folder, readMounts())) return files;
  const harm = 'open to others, who may replace it';
  return [...files, `the folder ${folder} is ${harm} (mode ${shown(mode)}): chmod 700`];
}

function tighten(path: string, allowed: number): void {
  const state = stateOf(path);
  if (state?.isOwn && (state.mode & FOR_OTHERS) !== 0) chmodSync(path, allowed);
}

/** Null where nothing is, or where the system knows no modes. */
function stateOf(path: string): { mode: number; isOwn: boolean; isOfGroup: boolean } | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  const user = process.geteuid?.();
  const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
  return {
    mode: user === undefined ? 0 : found.mode,
    isOwn: found.uid === user,
    isOfGroup: groups.includes(found.gid),
  };
}

const holdsOnly = (folder: string, path: string): boolean =>
  readdirSync(folder).every((name) => name.startsWith(basename(path)));
