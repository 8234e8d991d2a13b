import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { isJson } from '../../../src/blocks/walk.ts';
import type { Scheduler } from '../clock.ts';
import { createConnections, type DisconnectReason } from './connections.ts';
import type { Acknowledgement, DeliveryKind, Outgoing, Transport } from './delivery.ts';

export interface Sockets extends Transport {
  /** Path and query of a WebSocket address whose ticket works once. */
  issuePath(): string;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): number;
  /** Cuts every connection without a word. */
  drop(): void;
  /** Tells every connection to leave; all but `warning` are cut ten seconds later. */
  disconnect(reason: DisconnectReason): void;
  /** Sends a text as it is to every connection, for what Slack would never send. */
  sendText(text: string): void;
  close(): Promise<void>;
}

const noAnswer = { status: null, body: undefined, isFinal: false };

const LINK = '/link/';

/** One answer, and no more of the connection. */
function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
}

export interface SocketParts {
  scheduler: Scheduler;
  appId: string;
  /** True for an upgrade that does not mean this workspace. */
  isForeign: (request: IncomingMessage) => boolean;
  onChange: () => void;
}

/** Socket Mode: up to ten connections, with the envelopes spread over them. */
export function createSockets({ scheduler, appId, isForeign, onChange }: SocketParts): Sockets {
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: unknown) => void>();
  let turn = 0;
  const takeAcknowledgement = (text: string) => {
    const acknowledgement = parseAcknowledgement(text);
    if (acknowledgement) waiting.get(acknowledgement.envelopeId)?.(acknowledgement.payload);
  };
  const connections = createConnections(scheduler, appId, takeAcknowledgement, onChange);
  return {
    issuePath() {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `${LINK}?ticket=${ticket}&app_id=${appId}`;
    },
    handleUpgrade(request, socket, head) {
      // From here on nobody else listens to its errors, and one without a listener ends the process.
      socket.on('error', () => socket.destroy());
      const url = URL.parse(request.url ?? '/', 'http://localhost');
      const ticket = url?.pathname === LINK ? url.searchParams.get('ticket') : null;
      if (isForeign(request)) return turnAway(socket, '403 Forbidden');
      if (!ticket || !tickets.delete(ticket)) return turnAway(socket, '401 Unauthorized');
      connections.server.handleUpgrade(request, socket, head, (open) => connections.welcome(open));
    },
    send(outgoing, signal): Promise<Acknowledgement> {
      const usable = connections.usable();
      turn += 1;
      const socket = usable[turn % Math.max(1, usable.length)];
      if (!socket) return Promise.resolve({ ...noAnswer, error: 'dispatch_failed' });
      return new Promise((resolve) => {
        const finish = (acknowledgement: Acknowledgement) => {
          waiting.delete(outgoing.envelopeId);
          resolve(acknowledgement);
        };
        waiting.set(outgoing.envelopeId, (payload) => {
          const body = outgoing.kind === 'event' ? undefined : payload;
          finish({ status: 200, body, isFinal: false });
        });
        signal.addEventListener('abort', () => finish({ ...noAnswer, error: 'operation_timeout' }));
        socket.send(toEnvelope(outgoing));
      });
    },
    count: () => connections.all().length,
    drop() {
      for (const socket of connections.all()) socket.terminate();
    },
    disconnect(reason) {
      for (const socket of connections.all()) connections.sendAway(socket, reason);
    },
    sendText(text) {
      for (const socket of connections.usable()) socket.send(text);
    },
    close: () => connections.close(),
  };
}

const envelopeTypes: Readonly<Record<DeliveryKind, string>> = {
  command: 'slash_commands',
  interactivity: 'interactive',
  event: 'events_api',
};

/** A payload as it goes over a socket. */
function toEnvelope({ kind, payload, envelopeId, retry }: Outgoing): string {
  // Over a socket the reason has no `http_` in front.
  const reason = retry?.reason.replace(/^http_/, '') ?? '';
  const forEvents = { retry_attempt: retry?.number ?? 0, retry_reason: reason };
  return JSON.stringify({
    envelope_id: envelopeId,
    type: envelopeTypes[kind],
    payload,
    accepts_response_payload: kind !== 'event',
    ...(kind === 'event' ? forEvents : {}),
  });
}

const isEmpty = (value: unknown) => !isJson(value) || Object.keys(value).length === 0;

/** What the app sent back for an envelope; undefined for anything else. */
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
