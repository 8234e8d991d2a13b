/** Of `node:fs`, what makes a folder. */
export interface FolderSystem {
  mkdirSync(path: string, options: { mode: number }): unknown;
  statSync(
    path: string,
    options: { throwIfNoEntry: false },
  ): { isDirectory(): boolean } | undefined;
}

/**
 * Makes the folder of an absolute path for its owner alone, and those around it that are missing; one that is there
 * is left as it is. Throws what the system does. The recursive way of Node never ends where a file system says
 * ENOENT below a folder that is there, as /proc does.
 */
export function makeFolder(path: string, system: FolderSystem): void {
  const isThere = (folder: string) =>
    system.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const missing: string[] = [];
  for (let folder = path; folder !== '' && !isThere(folder); ) {
    missing.unshift(folder);
    folder = folder.slice(0, folder.lastIndexOf('/'));
  }
  for (const folder of missing) {
    try {
      system.mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another process may be as far.
      if (!isThere(folder)) throw error;
    }
  }
}
