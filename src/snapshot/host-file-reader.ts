import { OutsideError } from '../shared/errors.ts';
import { once } from '../shared/once.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { HostFileDoor, HostFileWindow, HostPathStat } from './collector.ts';
import type { FileOwner, HostFileFact } from './facts/host-files.ts';
import { followPath } from './follow-path.ts';
import { asUnread } from './outcome.ts';

/** Reads single host files as facts; what fails for one path harms no other. */
export interface HostFileReader {
  /** Kind, mode and owner of what the path leads to. */
  examine(path: string): Promise<HostFileFact>;
  /** Text of a small regular file; null when there is none. */
  textOf(path: string): Promise<Reading<string | null>>;
}

interface HostFileReaderOptions {
  door: HostFileDoor;
  window: HostFileWindow;
  /** What the window was asked to show. */
  asked: readonly string[];
  /** Why owners are not those of the host; null when they are. */
  ownersUnread: string | null;
}

/** A file where its symlinks end, with the window through which it is seen. */
interface Place {
  window: HostFileWindow;
  realPath: string;
  stat: HostPathStat;
}

/**
 * Joins a window with the door, for symlinks and settings that lead out of what the window shows:
 * such a path alone is then shown by a window of its own.
 */
export function createHostFileReader(options: HostFileReaderOptions): HostFileReader {
  const { door, asked, ownersUnread } = options;
  const window = rememberStats(options.window);

  /** Gives null to `use` when the host has no such path. */
  async function visit<T>(path: string, use: (place: Place | null) => Promise<T>): Promise<T> {
    const found = await followPath(window, asked, path);
    if (found.state === 'absent') return use(null);
    if (found.state === 'present') return use({ ...found, window });
    const { path: realPath } = found;
    return door.look({ paths: [realPath], dataRoot: null }, async (own) => {
      const stat = own.shown.length === 0 ? null : await own.stat(realPath);
      return use(stat && { window: own, realPath, stat });
    });
  }

  return {
    async examine(path) {
      try {
        return await visit(path, (place) => describe(path, place, ownersUnread));
      } catch (error) {
        return { path, state: 'unread', reason: reasonOf(error) };
      }
    },
    async textOf(path) {
      try {
        return await visit(path, async (place) =>
          read(place && (await place.window.textOf(place.realPath))),
        );
      } catch (error) {
        return unread(`${path}: ${reasonOf(error)}`);
      }
    },
  };
}

async function describe(
  path: string,
  place: Place | null,
  ownersUnread: string | null,
): Promise<HostFileFact> {
  if (place === null) return { path, state: 'absent' };
  const { realPath, stat } = place;
  if (stat.kind === 'symlink')
    return { path, state: 'unread', reason: 'is a symlink that was not followed' };
  const owner = ownersUnread === null ? await readOwner(place) : unread(ownersUnread);
  return { path, state: 'present', realPath, kind: stat.kind, mode: stat.mode, owner };
}

/** The engine tells an owner only in the header of an archive. */
async function readOwner({ window, realPath, stat }: Place): Promise<Reading<FileOwner>> {
  if (stat.kind === 'directory') {
    return unread(
      'the engine tells the owner of a directory only together with every file below it, keys included, so it is not asked',
    );
  }
  if (stat.kind !== 'file') return unread('the engine tells no owner of a socket or device');
  return window.ownerOf(realPath).then(read, asUnread);
}

function rememberStats(window: HostFileWindow): HostFileWindow {
  return { ...window, stat: once((path) => window.stat(path)) };
}

function reasonOf(error: unknown): string {
  if (error instanceof OutsideError) return error.message;
  throw error;
}

/** What is known of each path; of those that are all absent the first stands for the rest. */
export async function presentFiles(
  files: HostFileReader,
  paths: readonly string[],
): Promise<HostFileFact[]> {
  const facts = await Promise.all(paths.map((path) => files.examine(path)));
  const present = facts.filter(isThere);
  return present.length > 0 ? present : facts.slice(0, 1);
}

/** Whether there is such a path, as far as anybody could look. */
export const isThere = ({ state }: HostFileFact): boolean => state !== 'absent';
