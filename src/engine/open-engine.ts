import pLimit from 'p-limit';
import { OutsideError } from '../shared/errors.ts';
import type { Endpoint, EngineReader } from '../snapshot/collector.ts';
import { requireDeclared } from '../snapshot/declared-endpoints.ts';
import { type Glance, glanceAt, readHeaders } from './answer-status.ts';
import { agreeOnApiVersion } from './api-version.ts';
import { createDialler, type Query } from './dial.ts';
import { parseEndpoint, type TlsFiles } from './endpoint.ts';
import { createExchange, type Finish, type MadeCall } from './exchange.ts';
import { keepOnceDone } from './keep-once-done.ts';
import { limits } from './limits.ts';
import { demandsClientCertificate } from './mutual-tls.ts';
import { readAnswer } from './read-answer.ts';
import { readFiles, readPrivilegedFiles } from './read-archive.ts';
import type { SshOptions } from './ssh-agent.ts';

/** What a reader asks by itself, without a version prefix, to agree on an API version. */
export const negotiationEndpoints: readonly Endpoint[] = ['GET /version', 'HEAD /_ping'];

export interface OpenEngineOptions extends SshOptions {
  url: string;
  tls?: TlsFiles | undefined;
  /** The url to report as the endpoint, when it is not the one dialled (a recording). */
  describedAs?: string | undefined;
  /** The only calls that can be made. */
  allowedEndpoints: readonly Endpoint[];
  callTimeoutMs?: number;
  /** Eight when not given. */
  concurrentCalls?: number | undefined;
  /** Ends every call when it aborts; an `OutsideError` as its reason is what they reject with. */
  signal?: AbortSignal | undefined;
  /** Told of every call once it has ended. */
  onCall?: ((call: MadeCall) => void) | undefined;
}

export interface OpenEngine extends EngineReader {
  /** Makes a call to see what comes of it, whatever its status; nothing but that is read. */
  glance(method: 'GET' | 'HEAD', path: string): Promise<Glance>;
  /** The agreed API version, e.g. `1.45`; asks the engine when nothing has been asked yet. */
  apiVersion(): Promise<string>;
  /** Ends all connections, ssh processes included; open calls reject. */
  close(): void;
}

/**
 * The door to one engine: GET and HEAD, declared calls alone, each bounded in bytes and time, eight at
 * once unless more are asked for. Nothing is dialled before the first call, and an idle reader keeps no program alive. Throws
 * `UserError` for a wrong url; an undeclared call rejects with a plain `Error`, since it is our bug.
 */
export function openEngine(options: OpenEngineOptions): OpenEngine {
  const { connection, endpoint: dialled } = parseEndpoint(options.url, options.tls);
  const { describedAs, allowedEndpoints, callTimeoutMs = limits.callTimeoutMs } = options;
  let endpoint = describedAs === undefined ? dialled : parseEndpoint(describedAs).endpoint;

  const closing = new AbortController();
  const signals = options.signal ? [closing.signal, options.signal] : [closing.signal];
  const dialler = keepOnceDone(() => createDialler(connection, options));
  const exchange = createExchange({
    url: endpoint.url,
    dialler,
    callTimeoutMs,
    signals,
    onCall: options.onCall,
  });
  const limit = pLimit(options.concurrentCalls ?? limits.concurrentCalls);

  const version = keepOnceDone(async () => {
    const agreed = await agreeOnApiVersion(exchange, endpoint.url);
    if (connection.kind === 'tcp' && connection.tls) {
      const isMutualTls = await demandsClientCertificate(connection, callTimeoutMs);
      endpoint = { ...endpoint, isMutualTls };
    }
    return agreed;
  });

  const ask = async <T>(
    method: 'GET' | 'HEAD',
    path: string,
    query: Query | undefined,
    finish: Finish<T>,
  ): Promise<T> => {
    requireDeclared(method, path, allowedEndpoints);
    const versioned = `/v${await version()}${path}`;
    return limit(() => exchange({ method, path: versioned, query }, finish));
  };

  return {
    get endpoint() {
      return endpoint;
    },
    get: (path, query) =>
      ask('GET', path, query, (response, signal) => readAnswer(response, `GET ${path}`, signal)),
    getFiles: (path, query, bytesMax) =>
      ask('GET', path, query, (response, signal) =>
        readFiles(response, `GET ${path}`, signal, bytesMax),
      ),
    head: (path, query) =>
      ask('HEAD', path, query, (response) => readHeaders(response, `HEAD ${path}`)),
    privilegedFiles: (path, query) =>
      ask('GET', path, query, (response, signal) =>
        readPrivilegedFiles(response, `GET ${path}`, signal),
      ),
    glance: (method, path) =>
      ask(method, path, undefined, (response, signal) =>
        glanceAt(response, `${method} ${path}`, signal),
      ),
    apiVersion: version,
    close() {
      const reason = `${endpoint.url} is no longer read`;
      closing.abort(new OutsideError('engine-unreachable', reason));
      dialler().then(
        (opened) => opened.close(),
        () => {}, // What was never opened needs no closing.
      );
    },
  };
}
