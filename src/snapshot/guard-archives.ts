import { OutsideError } from '../shared/errors.ts';
import { archiveEffect } from './archive-effect.ts';
import type { EngineReader } from './collector.ts';
import { foreign } from './foreign.ts';

const ARCHIVE = /^\/containers\/([^/]+)\/archive$/;

/**
 * The same reader without calls of `…/archive` that would do more than read; such a call rejects with an
 * `OutsideError` that says what the engine would have done. Where the host's evidence level allows
 * changes, nothing is held back.
 */
export function guardArchives(reader: EngineReader): EngineReader {
  const check = async (path: string): Promise<void> => {
    const id = ARCHIVE.exec(path)?.[1];
    const refusal = id === undefined ? null : await archiveRefusal(reader, id);
    if (refusal !== null) throw refusal;
  };
  return {
    ...reader,
    get endpoint() {
      return reader.endpoint;
    },
    async get(path, query) {
      await check(path);
      return reader.get(path, query);
    },
    async readArchive(path, query, format, asked) {
      await check(path);
      return reader.readArchive(path, query, format, asked);
    },
    async head(path, query) {
      await check(path);
      return reader.head(path, query);
    },
    async privilegedFiles(path, query) {
      await check(path);
      return reader.privilegedFiles(path, query);
    },
  };
}

/** Why no file of a container is read; null where reading is all that happens, or changes are allowed. */
export async function archiveRefusal(
  reader: EngineReader,
  id: string,
): Promise<OutsideError | null> {
  if (reader.mayChangeHost) return null;
  const inspected = await reader.get(`/containers/${id}/json`);
  const effect = archiveEffect(foreign('GET /containers/{id}/json', inspected));
  return effect === null ? null : new OutsideError('would-change-host', `the engine ${effect}`);
}
