import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Scheduler } from '../clock.ts';
import { createConnections, type DisconnectReason } from './connections.ts';
import type { Acknowledgement, Transport } from './delivery.ts';
import { parseAcknowledgement, toEnvelope } from './envelope.ts';

export interface Sockets extends Transport {
  /** Path and query of a WebSocket address whose ticket works once. */
  issuePath(): string;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): number;
  /** Cuts every connection without a word. */
  drop(): void;
  /** Tells every connection to leave; all but `warning` are cut ten seconds later. */
  disconnect(reason: DisconnectReason): void;
  close(): Promise<void>;
}

const noAnswer = { status: null, body: undefined, isFinal: false };

/** Socket Mode: up to ten connections, with the envelopes spread over them. */
export function createSockets(scheduler: Scheduler, appId: string, onChange: () => void): Sockets {
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
      return `/link/?ticket=${ticket}&app_id=${appId}`;
    },
    handleUpgrade(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket');
      if (ticket === null || !tickets.delete(ticket)) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
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
    close: () => connections.close(),
  };
}
