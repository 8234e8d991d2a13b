import { mountsOf } from './mount-list.ts';

export interface SecretFiles {
  /** Text of a file, null when there is none. May throw when it cannot be read. */
  readFile: (path: string) => string | null;
  /** Who may read it; null when there is no such file, or its system knows no modes. */
  guardOf: (path: string) => FileGuard | null;
}

/** The secret in a file, or why there is none. */
export function readSecret(
  path: string,
  { readFile, guardOf }: SecretFiles,
): { text: string } | { problem: string } {
  try {
    const guard = guardOf(path);
    const exposed = guard && whyExposed(guard, readFile('/proc/self/mountinfo') ?? '');
    if (exposed) return { problem: exposed };
    const text = readFile(path);
    if (text === null) return { problem: `names a file that does not exist: ${path}` };
    const secret = text.trim();
    return secret === '' ? { problem: `names an empty file: ${path}` } : { text: secret };
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** What tells who may read a file. */
export interface FileGuard {
  /** With the bits of its kind, as `stat` gives it. */
  mode: number;
  /** Its path without links. */
  realPath: string;
  /** It lies in a folder that nobody enters but root, or who owns the file. */
  isShut: boolean;
}

/** Of `node:fs`, what tells it. */
export interface GuardSystem {
  realpathSync(path: string): string;
  statSync(
    path: string,
    options: { throwIfNoEntry: false },
  ): { mode: number; uid: number } | undefined;
}

/** How often a file is looked for whose links change meanwhile, as those of Kubernetes do. */
const LOOKS_MAX = 5;
const OTHERS_ENTER = 0o011;

/**
 * What guards the file that an absolute path leads to: all of it is said of one file, also where a link changes
 * meanwhile. Null when there is none. Throws what the system does.
 */
export function readGuard(path: string, system: GuardSystem): FileGuard | null {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const realPath = pathWithoutLinks(path, system);
    if (realPath === null) return null;
    const found = system.statSync(realPath, { throwIfNoEntry: false });
    if (found === undefined) continue;
    const folders = [...realPath.matchAll(/\/(?=.)/g)].map(({ index }) => realPath.slice(0, index));
    const isShut = folders.some((folder) => {
      const above = system.statSync(folder || '/', { throwIfNoEntry: false });
      // A folder of somebody else's keeps out everybody but him.
      const isTrusted = above?.uid === 0 || above?.uid === found.uid;
      return above !== undefined && isTrusted && (above.mode & OTHERS_ENTER) === 0;
    });
    return { mode: found.mode, realPath, isShut };
  }
  throw new Error(`${path} leads to another file each time it is looked for`);
}

function pathWithoutLinks(path: string, { realpathSync }: GuardSystem): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}

/** Read or written by everybody, or written by a group. */
const EXPOSED = 0o026;

/**
 * Why the file of a secret is not taken, null when it is: it must be closed to others, or lie where they do not come;
 * a group may read it. Orchestrators give secrets to a container with mode 0444 or 0644, each container its own, so what
 * is mounted below `/run/secrets`, or into a container as Kubernetes mounts it, is taken as it is. `mountinfo` is the text
 * of `/proc/self/mountinfo`, empty where there is none.
 */
export function whyExposed(
  { mode, realPath, isShut }: FileGuard,
  mountinfo: string,
): string | null {
  if ((mode & EXPOSED) === 0 || isShut || isMountedSecret(realPath, mountinfo)) return null;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return `names a file that others can use (mode ${shown}), so that they can change or read the secret: chmod 600 ${realPath}`;
}

/** The second where `/var/run` is no link to `/run`. */
const secretsFolders = ['/run/secrets', '/var/run/secrets'];

function isMountedSecret(path: string, mountinfo: string): boolean {
  const isWithin = (inner: string, folder: string) =>
    inner === folder || inner.startsWith(`${folder}/`);
  const mounts = mountsOf(mountinfo).filter(({ point }) => isWithin(path, point));
  if (mounts.some(({ point }) => secretsFolders.some((folder) => isWithin(point, folder)))) {
    return true;
  }
  // The longest is the one that the file lies in; of two at the same place the later one lies over the other.
  const longest = Math.max(...mounts.map(({ point }) => point.length));
  const mount = mounts.findLast(({ point }) => point.length === longest);
  // Kubernetes: the whole of a file system in memory, for reading, with each version in a folder such as
  // `..2026_11_27`, in a container that began with an image. A folder of the host's own memory is none.
  const isVolume = mount?.type === 'tmpfs' && mount.isReadOnly && mount.root === '/';
  const root = mountsOf(mountinfo).findLast(({ point }) => point === '/');
  return isVolume && path.startsWith(`${mount.point}/..`) && root?.type === 'overlay';
}
