import type { EngineReader } from './collector.ts';

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
