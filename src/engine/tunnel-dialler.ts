import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { EdgeTunnels, TunnelAnswer } from '../ports/edge-tunnels.ts';
import { OutsideError } from '../shared/errors.ts';
import type { Dialler } from './dial.ts';

/** Sends requests to an engine through the connection that its host holds. Opens nothing. */
export function createTunnelDialler(host: string, tunnels: EdgeTunnels | undefined): Dialler {
  const open = new Set<TunnelResponse>();
  return {
    async dial({ method, path, query = {}, signal }) {
      if (tunnels === undefined) {
        const detail = `${host} dials out, and this program is not the one that it is connected to`;
        throw new OutsideError('engine-unreachable', detail);
      }
      if (method !== 'GET' && method !== 'HEAD') {
        throw new Error(`${method} ${path} is no call for an edge`);
      }
      const answer = await tunnels.ask(host, { method, path, query }, signal);
      const response = new TunnelResponse(answer);
      open.add(response);
      const abort = () => response.destroy(signal.reason);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      response.once('close', () => {
        open.delete(response);
        signal.removeEventListener('abort', abort);
      });
      // An `IncomingMessage` of node's waits for a parser that is not there.
      return response as unknown as IncomingMessage;
    },
    close() {
      for (const response of open) response.destroy();
    },
  };
}

/** What readers of answers use of those that node gives; its socket is one that nothing goes through. */
class TunnelResponse extends Readable {
  readonly httpVersion = '1.1';
  readonly socket = new Socket();
  readonly statusMessage = '';
  readonly statusCode: number;
  readonly headers: TunnelAnswer['headers'];
  readonly #answer: TunnelAnswer;

  constructor(answer: TunnelAnswer) {
    super();
    this.#answer = answer;
    [this.statusCode, this.headers] = [answer.status, answer.headers];
  }

  override _read(): void {
    this.#answer.next().then(
      (part) => this.push(part),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#answer.cancel();
    callback(error);
  }
}
