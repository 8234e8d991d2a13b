import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const { R_OK, W_OK, X_OK } = constants;

/** What stands in the way of a file or folder, and what to do. */
interface Obstacle {
  detail: string;
  remedy: string;
}

/**
 * Why this process cannot read and write the file of a database, which is there or is to be made; null where nothing stands in
 * its way that the file system tells.
 */
export function whyUnusable(file: string): Obstacle | null {
  const path = resolve(file);
  // SQLite keeps its log beside the file, so that to read takes writing as well.
  const refused = whyNoFolder(dirname(path)) ?? refusalOf(path, R_OK | W_OK);
  if (refused !== null || stateOf(path)?.isFile() !== false) return refused;
  return { detail: `${path} is no file`, remedy: 'Name a file in DATABASE_URL.' };
}

/** The same of a folder, which is there or is to be made in the one around it. */
export function whyNoFolder(folder: string): Obstacle | null {
  const path = resolve(folder);
  const state = stateOf(path);
  if (state?.isDirectory() === false) {
    return { detail: `${path} is no folder`, remedy: 'Correct the path.' };
  }
  const mode = R_OK | W_OK | X_OK;
  return refusalOf(path, mode) ?? (state === undefined ? refusalOf(dirname(path), mode) : null);
}

/** Undefined where nothing is, and where nobody lets us look. */
function stateOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function refusalOf(path: string, mode: number): Obstacle | null {
  try {
    accessSync(path, mode);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EROFS') {
      const remedy = 'Mount it writable, or name a file elsewhere in DATABASE_URL.';
      return { detail: `${path} is on a file system that is mounted read-only`, remedy };
    }
    if (code !== 'EACCES' && code !== 'EPERM') return null;
    const detail = `${whoWeAre()} may not read and write ${path}${ownerOf(path)}`;
    return { detail, remedy: 'Give it to the user that Seawall runs as, or run as its owner.' };
  }
}

const whoWeAre = (): string => {
  const user = process.geteuid?.();
  return user === undefined ? 'this user' : `user ${user}`;
};

/** Whose it is, as far as it may be asked; empty where not. */
function ownerOf(path: string): string {
  const state = stateOf(path);
  if (state === undefined) return '';
  return `, of user ${state.uid} (mode ${(state.mode & 0o7777).toString(8).padStart(4, '0')})`;
}
