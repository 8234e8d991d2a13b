import pLimit from 'p-limit';
import { OutsideError } from '../shared/errors.ts';
import type { KernelProbeEndpoint } from '../snapshot/collector.ts';
import { requireDeclared } from '../snapshot/declared-endpoints.ts';
import type { PowerWrite } from '../snapshot/power-calls.ts';
import { agreeOnApiVersion } from './api-version.ts';
import { type Call, createDialler } from './dial.ts';
import { parseEndpoint, type TlsFiles } from './endpoint.ts';
import { createExchange, type Finish } from './exchange.ts';
import { keepOnceDone } from './keep-once-done.ts';
import { limits } from './limits.ts';
import type { SshOptions } from './ssh-agent.ts';

/** Makes one declared call, its path without a version; an undeclared one rejects as a bug. */
export type Ask = <T>(call: Omit<Call, 'signal'>, finish: Finish<T>) => Promise<T>;

export interface ProbeConnectionOptions extends SshOptions {
  url: string;
  tls?: TlsFiles | undefined;
  /** The only calls that can be made. */
  allowedEndpoints: readonly (KernelProbeEndpoint | PowerWrite)[];
  callTimeoutMs?: number | undefined;
  /** Ends every call but removals. */
  signal?: AbortSignal | undefined;
}

/** The connection of a door that can write, apart from that of the reader. */
export interface ProbeConnection {
  ask: Ask;
  /** Outlives the time limit of the host: a slow one would collect probes. */
  askToRemove: Ask;
  /** Calls with a time limit of their own, which `signal` ends as well. */
  askWithin(timeoutMs: number, signal?: AbortSignal): Ask;
  /** Whether the time of the host is up. */
  isOver(): boolean;
  close(): void;
}

/** Opening dials nothing. Throws `UserError` for a wrong url. */
export function openProbeConnection(options: ProbeConnectionOptions): ProbeConnection {
  const { connection, endpoint } = parseEndpoint(options.url, options.tls);
  const { allowedEndpoints, callTimeoutMs = limits.callTimeoutMs } = options;
  const closing = new AbortController();
  const dialler = keepOnceDone(() => createDialler(connection, options));
  const exchangeWith = (timeoutMs: number, ...signals: (AbortSignal | undefined)[]) =>
    createExchange({
      url: endpoint.url,
      dialler,
      callTimeoutMs: timeoutMs,
      signals: [closing.signal, ...signals.filter((signal) => signal !== undefined)],
    });
  const exchange = exchangeWith(callTimeoutMs, options.signal);
  const version = keepOnceDone(() => agreeOnApiVersion(exchange, endpoint.url));
  const limit = pLimit(limits.concurrentCalls);

  const askThrough =
    (through: typeof exchange): Ask =>
    async (call, finish) => {
      requireDeclared(call.method, call.path, allowedEndpoints);
      const path = `/v${await version()}${call.path}`;
      return limit(() => through({ ...call, path }, finish));
    };

  return {
    ask: askThrough(exchange),
    askToRemove: askThrough(exchangeWith(callTimeoutMs)),
    askWithin: (timeoutMs, signal) => askThrough(exchangeWith(timeoutMs, options.signal, signal)),
    isOver: () => closing.signal.aborted || options.signal?.aborted === true,
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
