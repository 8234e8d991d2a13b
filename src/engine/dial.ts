import { readFile } from 'node:fs/promises';
import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, type RequestOptions as TlsOptions } from 'node:https';
import { stringify } from 'node:querystring';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { OutsideError, UserError } from '../shared/errors.ts';
import type { Query } from '../snapshot/call-queries.ts';
import type { Connection, TlsFiles } from './endpoint.ts';
import { messageOf } from './failures.ts';
import { limits } from './limits.ts';
import { SshAgent, type SshOptions } from './ssh-agent.ts';

export interface Call {
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** With a version prefix where one is wanted, without a query. */
  path: string;
  query?: Query | undefined;
  /** Sent as JSON, by POST only. */
  body?: object;
  /** Sent as it is, in place of `body`. */
  tar?: Buffer;
  signal: AbortSignal;
}

/** Sends requests to one engine over connections that are kept alive. */
export interface Dialler {
  /** The answer with any status, its body unread. Rejects with the error of the socket. */
  dial(call: Call): Promise<IncomingMessage>;
  close(): void;
}

/**
 * The part of docker-modem that is used; its own types are not a dependency. What comes before it, `dial`, parses
 * the address anew for each call, which took longer than all the rest.
 */
interface Modem {
  buildRequest(
    options: RequestOptions,
    context: { isStream: true; statusCodes: Record<number, true> },
    data: string | Buffer | undefined,
    callback: (error: Error | null, response: IncomingMessage) => void,
  ): void;
}

interface AgentWithRequests {
  addRequest(request: ClientRequest, ...rest: unknown[]): void;
}

// docker-modem reads the body of any other status itself, without a limit.
const EVERY_STATUS = Object.fromEntries(
  Array.from({ length: 1000 }, (_, status) => [status, true]),
) as Record<number, true>;
const STREAMED = { isStream: true, statusCodes: EVERY_STATUS } as const;

export interface DiallerOptions extends SshOptions {
  /** Connections at once, but for ssh; eight when not given. */
  concurrentCalls?: number | undefined;
}

/** Opens nothing yet but the certificate files. Rejects with `OutsideError` when one is unreadable. */
export async function createDialler(
  connection: Dialled,
  options: DiallerOptions,
): Promise<Dialler> {
  const tls = connection.kind === 'tcp' && connection.tls ? await readTls(connection.tls) : {};
  const agent = correctAnswers(createAgent(connection, options));
  const protocol = connection.kind === 'tcp' && connection.tls ? 'https' : 'http';
  const modem = createModem(protocol);
  const common = { ...placeOf(connection), ...tls, agent };
  return {
    dial: (call) => dial(modem, common, call),
    close: () => agent.destroy(),
  };
}

/** What is dialled from here. */
export type Dialled = Exclude<Connection, { kind: 'edge' }>;

function createAgent(connection: Dialled, options: DiallerOptions): HttpAgent {
  if (connection.kind === 'ssh') return new SshAgent(connection, options);
  const { concurrentCalls: maxSockets = limits.concurrentCalls } = options;
  const pooled = { keepAlive: true, maxSockets };
  if (connection.kind === 'tcp' && connection.tls) return new HttpsAgent(pooled);
  return new HttpAgent(pooled);
}

/** Where a request goes to. Of ssh the agent makes the connection; the name only fills the Host header. */
function placeOf(connection: Dialled): RequestOptions {
  if (connection.kind === 'unix') return { socketPath: connection.socketPath };
  if (connection.kind === 'ssh') return { hostname: 'docker' };
  return { hostname: connection.host, port: connection.port };
}

/** Options are given, because docker-modem fills missing ones from DOCKER_HOST and DOCKER_CLIENT_TIMEOUT. */
function createModem(protocol: 'http' | 'https'): Modem {
  const options = { protocol, host: 'docker' };
  const none = { port: undefined, timeout: undefined, connectionTimeout: undefined };
  try {
    return new Docker({ ...options, ...none }).modem as unknown as Modem;
  } catch (cause) {
    // It parses these even when every option is given.
    throw new UserError(`DOCKER_HOST or DOCKER_CERT_PATH cannot be used: ${messageOf(cause)}`);
  }
}

/**
 * docker-modem follows redirects by itself, to any address and without handling its errors. An
 * engine never redirects, so the header is removed before docker-modem looks for it. And node gives up
 * the connection after an answer to HEAD without a length, as engines give it, though no body follows.
 */
function correctAnswers<T extends HttpAgent>(agent: T): T {
  const inner = agent as unknown as AgentWithRequests;
  const addRequest = inner.addRequest.bind(agent);
  inner.addRequest = (request, ...rest) => {
    request.prependListener('response', (response) => {
      delete response.headers.location;
      const { headers, httpVersion } = response;
      const stays = httpVersion === '1.1' && !/close/i.test(headers.connection ?? '');
      if (request.method === 'HEAD' && stays) request.shouldKeepAlive = true;
    });
    endWithoutAnswer(request);
    addRequest(request, ...rest);
  };
  return agent;
}

/** Interim answers (1xx) to one call; an engine gives none to what has no body. */
const INTERIM_MAX = 8;

/**
 * Ends a call whose engine goes on with interim answers, each of which costs more than the bytes that it sends, or switches
 * to another protocol, after which nobody would be told of an answer.
 */
function endWithoutAnswer(request: ClientRequest): void {
  const failure = (what: string) =>
    new OutsideError('engine-invalid-answer', `${request.method} ${request.path}: ${what}`);
  let interim = 0;
  request.on('information', () => {
    interim += 1;
    if (interim === INTERIM_MAX) request.destroy(failure('interim answers without end'));
  });
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    // Node counts the call as ended, and tells nobody.
    request.emit('error', failure('a switch to another protocol'));
  });
}

/**
 * docker-modem prints the options of every request for a debug line that nobody reads, at any depth:
 * with the agent's sockets and waiting requests that took ten times as long as the request itself.
 */
const quickToPrint = { [inspect.custom]: () => 'a request' };

function dial(modem: Modem, common: RequestOptions, call: Call): Promise<IncomingMessage> {
  const { method, path, query, signal } = call;
  const asked = stringify(query);
  const { data, headers } = bodyOf(call);
  const options = {
    ...{ ...common, ...quickToPrint, method, headers, signal },
    path: asked === '' ? path : `${path}?${asked}`,
  };
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // Also for the answers that docker-modem never reports.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    modem.buildRequest(options, STREAMED, data, (error, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}

/** What a call sends, with the headers that tell of it. */
function bodyOf({ body, tar }: Call): { data?: string | Buffer; headers: OutgoingHttpHeaders } {
  const data = tar ?? (body === undefined ? undefined : JSON.stringify(body));
  // An empty one is left out.
  if (data === undefined || data === '{}') return { headers: {} };
  const type = tar ? 'application/tar' : 'application/json';
  return {
    data,
    headers: { 'Content-Type': type, 'Content-Length': Buffer.byteLength(data) },
  };
}

async function readTls(
  files: TlsFiles,
): Promise<Pick<TlsOptions, keyof TlsFiles | 'rejectUnauthorized'>> {
  const readPart = async (name: keyof TlsFiles): Promise<Buffer> => {
    try {
      return await readFile(files[name]);
    } catch (cause) {
      const text = messageOf(cause);
      throw new OutsideError('engine-unreachable', `tls.${name} cannot be read: ${text}`, {
        cause,
      });
    }
  };
  const [ca, cert, key] = await Promise.all([readPart('ca'), readPart('cert'), readPart('key')]);
  // NODE_TLS_REJECT_UNAUTHORIZED=0, set for something else, does not hold for engines.
  return { ca, cert, key, rejectUnauthorized: true };
}
