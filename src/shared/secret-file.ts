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
