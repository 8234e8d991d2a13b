import { accessSync, constants, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A machine's own files as its root sees them: read at once, or from a copy of one moment. */
export interface RootView {
  /** Null for a file that is not there. */
  text(path: string): string | null;
  /** Where a symlink leads; null for none. */
  link(path: string): string | null;
  /** Names in a folder; none where there is no such folder. */
  list(path: string): string[];
  /** Whether a path of a process shows nothing of what the kernel has there; null where there is none. */
  isCovered(pid: number, path: string): boolean | null;
  /** Whether a path of a process cannot be written for being read-only; null where there is none. */
  isReadonly(pid: number, path: string): boolean | null;
}

/**
 * This machine as a process sees it whose root is given, e.g. `/proc/4711/root`; `''` for our own. What was read once
 * is not read again.
 */
export function localView(root: string): RootView {
  const orNull = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch {
      return null;
    }
  };
  const once = <T>(read: (path: string) => T): ((path: string) => T | null) => {
    const known = new Map<string, T | null>();
    return (path) => {
      const found = known.has(path) ? known.get(path) : orNull(() => read(`${root}${path}`));
      known.set(path, found ?? null);
      return found ?? null;
    };
  };
  const list = once((path) => readdirSync(path));
  return {
    text: once((path) => readFileSync(path, 'utf8')),
    link: once((path) => readlinkSync(path)),
    list: (path) => list(path) ?? [],
    isCovered(pid, path) {
      const there = `${root}/proc/${pid}/root${path}`;
      const found = orNull(() => lstatSync(there));
      if (found === null) return null;
      if (found.isCharacterDevice()) return found.rdev === 0x103; // /dev/null
      return found.isDirectory() && readdirSync(there).length === 0;
    },
    isReadonly(pid, path) {
      const there = `${root}/proc/${pid}/root${path}`;
      if (orNull(() => lstatSync(there)) === null) return null;
      try {
        accessSync(there, constants.W_OK);
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EROFS';
      }
    },
  };
}
