import { type WebSocket, WebSocketServer } from 'ws';
import { limits } from '../../../src/blocks/limits.ts';
import type { Json } from '../../../src/blocks/walk.ts';
import type { Scheduler } from '../clock.ts';

export type DisconnectReason =
  | 'warning'
  | 'refresh_requested'
  | 'link_disabled'
  | 'too_many_websockets';

export interface Connections {
  server: WebSocketServer;
  /** Greets a new connection; the eleventh is sent away. */
  welcome(socket: WebSocket): void;
  /** Those that have not been told to leave. */
  usable(): WebSocket[];
  all(): WebSocket[];
  sendAway(socket: WebSocket, reason: DisconnectReason): void;
  /** Says goodbye and cuts whoever has not left after half a second. */
  close(): Promise<void>;
}

const pingEveryMs = 10_000;
const leaveWithinMs = 10_000;
const closeWithinMs = 500;
/** Of one message of the app; acknowledgements are small. */
const messageBytesMax = 1_000_000;
const debugHost = 'applink-harbour';

const tell = (socket: WebSocket, message: Json) => socket.send(JSON.stringify(message));

const closed = (socket: WebSocket) =>
  new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });

/** The open Socket Mode connections of the app; `onChange` is told of every one more or less. */
export function createConnections(
  scheduler: Scheduler,
  appId: string,
  onMessage: (text: string) => void,
  onChange: () => void,
): Connections {
  const server = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  const open = new Set<WebSocket>();
  const leaving = new WeakSet<WebSocket>();

  const sendAway = (socket: WebSocket, reason: DisconnectReason) => {
    tell(socket, { type: 'disconnect', reason, debug_info: { host: debugHost } });
    if (reason === 'warning') return;
    leaving.add(socket);
    scheduler.schedule(leaveWithinMs, () => socket.terminate());
  };
  const keepAlive = (socket: WebSocket) => {
    socket.ping();
    scheduler.schedule(pingEveryMs, () => {
      if (open.has(socket)) keepAlive(socket);
    });
  };
  return {
    server,
    sendAway,
    all: () => [...open],
    usable: () => [...open].filter((socket) => !leaving.has(socket)),
    welcome(socket) {
      socket.on('error', () => socket.terminate());
      if (open.size >= limits.socketsPerApp.value) {
        sendAway(socket, 'too_many_websockets');
        socket.close();
        return;
      }
      open.add(socket);
      socket.on('close', () => {
        open.delete(socket);
        onChange();
      });
      socket.on('message', (data: Buffer) => onMessage(data.toString()));
      tell(socket, {
        type: 'hello',
        num_connections: open.size,
        connection_info: { app_id: appId },
        debug_info: { host: debugHost, approximate_connection_time: 18_060 },
      });
      keepAlive(socket);
      onChange();
    },
    async close() {
      const sockets = [...open];
      const goodbyes = sockets.map(closed);
      for (const socket of sockets) socket.close(1001);
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, closeWithinMs);
      await Promise.all(goodbyes);
      clearTimeout(timer);
      server.close();
    },
  };
}
