/** What tells who may read a file. */
export interface FileGuard {
  /** With the bits of its kind, as `stat` gives it. */
  mode: number;
  /** Its path without links. */
  realPath: string;
}

/** Read or written by everybody, or written by a group. */
const EXPOSED = 0o026;

/**
 * Why the file of a secret is not taken, null when it is: it must be closed to others; a group may read
 * it. Orchestrators give secrets to a container with mode 0444, each container its own, so what is
 * mounted below `/run/secrets` is taken as it is. `mountinfo` is the text of `/proc/self/mountinfo`,
 * empty where there is none.
 */
export function whyExposed({ mode, realPath }: FileGuard, mountinfo: string): string | null {
  if ((mode & EXPOSED) === 0 || isMountedSecret(realPath, mountinfo)) return null;
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return `names a file that others can use (mode ${shown}), so that they can change or read the secret: chmod 600 ${realPath}`;
}

/** The second where `/var/run` is no link to `/run`. */
const secretsFolders = ['/run/secrets', '/var/run/secrets'];

function isMountedSecret(path: string, mountinfo: string): boolean {
  const isWithin = (inner: string, folder: string) =>
    inner === folder || inner.startsWith(`${folder}/`);
  return mountinfo.split('\n').some((line) => {
    const point = line.split(' ')[4] ?? '';
    return secretsFolders.some((folder) => isWithin(point, folder)) && isWithin(path, point);
  });
}
