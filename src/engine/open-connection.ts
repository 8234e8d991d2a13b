import pLimit from 'p-limit';
import { OutsideError } from '../shared/errors.ts';
import type { EngineEndpoint, KernelProbeEndpoint } from '../snapshot/collector.ts';
import { requireDeclared } from '../snapshot/declared-endpoints.ts';
import type { PowerWrite } from '../snapshot/power-calls.ts';
import { agreeOnApiVersion } from './api-version.ts';
import { type Call, createDialler } from './dial.ts';
import { parseEndpoint, type TlsFiles } from './endpoint.ts';
import { createExchange, type Finish, type MadeCall } from './exchange.ts';
import { keepFirstSuccess } from './keep-first-success.ts';
import { limits } from './limits.ts';
import { demandsClientCertificate } from './mutual-tls.ts';
import type { SshOptions } from './ssh-agent.ts';

/** Makes one declared call, its path without a version; an undeclared one rejects as a bug. */
export type Ask = <T>(call: Omit<Call, 'signal'>, finish: Finish<T>) => Promise<T>;

/** How an engine is reached, and within which bounds. */
export interface ConnectionOptions extends SshOptions {
  url: string;
  tls?: TlsFiles | undefined;
  /** The url to report as the endpoint, when it is not the one dialled (a recording). */
  describedAs?: string | undefined;
  /** 10 s when not given. */
  callTimeoutMs?: number | undefined;
  /** Eight when not given. */
  concurrentCalls?: number | undefined;
  /** Ends every call but removals; an `OutsideError` as its reason is what they reject with. */
  signal?: AbortSignal | undefined;
  /** Told of every call once it has ended. */
  onCall?: ((call: MadeCall) => void) | undefined;
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
  const { connection, endpoint: dialled } = parseEndpoint(options.url, options.tls);
  const { describedAs, allowedEndpoints, callTimeoutMs = limits.callTimeoutMs, onCall } = options;
  let endpoint = describedAs === undefined ? dialled : parseEndpoint(describedAs).endpoint;
  const { url } = endpoint;

  const closing = new AbortController();
  const dialler = keepFirstSuccess(() => createDialler(connection, options));
  const exchangeWithin = (timeoutMs: number, ...signals: (AbortSignal | undefined)[]) =>
    createExchange({
      url,
      dialler,
      callTimeoutMs: timeoutMs,
      signals: [closing.signal, ...signals.filter((signal) => signal !== undefined)],
      onCall,
    });
  const exchange = exchangeWithin(callTimeoutMs, options.signal);
  const limit = pLimit(options.concurrentCalls ?? limits.concurrentCalls);

  const version = keepFirstSuccess(async () => {
    const agreed = await agreeOnApiVersion(exchange, url);
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
      return limit(() => through({ ...call, path }, finish));
    };

  return {
    get endpoint() {
      return endpoint;
    },
    ask: askThrough(exchange),
    askToRemove: askThrough(exchangeWithin(callTimeoutMs)),
    askWithin: (timeoutMs, signal) => askThrough(exchangeWithin(timeoutMs, options.signal, signal)),
    apiVersion: version,
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
