import type { RawData, WebSocket } from 'ws';
import { TunnelError } from './frames.ts';
import { tunnelLimits } from './limits.ts';

/** One connection between an edge and its hub: messages of bytes, and signs of life. */
export interface TunnelSocket {
  /**
   * Resolves when the message has left this process. Rejects with `TunnelError` when it cannot. Ends the connection
   * to who leaves too much unread.
   */
  send(bytes: Buffer): Promise<void>;
  /** The next message, before `handle` was called. Rejects with `TunnelError` when none comes. */
  next(): Promise<Buffer>;
  /** Hands every further message to `take`; what that throws ends the connection. */
  handle(take: (bytes: Buffer) => void): void;
  /** Ends it at once, with the reason that `ended` gives. */
  close(why: string): void;
  /** Why it ended, whoever ended it. Never rejects. */
  readonly ended: Promise<string>;
  /** Whether the other end gives a sign of life within so many milliseconds in which this process runs. */
  isAlive(withinMs: number): Promise<boolean>;
}

/** How many pings go without an answer. */
const SILENT_BEATS = 3;
/** Of the time in which a sign of life has to come. */
const PARTS = 10;

/**
 * Takes a socket over that is open, or about to. At most `waitingMax` messages wait for `next` or `handle`;
 * one more ends the connection.
 */
export function openTunnelSocket(socket: WebSocket, waitingMax: number): TunnelSocket {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const waiting: Buffer[] = [];
  let take: ((bytes: Buffer) => void) | null = null;
  let want: { resolve(bytes: Buffer): void; reject(error: Error): void } | null = null;
  let isOver = false;
  let silentBeats = 0;
  const asking = openAsking(socket);

  const over = (why: string): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(beat);
    socket.terminate();
    want?.reject(new TunnelError(why));
    asking.settle(false);
    resolve(why);
  };
  const heard = (): void => {
    silentBeats = 0;
  };
  // Beats are counted and not time, of which none counts in which this process itself stands still.
  const beat = setInterval(() => {
    silentBeats += 1;
    if (silentBeats > SILENT_BEATS) over('no sign of life');
    else socket.ping();
  }, tunnelLimits.pingMs).unref();

  socket.on('message', (data: RawData, isBinary: boolean) => {
    heard();
    if (isOver) return;
    if (!isBinary) return over('a message was no bytes');
    const bytes = bytesOf(data);
    try {
      if (take !== null) take(bytes);
      else if (want !== null) {
        want.resolve(bytes);
        want = null;
      } else if (waiting.push(bytes) > waitingMax) over('more messages than were asked for');
    } catch (error) {
      if (!(error instanceof TunnelError)) throw error;
      over(error.message);
    }
  });
  socket.on('ping', heard);
  socket.on('pong', () => {
    heard();
    asking.settle(true);
  });
  socket.on('error', (error) => over(error.message));
  socket.on('close', (code) => over(`the other end closed the connection (${code})`));

  return {
    ended,
    send: sending(socket, over),
    next: () =>
      new Promise((done, reject) => {
        const first = waiting.shift();
        if (first !== undefined) done(first);
        else if (isOver) reject(new TunnelError('the connection is over'));
        else want = { resolve: done, reject };
      }),
    handle(next) {
      take = next;
      for (const bytes of waiting.splice(0)) {
        try {
          next(bytes);
        } catch (error) {
          if (!(error instanceof TunnelError)) throw error;
          over(error.message);
        }
      }
    },
    close: over,
    isAlive: async (withinMs) => !isOver && asking.ask(withinMs),
  };
}

/** Those who ask for a sign of life; `settle` tells all of them, and none of them is kept longer than it asks. */
function openAsking(socket: WebSocket) {
  const waiting = new Set<(isAlive: boolean) => void>();
  return {
    settle(isAlive: boolean): void {
      for (const one of waiting) one(isAlive);
    },
    ask: (withinMs: number): Promise<boolean> =>
      new Promise((done) => {
        const settle = (isAlive: boolean): void => {
          clearInterval(timer);
          waiting.delete(settle);
          done(isAlive);
        };
        waiting.add(settle);
        // While this process itself stands still, one part passes, and what came is heard before the next, or the end.
        let parts = PARTS;
        const timer = setInterval(() => {
          parts -= 1;
          if (parts === 0) setImmediate(settle, false);
        }, withinMs / PARTS);
        socket.ping();
      }),
  };
}

/** Sends while the connection lasts; one that leaves too much unread is over. */
function sending(socket: WebSocket, over: (why: string) => void): TunnelSocket['send'] {
  const { unsentBytes, unsentMessages } = tunnelLimits;
  let unsent = 0;
  return (bytes) =>
    new Promise((done, reject) => {
      if (unsent >= unsentMessages || socket.bufferedAmount > unsentBytes) {
        over('the other end does not read what it is sent');
      }
      if (socket.readyState !== socket.OPEN) {
        return reject(new TunnelError('the connection is over'));
      }
      unsent += 1;
      socket.send(bytes, (error) => {
        unsent -= 1;
        if (error) reject(new TunnelError(error.message));
        else done();
      });
    });
}

const bytesOf = (data: RawData): Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
};
