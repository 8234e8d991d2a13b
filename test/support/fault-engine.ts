import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** What an engine, or something that poses as one, may do instead of answering. */
export type Fault =
  | { kind: 'hang' }
  | { kind: 'reset' }
  | { kind: 'status'; status: number; message: string }
  | { kind: 'slow'; bytes: number; everyMs: number }
  | { kind: 'cut' }
  | { kind: 'invalid-json' }
  | { kind: 'html' }
  | { kind: 'not-http' }
  | { kind: 'huge'; bytes: number; hasContentLength: boolean }
  | { kind: 'redirect'; location: string };

export interface RecordedRequest {
  method: string;
  /** Without version prefix and query. */
  path: string;
  query: Record<string, string>;
  /** `1.45`; null for a request without a version prefix. */
  apiVersion: string | null;
}

/** Answers with a status, headers or bytes of its own. */
export type RouteHandler = (request: RecordedRequest, response: ServerResponse) => void;

export interface FaultEngineOptions {
  /**
   * Path without version prefix → JSON answer, or a function that writes the response. `/version` and
   * `/_ping` answer by themselves. Any other path gets the engine's 404.
   */
  routes?: Record<string, unknown>;
  /** For every request, `/version` and `/_ping` included. */
  fault?: Fault;
  /** For single paths. */
  faults?: Record<string, Fault>;
  /** Unix socket to listen on; without it a free TCP port of 127.0.0.1. */
  socketPath?: string;
  /** PEM texts. With `ca` a client certificate is demanded. */
  tls?: { key: string; cert: string; ca?: string };
  apiVersion?: string;
  minApiVersion?: string | null;
}

export interface FaultEngine {
  url: string;
  /** Everything that was asked, in order of arrival. */
  requests: RecordedRequest[];
  /** Bytes of bodies handed to the operating system so far. */
  bytesSent(): number;
  /** Connections that are open now. */
  connections(): number;
  /** Number of connections ever accepted. */
  accepted(): number;
  close(): Promise<void>;
}

/** A real HTTP server that answers as scripted, fails as told and records every request. */
export async function openFaultEngine(options: FaultEngineOptions = {}): Promise<FaultEngine> {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  let closedBytes = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const recorded = record(request);
    requests.push(recorded);
    const fault = options.faults?.[recorded.path] ?? options.fault;
    if (fault) misbehave(fault, response);
    else answer(options, recorded, response);
  };
  const { tls } = options;
  const server = tls
    ? createTlsServer({ ...tls, requestCert: tls.ca !== undefined }, listener)
    : createServer(listener);
  // None is kept for less because the machine stood still.
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      closedBytes += socket.bytesWritten;
    });
  });

  server.listen(options.socketPath ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address() as AddressInfo | string;
  return {
    url: typeof address === 'string' ? `unix://${address}` : `tcp://127.0.0.1:${address.port}`,
    requests,
    bytesSent: () =>
      [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, closedBytes),
    connections: () => sockets.size,
    accepted: () => accepted,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function record(request: IncomingMessage): RecordedRequest {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const match = /^\/v(\d+\.\d+)(\/.*)$/.exec(path);
  return {
    method: request.method ?? '',
    path: match?.[2] ?? path,
    query: Object.fromEntries(new URLSearchParams(query)),
    apiVersion: match?.[1] ?? null,
  };
}

function answer(options: FaultEngineOptions, request: RecordedRequest, response: ServerResponse) {
  const { routes = {}, apiVersion = '1.45', minApiVersion = '1.24' } = options;
  const route = routes[request.path];
  response.setHeader('Api-Version', apiVersion);
  if (typeof route === 'function') return (route as RouteHandler)(request, response);
  if (route !== undefined) return sendJson(response, 200, route);
  if (request.path === '/_ping') return response.end('OK');
  if (request.path === '/version') {
    const oldest = minApiVersion === null ? {} : { MinAPIVersion: minApiVersion };
    return sendJson(response, 200, { Version: '26.1.5', ApiVersion: apiVersion, ...oldest });
  }
  return sendJson(response, 404, { message: 'page not found' });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function misbehave(fault: Fault, response: ServerResponse): void {
  const socket = response.socket;
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      socket?.resetAndDestroy();
      return;
    case 'status':
      sendJson(response, fault.status, { message: fault.message });
      return;
    case 'slow':
      drip(response, fault.bytes, fault.everyMs);
      return;
    case 'cut':
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 });
      response.write('[{"Id":"4f5c', () => socket?.destroy());
      return;
    case 'invalid-json':
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"Id": nothing}');
      return;
    case 'html':
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<html><h1>It works!</h1></html>');
      return;
    case 'not-http':
      socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
      return;
    case 'huge':
      flood(response, fault.bytes, fault.hasContentLength);
      return;
    case 'redirect':
      response.writeHead(302, { Location: fault.location }).end('moved');
      return;
  }
}

/** A valid JSON text that arrives in small pieces: `[ … ]`. */
function drip(response: ServerResponse, bytes: number, everyMs: number): void {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  let left = bytes;
  const timer = setInterval(() => {
    left -= 1;
    response.write(' ');
    if (left > 0) return;
    clearInterval(timer);
    response.end('[]');
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

/** A valid JSON string of the given length, sent as fast as the reader takes it. */
function flood(response: ServerResponse, bytes: number, hasContentLength: boolean): void {
  const piece = Buffer.alloc(64 * 1024, 'x');
  const headers = hasContentLength ? { 'Content-Length': bytes } : {};
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
  response.write('"');
  let left = bytes - 2;
  const pump = () => {
    while (left > 0) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', pump);
        return;
      }
    }
    response.end('"');
  };
  pump();
}
