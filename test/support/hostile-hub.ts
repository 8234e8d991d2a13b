import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { greetEdge } from '../../src/hub/greet-edge.ts';
import { type EdgeFrame, readEdgeFrame, writeFrame } from '../../src/tunnel/frames.ts';
import {
  createKeyPair,
  type KeyPair,
  type Seal,
  writeGreeting as writeJson,
} from '../../src/tunnel/greeting.ts';
import { openTunnelSocket, type TunnelSocket } from '../../src/tunnel/tunnel-socket.ts';

/** A hub that proves itself and then does what it likes. */
export interface HostileHub {
  url: string;
  key: KeyPair;
  close(): Promise<void>;
}

/** One edge that it has. */
export interface Captured {
  seal: Seal;
  socket: TunnelSocket;
  /** Bytes of a frame, as they are but sealed. */
  send(bytes: Buffer): void;
  /** Bytes that nobody sealed. */
  sendOpenly(bytes: Buffer): void;
  ask(id: number, method: string, path: string, query?: Record<string, string>): void;
  frames: EdgeFrame[];
}

/** Calls `use` with each edge that came; `signWith` is its own key unless it is given. */
export async function openHostileHub(
  use: (edge: Captured) => void,
  signWith?: KeyPair,
  welcome: object = { kind: 'welcome', host: 'stolen' },
): Promise<HostileHub> {
  const key = createKeyPair();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const receive = async (opened: WebSocket): Promise<void> => {
    const socket = openTunnelSocket(opened, 8);
    const { seal } = await greetEdge(socket, signWith ?? key);
    await socket.send(seal.seal(writeJson(welcome)));
    const frames: EdgeFrame[] = [];
    socket.handle((bytes) => {
      frames.push(readEdgeFrame(seal.open(bytes)));
    });
    const send = (bytes: Buffer) => void socket.send(seal.seal(bytes)).catch(() => {});
    use({
      ...{ seal, socket, frames, send },
      sendOpenly: (bytes) => opened.send(bytes),
      ask: (id, method, path, query = {}) =>
        send(writeFrame({ kind: 'request', id, request: { method, path, query } })),
    });
  };
  server.on('connection', (opened) => {
    receive(opened).catch(() => opened.terminate());
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
