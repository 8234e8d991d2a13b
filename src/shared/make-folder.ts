import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder for its owner alone, and those around it that are missing; one that is there is left as it is. Throws what the
 * file system does. The recursive way of Node never ends where a file system says ENOENT below a folder that is there, as /proc
 * does.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    const around = dirname(folder);
    if (Object(error).code !== 'ENOENT' || existsSync(around)) throw error;
    makeFolder(around);
    makeFolder(folder);
  }
}
