import { OutsideError, onOutside } from '../../shared/errors.ts';
import { clamp, trimmedEnd } from '../../shared/text.ts';
import type { EngineReader } from '../collector.ts';
import { containerChanges, statContainerPath } from '../container-path.ts';
import { type FollowedPath, followPath } from '../follow-path.ts';
import type { ArchiveFormat } from '../foreign-format.ts';
import type { PathStat } from '../normalise/path-stat.ts';

const MOUNT_SHOWN_MAX = 100;
/** Each takes a call and more. Hardly a container has twenty. */
const MOUNTS_FOLLOWED_MAX = 64;

/** Thrown for a path below a mount: what lies there is not of the container's filesystem. */
export class BelowMount extends Error {
  constructor(mount: string) {
    const shown = clamp(mount, MOUNT_SHOWN_MAX);
    super(`it would lie below the mount ${shown}, which is not what the image has installed`);
  }
}

/** For a `catch`: what stands in for a look that failed outside of Seawall, or led below a mount. A bug is thrown on. */
export const onUnseen =
  <T>(instead: () => T) =>
  (error: unknown): T =>
    error instanceof BelowMount ? instead() : onOutside(instead)(error);

/** Single named files of a container in any state. Rejects with `OutsideError` and `BelowMount`. */
export interface ContainerFiles {
  /** Of the container, which is never used twice. */
  id: string;
  /**
   * Follows symlinks on the way to each mount: one at `/lib/apk` may lie at `/usr/lib/apk`. Rejects with
   * `OutsideError` 'foreign-too-costly' for hundreds of them.
   */
  resolveMounts(): Promise<void>;
  /** Does not follow a symlink. Null when there is no such path. */
  stat(path: string): Promise<PathStat | null>;
  /** Follows every symlink on the way as the container would. */
  follow(path: string): Promise<FollowedPath>;
  /** What a format makes of the file, or of the folder, at a path that `follow` gave. */
  read<Output>(realPath: string, format: ArchiveFormat<Output>): Promise<Output>;
  /** Every path that was looked at so far, there or not. */
  lookedAt(): string[];
  /**
   * Whether the image leads from these paths to where the container does: nothing there was deleted or is
   * another thing now. False also where the engine does not tell.
   */
  areAsInImage(paths: readonly string[]): Promise<boolean>;
}

/** Each path is looked at once. `mounts` are the places in the container where others begin. */
export function openContainerFiles(
  engine: EngineReader,
  id: string,
  mounts: readonly string[],
): ContainerFiles {
  const archive = `/containers/${id}/archive`;
  const toCover = (mount: string) => `${trimmedEnd(mount, '/')}/`;
  const covers = mounts.map(toCover);
  const requireUncovered = (path: string): void => {
    const cover = covers.find((one) => `${path}/`.startsWith(one));
    if (cover !== undefined) throw new BelowMount(cover.slice(0, -1));
  };
  const known = new Map<string, Promise<PathStat | null>>();

  const look = (path: string): Promise<PathStat | null> => {
    const answer = known.get(path) ?? statContainerPath(engine, id, path);
    known.set(path, answer);
    return answer;
  };
  const stat = async (path: string): Promise<PathStat | null> => {
    requireUncovered(path);
    return look(path);
  };

  return {
    id,
    async resolveMounts() {
      if (mounts.length > MOUNTS_FOLLOWED_MAX) {
        const detail = `the container has ${mounts.length} mounts, of which each may hide packages behind a link; no more than ${MOUNTS_FOLLOWED_MAX} are followed`;
        throw new OutsideError('foreign-too-costly', detail);
      }
      for (const mount of mounts) {
        const found = await followPath({ shown: ['/'], stat: look }, ['/'], mount);
        if (found.state === 'present') covers.push(toCover(found.realPath));
      }
    },
    stat,
    follow: (path) => followPath({ shown: ['/'], stat }, ['/'], path),
    async read(realPath, format) {
      requireUncovered(realPath);
      const found = await stat(realPath);
      if (found?.kind !== 'file' && found?.kind !== 'directory') {
        throw new OutsideError('engine-invalid-answer', `${realPath} is not a regular file`);
      }
      const sizeBytes = (found.kind === 'file' && found.sizeBytes) || 0;
      return engine.readArchive(archive, { path: realPath }, format, { sizeBytes });
    },
    lookedAt: () => [...known.keys()],
    async areAsInImage(paths) {
      try {
        const asked = new Set(paths);
        const changes = await containerChanges(engine, id);
        for (const { path, isAdded, isDeleted } of changes) {
          // What was added the image has not; a folder is listed for whatever changed in it.
          if (isAdded || !asked.has(path)) continue;
          if (isDeleted || (await known.get(path))?.kind !== 'directory') return false;
        }
        return true;
      } catch (error) {
        if (!(error instanceof OutsideError)) throw error;
        return false;
      }
    },
  };
}
