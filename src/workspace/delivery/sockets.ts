import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { limits } from '../../blocks/limits.ts';
import { isJson, type Json } from '../../blocks/walk.ts';
import type { Scheduler } from '../clock.ts';
import type { Acknowledgement, DeliveryKind, Outgoing, Transport } from './delivery.ts';

export type DisconnectReason =
  | 'warning'
  | 'refresh_requested'
  | 'link_disabled'
  | 'too_many_websockets';

export interface Sockets extends Transport {
  /** Path and query of a WebSocket address whose ticket works once. */
  issuePath(): string;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): number;
  /** Cuts every connection without a word. */
  drop(): void;
  /** Tells every connection to leave; all but `warning` are cut ten seconds later. */
  disconnect(reason: DisconnectReason): void;
  /** Says goodbye and cuts whoever has not left after half a second. */
  close(): Promise<void>;
}

const pingEveryMs = 10_000;
const graceMs = 10_000;
const closeGraceMs = 500;
const debugHost = 'applink-harbour';

const envelopeTypes: Readonly<Record<DeliveryKind, string>> = {
  command: 'slash_commands',
  interactivity: 'interactive',
  event: 'events_api',
};

function toEnvelope({ kind, payload, envelopeId, retry }: Outgoing): string {
  const forEvents = { retry_attempt: retry?.number ?? 0, retry_reason: retry?.reason ?? '' };
  return JSON.stringify({
    envelope_id: envelopeId,
    type: envelopeTypes[kind],
    payload,
    accepts_response_payload: kind !== 'event',
    ...(kind === 'event' ? forEvents : {}),
  });
}

const isEmpty = (value: unknown) => !isJson(value) || Object.keys(value).length === 0;

function parseAcknowledgement(text: string): { envelopeId: string; payload: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJson(value) || typeof value.envelope_id !== 'string') return undefined;
    const payload = isEmpty(value.payload) ? undefined : value.payload;
    return { envelopeId: value.envelope_id, payload };
  } catch {
    return undefined;
  }
}

/** Socket Mode: up to ten connections, with the envelopes spread over them. */
export function createSockets(scheduler: Scheduler, appId: string): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const open = new Set<WebSocket>();
  const leaving = new WeakSet<WebSocket>();
  const waiting = new Map<string, (payload: unknown) => void>();
  let turn = 0;

  const tell = (socket: WebSocket, message: Json) => socket.send(JSON.stringify(message));
  const sendAway = (socket: WebSocket, reason: DisconnectReason) => {
    tell(socket, { type: 'disconnect', reason, debug_info: { host: debugHost } });
    if (reason === 'warning') return;
    leaving.add(socket);
    scheduler.schedule(graceMs, () => socket.terminate());
  };
  const keepAlive = (socket: WebSocket) => {
    scheduler.schedule(pingEveryMs, () => {
      if (!open.has(socket)) return;
      socket.ping();
      keepAlive(socket);
    });
  };
  const welcome = (socket: WebSocket) => {
    socket.on('error', () => socket.terminate());
    if (open.size >= limits.socketsPerApp.value) {
      sendAway(socket, 'too_many_websockets');
      socket.close();
      return;
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('message', (data: Buffer) => {
      const acknowledgement = parseAcknowledgement(data.toString());
      if (acknowledgement) waiting.get(acknowledgement.envelopeId)?.(acknowledgement.payload);
    });
    tell(socket, {
      type: 'hello',
      num_connections: open.size,
      connection_info: { app_id: appId },
      debug_info: { host: debugHost, approximate_connection_time: 18_060 },
    });
    socket.ping();
    keepAlive(socket);
  };

  return {
    issuePath() {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${appId}`;
    },
    handleUpgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket');
      if (ticket === null || !tickets.delete(ticket)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, welcome);
    },
    send(outgoing, signal): Promise<Acknowledgement> {
      const usable = [...open].filter((socket) => !leaving.has(socket));
      turn += 1;
      const socket = usable[turn % Math.max(1, usable.length)];
      const failed = { status: null, body: undefined, isFinal: false };
      if (!socket) return Promise.resolve({ ...failed, error: 'dispatch_failed' });
      return new Promise((resolve) => {
        const finish = (acknowledgement: Acknowledgement) => {
          waiting.delete(outgoing.envelopeId);
          resolve(acknowledgement);
        };
        waiting.set(outgoing.envelopeId, (payload) => {
          const body = outgoing.kind === 'event' ? undefined : payload;
          finish({ status: 200, body, isFinal: false });
        });
        signal.addEventListener('abort', () => finish({ ...failed, error: 'operation_timeout' }));
        socket.send(toEnvelope(outgoing));
      });
    },
    count: () => open.size,
    drop() {
      for (const socket of open) socket.terminate();
    },
    disconnect(reason) {
      for (const socket of open) sendAway(socket, reason);
    },
    async close() {
      const sockets = [...open];
      const closed = sockets.map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.close(1001);
      const timer = setTimeout(() => sockets.forEach((socket) => socket.terminate()), closeGraceMs);
      await Promise.all(closed);
      clearTimeout(timer);
      server.close();
    },
  };
}
