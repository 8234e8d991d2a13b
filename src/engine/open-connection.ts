import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { EdgeTunnels, TunnelAnswer } from '../ports/edge-tunnels.ts';
import { OutsideError, statusOf } from '../shared/errors.ts';
import { keepFirstSuccess } from '../shared/keep-first-success.ts';
import { fieldsOf } from '../shared/record.ts';
import type { EngineEndpoint, KernelProbeEndpoint } from '../snapshot/collector.ts';
import { requireDeclared } from '../snapshot/declared-endpoints.ts';
import type { PowerWrite } from '../snapshot/power-calls.ts';
import { readAnswer, readHeaders } from './answer-status.ts';
import { type Call, createDialler, type Dialler } from './dial.ts';
import { parseEndpoint, type TlsFiles } from './endpoint.ts';
import { type Allowance, createTraffic, type Lane } from './engine-traffic.ts';
import { createExchange, type Exchange, type Finish } from './exchange.ts';
import { isBrokenConnection } from './failures.ts';
import { limits } from './limits.ts';
import type { SshOptions } from './ssh-agent.ts';

/** Makes one declared call, its path without a version; an undeclared one rejects as a bug. */
export type Ask = <T>(call: Omit<Call, 'signal'>, finish: Finish<T>) => Promise<T>;

/** How an engine is reached, and within which bounds. */
export interface ConnectionOptions extends SshOptions {
  url: string;
  tls?: TlsFiles | undefined;
  /** 10 s when not given. */
  callTimeoutMs?: number | undefined;
  /** Connections at once; eight when not given. */
  concurrentCalls?: number | undefined;
  /** For hosts that dial out; none is connected when not given. */
  tunnels?: EdgeTunnels | undefined;
  /** Shared with whoever else talks to the engine; a lane for this connection alone when not given. */
  lane?: Lane | undefined;
  /** As much as the limits of single calls allow when not given. */
  allowance?: Allowance | undefined;
  /** Ends every call but removals; an `OutsideError` as its reason is what they reject with. */
  signal?: AbortSignal | undefined;
}

/** The connections of one door to an engine. */
export interface EngineConnection {
  /** As declared, or with what was found out since. */
  readonly endpoint: EngineEndpoint;
  ask: Ask;
  /** Outlives the time limit of the host: a slow one would collect probes. */
  askToRemove: Ask;
  /** Calls with a time limit of their own, which `signal` ends as well. */
  askWithin(timeoutMs: number, signal?: AbortSignal): Ask;
  /** The agreed API version, e.g. `1.45`; asks the engine when nothing has been asked yet. */
  apiVersion(): Promise<string>;
  /**
   * What the engine answered to `GET /version` while a version was agreed on, for the first who asks; undefined for
   * others, and where it did not answer. Rejects as `ask` does.
   */
  takeVersion(): Promise<unknown>;
  /** Whether the time of the host is up. */
  isOver(): boolean;
  /** Ends all connections, ssh processes included; open calls reject. */
  close(): void;
}

/**
 * Opening dials nothing, and an idle connection keeps no program alive. Throws `UserError` for a wrong
 * url.
 */
export function openConnection(
  options: ConnectionOptions & {
    /** The only calls that can be made. */
    allowedEndpoints: readonly (KernelProbeEndpoint | PowerWrite)[];
    /** Whether to find out with the version if the engine demands a certificate. */
    looksForMutualTls?: boolean;
  },
): EngineConnection {
  const { connection, endpoint: declared } = parseEndpoint(options.url, options.tls);
  const { url, allowedEndpoints, callTimeoutMs = limits.callTimeoutMs } = options;
  let endpoint = declared;

  const own = createTraffic();
  const { lane = own.watching, allowance = own.unbudgeted } = options;
  const closing = new AbortController();
  const dialler = keepFirstSuccess(async () =>
    connection.kind === 'edge'
      ? createTunnelDialler(connection.host, options.tunnels)
      : createDialler(connection, options),
  );
  const exchangeWithin = (timeoutMs: number, ...signals: (AbortSignal | undefined)[]) =>
    createExchange({
      url,
      dialler,
      callTimeoutMs: timeoutMs,
      signals: [closing.signal, ...signals.filter((signal) => signal !== undefined)],
      allowance,
    });
  const exchange = exchangeWithin(callTimeoutMs, options.signal);

  let told: unknown;
  const version = keepFirstSuccess(async () => {
    const { agreed, answer } = await agreeOnApiVersion(exchange, url);
    told = answer;
    if (options.looksForMutualTls === true && connection.kind === 'tcp') {
      const isMutualTls = await demandsClientCertificate(connection, callTimeoutMs);
      endpoint = { ...endpoint, isMutualTls };
    }
    return agreed;
  });

  const askThrough =
    (through: typeof exchange): Ask =>
    async (call, finish) => {
      requireDeclared(call.method, call.path, allowedEndpoints);
      const path = `/v${await version()}${call.path}`;
      return lane(() => through({ ...call, path }, finish));
    };

  return {
    get endpoint() {
      return endpoint;
    },
    ask: askThrough(exchange),
    askToRemove: askThrough(exchangeWithin(callTimeoutMs)),
    askWithin: (timeoutMs, signal) => askThrough(exchangeWithin(timeoutMs, options.signal, signal)),
    apiVersion: version,
    async takeVersion() {
      requireDeclared('GET', '/version', allowedEndpoints);
      await version();
      const answer = told;
      told = undefined;
      return answer;
    },
    isOver: () => closing.signal.aborted || options.signal?.aborted === true,
    close() {
      closing.abort(new OutsideError('engine-unreachable', `${url} is no longer read`));
      dialler().then(
        (opened) => opened.close(),
        () => {}, // What was never opened needs no closing.
      );
    },
  };
}

/** The version our collectors are written against. */
const preferredApiVersion = '1.45';
/** Older engines give answers that the collectors were never tried with. */
const oldestApiVersion = '1.24';

/**
 * Asks the engine for the versions it speaks and chooses one. A socket proxy may forbid `/version`;
 * the ping then tells the newest. Rejects with `OutsideError`.
 */
async function agreeOnApiVersion(
  exchange: Exchange,
  url: string,
): Promise<{ agreed: string; answer?: unknown }> {
  try {
    const call = { method: 'GET', path: '/version' } as const;
    const answer = await exchange(call, readAnswer('GET /version'));
    const { ApiVersion, MinAPIVersion } = fieldsOf(answer);
    return { agreed: chooseApiVersion(ApiVersion, MinAPIVersion ?? null, url), answer };
  } catch (error) {
    if (![403, 404, 405].includes(statusOf(error) ?? 0)) throw error;
  }
  const ping = { method: 'HEAD', path: '/_ping' } as const;
  const headers = await exchange(ping, readHeaders('HEAD /_ping'));
  return { agreed: chooseApiVersion(headers['api-version'], null, url) };
}

/**
 * Our version, or the nearest one that the engine speaks. `newest` and `oldest` are what the engine
 * says of itself; `oldest` is null when it does not say. Throws `OutsideError` when none fits.
 */
function chooseApiVersion(newest: unknown, oldest: unknown, url: string): string {
  const highest = minorOf(newest);
  const lowest = oldest === null ? minorOf(oldestApiVersion) : minorOf(oldest);
  const required = minorOf(oldestApiVersion) ?? 0;
  const preferred = minorOf(preferredApiVersion) ?? 0;
  if (highest === null || lowest === null || lowest > highest) {
    throw new OutsideError('engine-invalid-answer', `${url} does not tell its API versions`);
  }
  if (highest < required) {
    const detail = `${url} speaks API 1.${highest} at most; Seawall needs ${oldestApiVersion}`;
    throw new OutsideError('engine-invalid-answer', detail);
  }
  return `1.${Math.max(lowest, Math.min(preferred, highest))}`;
}

/** Minor number of `1.N`; null for anything else. There has never been another major version. */
function minorOf(version: unknown): number | null {
  const match = typeof version === 'string' ? /^1\.(\d{1,3})$/.exec(version) : null;
  return match ? Number(match[1]) : null;
}

/**
 * Whether the engine turns away who shows no certificate. Having one proves nothing: an engine
 * started with `--tls` alone takes every client. Asks `HEAD /_ping` without one, on a connection of
 * its own; false as well when the reason of a failure is in doubt.
 */
async function demandsClientCertificate(
  connection: { host: string; port: number; tls: TlsFiles | null },
  timeoutMs: number,
): Promise<boolean> {
  if (connection.tls === null) return false;
  const { host, port } = connection;
  const ca = await readFile(connection.tls.ca);
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { host, port, ca, path: '/_ping', method: 'HEAD', agent: false, signal };
    const attempt = request(options, (response) => {
      response.resume();
      resolve(false);
    });
    attempt.on('error', (error) => resolve(isRefusal(error)));
    attempt.end();
  });
}

/** A TLS alert, or the connection cut by a server that sends none. */
const isRefusal = (error: Error & { code?: string }): boolean =>
  isBrokenConnection(error) || (error.code ?? '').startsWith('ERR_SSL_');

/** Sends requests to an engine through the connection that its host holds. Opens nothing. */
function createTunnelDialler(host: string, tunnels: EdgeTunnels | undefined): Dialler {
  const open = new Set<TunnelResponse>();
  return {
    async dial({ method, path, query = {}, signal }) {
      if (tunnels === undefined) {
        const detail = `${host} dials out, and this program is not the one that it is connected to`;
        throw new OutsideError('engine-unreachable', detail);
      }
      if (method !== 'GET' && method !== 'HEAD') {
        throw new Error(`${method} ${path} is no call for an edge`);
      }
      const answer = await tunnels.ask(host, { method, path, query }, signal);
      const response = new TunnelResponse(answer);
      open.add(response);
      const abort = () => response.destroy(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      response.once('close', () => {
        open.delete(response);
        signal.removeEventListener('abort', abort);
      });
      // An `IncomingMessage` of node's waits for a parser that is not there.
      return response as unknown as IncomingMessage;
    },
    close() {
      for (const response of open) response.destroy();
    },
  };
}

/** What readers of answers use of those that node gives; its socket is one that nothing goes through. */
class TunnelResponse extends Readable {
  readonly httpVersion = '1.1';
  readonly socket = new Socket();
  readonly statusMessage = '';
  readonly statusCode: number;
  readonly headers: TunnelAnswer['headers'];
  readonly #answer: TunnelAnswer;

  constructor(answer: TunnelAnswer) {
    super();
    this.#answer = answer;
    [this.statusCode, this.headers] = [answer.status, answer.headers];
  }

  override _read(): void {
    this.#answer.next().then(
      (part) => this.push(part),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#answer.cancel();
    callback(error);
  }
}
