import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';

export interface RecordingProxy {
  /** `unix://` url of the socket it listens on. */
  url: string;
  /** `GET /v1.45/containers/json?all=1`, in order of arrival. */
  calls: string[];
  close(): Promise<void>;
}

/**
 * Stands in front of the unix socket of an engine, hands everything on and records method and path of
 * every request, upgrades included (which it refuses): the proof of what reaches an engine.
 */
export async function openRecordingProxy(options: {
  listenOn: string;
  engineSocket: string;
  /** Called before a call is handed on, which waits for it. */
  beforeCall?: (call: string) => Promise<void> | void;
}): Promise<RecordingProxy> {
  const calls: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url}`;
    calls.push(call);
    const held = options.beforeCall?.(call);
    if (held)
      held.then(
        () => handOn(request, response),
        () => response.destroy(),
      );
    else handOn(request, response);
  });
  const handOn = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = '', url = '', headers } = request;
    const target = { socketPath: options.engineSocket, method, path: url, headers, agent: false };
    const onward = httpRequest(target, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // An attached container says nothing until it is started, which waits for these.
      response.flushHeaders();
      answer.on('error', () => response.destroy()).pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  };
  server.on('upgrade', (request, socket) => {
    calls.push(`${request.method} ${request.url} (upgrade)`);
    socket.destroy();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  server.listen(options.listenOn);
  await once(server, 'listening');
  return {
    url: `unix://${options.listenOn}`,
    calls,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
