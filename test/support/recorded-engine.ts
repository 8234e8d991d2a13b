import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Recording, readRecording } from './engine-recording.ts';
import { answerCall } from './recorded-answer.ts';

/** The socket of the recorded engine; rules look for it in the recorded mounts. */
export const recordedEngineUrl = 'unix:///srv/demo/docker.sock';

export interface RecordedEngine {
  /** `tcp://127.0.0.1:PORT` */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves a recording of Docker Engine 26.1.5 over HTTP on the loopback address, on a free port when
 * none is given. Answers GET and HEAD alone; lists so many containers, or all. Rejects when the port is taken.
 */
export async function openRecordedEngine(
  options: { port?: number; containers?: number } = {},
): Promise<RecordedEngine> {
  let read: Recording | undefined;
  // Most who need an address never ask.
  const recording = () => (read ??= withFirst(readRecording(), options.containers));
  const server = createServer((request, response) => answer(recording(), request, response));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const withFirst = (recording: Recording, containers?: number): Recording => ({
  ...recording,
  containerList: recording.containerList.slice(0, containers),
});

function answer(recording: Recording, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '/' } = request;
  const target = splitTarget(url);
  for (const [name, value] of Object.entries(engineHeaders(recording))) {
    response.setHeader(name, value);
  }
  if (method !== 'GET' && method !== 'HEAD') {
    send(response, 405, { message: 'this recording can only be read' });
    return;
  }
  if (target?.path === '/_ping') {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8').end('OK');
    return;
  }
  if (!target) {
    send(response, 400, { message: 'malformed request' });
    return;
  }
  const { status, body } = answerCall(recording, target.path, target.query);
  send(response, status, body);
}

function splitTarget(url: string): { path: string; query: URLSearchParams } | null {
  const [path = '', query = ''] = url.split('?', 2);
  if (!path.startsWith('/')) return null;
  return { path: path.replace(/^\/v\d+\.\d+(?=\/)/, ''), query: new URLSearchParams(query) };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

function engineHeaders({ version }: Recording): Record<string, string> {
  return {
    'Api-Version': String(version.ApiVersion),
    'Docker-Experimental': 'false',
    Ostype: String(version.Os),
    Server: `Docker/${String(version.Version)} (${String(version.Os)})`,
    Swarm: 'inactive',
  };
}
