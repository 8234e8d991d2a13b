import { type SecretFiles, whyExposed } from '../shared/secret-file.ts';

const EVERYBODY_WRITES = 0o002;
const KIND = 0o170000;
const DEVICE = 0o020000;

/** That everybody may change a settings file, in a sentence; null where not. `shown`: as it was named. */
export function whySettingsExposed(
  path: string,
  shown: string,
  { guardOf }: Pick<SecretFiles, 'guardOf'>,
): string | null {
  const guard = guardOf(path);
  if (guard === null || guard.isShut || (guard.mode & EVERYBODY_WRITES) === 0) return null;
  // What is written to /dev/null stays out of the settings, and without it nothing runs.
  if ((guard.mode & KIND) === DEVICE) return null;
  return `${shown} can be changed by everybody (mode ${shownMode(guard.mode)}): chmod o-w ${guard.realPath}`;
}

/** Who else may use the private keys that settings name, in sentences. A key that is not there shows when it is used. */
export function whyKeysExposed(
  keys: readonly { setting: string; path: string }[],
  { readFile, guardOf }: SecretFiles,
): string[] {
  return keys.flatMap(({ setting, path }) => {
    const guard = unlessUnreadable(() => guardOf(path));
    const exposed = guard && whyExposed(guard, readFile('/proc/self/mountinfo') ?? '');
    return exposed === null ? [] : [`${setting} ${exposed}`];
  });
}

const shownMode = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

function unlessUnreadable<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
