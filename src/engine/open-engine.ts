import { privilegedFilesFormat } from '../snapshot/archive/archive-headers.ts';
import type { Query } from '../snapshot/call-queries.ts';
import type { Endpoint, EngineReader } from '../snapshot/collector.ts';
import type { EvidenceLevel } from '../snapshot/define-collector.ts';
import { type Glance, glanceAt, readAnswer, readHeaders } from './answer-status.ts';
import { type ConnectionOptions, openConnection } from './open-connection.ts';
import { createParserPool, type ParserPool } from './parser-pool.ts';
import { holdArchive, readPieces } from './read-archive.ts';

/** What a reader asks by itself, without a version prefix, to agree on an API version. */
export const negotiationEndpoints: readonly Endpoint[] = ['GET /version', 'HEAD /_ping'];

export interface OpenEngineOptions extends ConnectionOptions {
  /** The only calls that can be made. */
  allowedEndpoints: readonly Endpoint[];
  /** The host's level, `api` when not given. The door makes reading calls alone at each. */
  evidence?: EvidenceLevel | undefined;
  /** Where archives are parsed; processes of its own when not given. */
  parsers?: ParserPool | undefined;
}

export interface OpenEngine extends EngineReader {
  /** Makes a call to see what comes of it, whatever its status; nothing but that is read. */
  glance(method: 'GET' | 'HEAD', path: string, query: Query): Promise<Glance>;
  /** The agreed API version, e.g. `1.45`; asks the engine when nothing has been asked yet. */
  apiVersion(): Promise<string>;
  /** Ends all connections, ssh processes included; open calls reject. */
  close(): void;
}

/**
 * The door to one engine: GET and HEAD, declared calls alone, each bounded in bytes and time, in the
 * lane that is given. Nothing is dialled before the first call, and an idle reader keeps no program alive. Throws
 * `UserError` for a wrong url; an undeclared call rejects with a plain `Error`, since it is our bug.
 */
export function openEngine(options: OpenEngineOptions): OpenEngine {
  const connection = openConnection({ ...options, looksForMutualTls: true });
  const { ask } = connection;
  const pool = options.parsers ?? createParserPool();
  const reader = pool.of(options.url, options.signal);
  return {
    get endpoint() {
      return connection.endpoint;
    },
    mayChangeHost: options.evidence === 'files' || options.evidence === 'kernel',
    async get(path, query) {
      const known = path === '/version' ? await connection.takeVersion() : undefined;
      return known ?? ask({ method: 'GET', path, query }, readAnswer(`GET ${path}`));
    },
    async readArchive(path, query, format, { wanted = '', sizeBytes } = {}) {
      const what = `GET ${path}`;
      const bounds = { bytesMax: format.bounds.bytes, expected: sizeBytes };
      const archive = await ask({ method: 'GET', path, query }, holdArchive(what, bounds));
      // Whoever waits for its turn holds no connection.
      return reader.parse(format, { archive, what, wanted });
    },
    head: (path, query) => ask({ method: 'HEAD', path, query }, readHeaders(`HEAD ${path}`)),
    async privilegedFiles(path, query) {
      const pieces = readPieces(`GET ${path}`, { reader, format: privilegedFilesFormat });
      return [...(await ask({ method: 'GET', path, query }, pieces))];
    },
    glance: (method, path, query) => ask({ method, path, query }, glanceAt(`${method} ${path}`)),
    apiVersion: connection.apiVersion,
    close() {
      connection.close();
      if (options.parsers === undefined) pool.close();
    },
  };
}
