import { OutsideError } from '../shared/errors.ts';
import type { EngineReader } from './collector.ts';
import type { ContainerLook, FirstLook } from './define-collector.ts';
import { needsFilesLevel } from './needed-level.ts';
import { attemptNow, valueIn } from './outcome.ts';

const ARCHIVE = /^\/containers\/([^/]+)\/archive$/;

/**
 * The same reader without calls of `…/archive` that would do more than read; such a call rejects with an
 * `OutsideError` that says what the engine would have done, and one for a container that nobody looked
 * at with a plain `Error`. Where the host's evidence level allows changes, nothing is held back.
 */
export function guardArchives(
  reader: EngineReader,
  { containers }: Pick<FirstLook, 'containers'>,
): EngineReader {
  const looks = attemptNow(() => new Map(valueIn(containers).map((one) => [one.id, one])));
  const check = async (path: string): Promise<void> => {
    const id = ARCHIVE.exec(path)?.[1];
    if (id === undefined) return;
    const look = valueIn(looks).get(id);
    if (look === undefined) throw new Error(`the container ${id} was not looked at`);
    const refusal = archiveRefusal(reader, look);
    if (refusal !== null) throw refusal;
  };
  return checkedReader(reader, (_method, path) => check(path));
}

/**
 * Why no file of a container is read; null where reading is all that happens, or changes are allowed. An edge is not asked:
 * it would refuse, and log, each call.
 * Throws why it could not be inspected.
 */
export function archiveRefusal(
  { mayChangeHost, endpoint }: Pick<EngineReader, 'mayChangeHost' | 'endpoint'>,
  { inspected }: Pick<ContainerLook, 'inspected'>,
): OutsideError | null {
  if (endpoint.kind === 'edge') {
    return new OutsideError('edge-gives-no-files', 'reach it over ssh:// for them');
  }
  if (mayChangeHost) return null;
  const effect = valueIn(valueIn(inspected).archiveEffect);
  if (effect === null) return null;
  const detail = `the engine ${effect}; ${needsFilesLevel}`;
  return new OutsideError('would-change-host', detail);
}

/** The same reader, of which each call is checked first; the check throws, or rejects, for one that is not to be made. */
export function checkedReader(
  reader: EngineReader,
  check: (method: 'GET' | 'HEAD', path: string) => void | Promise<void>,
): EngineReader {
  return {
    ...reader,
    get endpoint() {
      return reader.endpoint;
    },
    async get(path, query) {
      await check('GET', path);
      return reader.get(path, query);
    },
    async readArchive(path, ...asked) {
      await check('GET', path);
      return reader.readArchive(path, ...asked);
    },
    async head(path, query) {
      await check('HEAD', path);
      return reader.head(path, query);
    },
    async privilegedFiles(path, query) {
      await check('GET', path);
      return reader.privilegedFiles(path, query);
    },
  };
}
