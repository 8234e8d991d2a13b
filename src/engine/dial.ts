import { readFile } from 'node:fs/promises';
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import Docker from 'dockerode';
import { OutsideError, UserError } from '../shared/errors.ts';
import type { Connection, TlsFiles } from './endpoint.ts';
import { messageOf } from './failures.ts';
import { limits } from './limits.ts';
import { SshAgent, type SshOptions } from './ssh-agent.ts';

export type Query = Readonly<Record<string, string>>;

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

/** The part of docker-modem that is used; its own types are not a dependency. */
interface Modem {
  dial(
    options: {
      path: string;
      method: string;
      options?: { _query?: Query; _body?: object };
      file?: Buffer;
      isStream: true;
      statusCodes: Record<number, true>;
      abortSignal: AbortSignal;
    },
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
  const agent = makeQuickToPrint(correctAnswers(createAgent(connection, options)));
  const modem = createModem({ ...modemOptions(connection), ...tls, agent });
  return {
    dial: (call) => dial(modem, call),
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

/** Every option is given, because docker-modem fills the missing ones from DOCKER_HOST. */
function modemOptions(connection: Dialled) {
  const common = {
    port: undefined,
    pathPrefix: '/',
    version: undefined,
    timeout: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  if (connection.kind === 'unix') {
    return { ...common, protocol: 'http', host: undefined, socketPath: connection.socketPath };
  }
  if (connection.kind === 'ssh') {
    // The agent makes the connection; the name only fills the Host header.
    return { ...common, protocol: 'http', host: 'http://docker', socketPath: undefined };
  }
  const { port, host, tls } = connection;
  const protocol = tls ? 'https' : 'http';
  const name = host.includes(':') ? `[${host}]` : host;
  return { ...common, protocol, host: `${protocol}://${name}`, port, socketPath: undefined };
}

function createModem(options: object): Modem {
  try {
    return new Docker(options).modem as Modem;
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
    addRequest(request, ...rest);
  };
  return agent;
}

/**
 * docker-modem prints the options of every request for a debug line that nobody reads, at any depth:
 * with the agent's sockets and waiting requests that took ten times as long as the request itself.
 */
function makeQuickToPrint<T extends object>(printed: T): T {
  return Object.assign(printed, { [inspect.custom]: () => printed.constructor.name });
}

function dial(modem: Modem, call: Call): Promise<IncomingMessage> {
  const { method, path, query, body, tar, signal } = call;
  const hasQuery = query !== undefined && Object.keys(query).length > 0;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // Also for the answers that docker-modem never reports, such as an unasked upgrade.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    modem.dial(
      {
        // docker-modem appends the query only to a path that ends in a question mark.
        path: hasQuery ? `${path}?` : path,
        method,
        // Of a POST without a body it would make one of the query; an empty one it leaves out.
        options: {
          ...(hasQuery ? { _query: query } : {}),
          ...(method === 'POST' ? { _body: body ?? {} } : {}),
        },
        ...(tar ? { file: tar } : {}),
        isStream: true,
        statusCodes: EVERY_STATUS,
        abortSignal: makeQuickToPrint(signal),
      },
      (error, response) => (error ? reject(error) : resolve(response)),
    );
  });
}

async function readTls(files: TlsFiles): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
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
  return { ca, cert, key };
}
