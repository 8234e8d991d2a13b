import http from 'node:http';
import { HTTPReceiver } from '@slack/bolt';
import type { Logger } from '../shared/logger.ts';
import { boltLogger } from './bolt-logger.ts';

/** Clocks may differ by this much; Bolt itself refuses only what is older. */
const SKEW_MAX_SECONDS = 300;
const CLOSE_WITHIN_MS = 1_000;
const FORM = 'application/x-www-form-urlencoded';

export interface HttpDoor {
  receiver: HTTPReceiver;
  /** Starts listening; gives the port. */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

export interface HttpDoorParts {
  signingSecret: string;
  /** Answers other paths than Slack's; false for one that is not its own. */
  operations: (path: string, response: http.ServerResponse) => boolean;
  now: () => number;
  log: Logger;
}

/**
 * Slack over HTTP: Bolt's receiver behind a server of our own that refuses timestamps from the
 * future (Bolt accepts them, so that a captured request could be replayed for years), takes a form
 * with a charset (Bolt compares the header exactly) and answers whoever runs Seawall.
 */
export function openHttpDoor({ signingSecret, operations, now, log }: HttpDoorParts): HttpDoor {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger: boltLogger(log),
    unhandledRequestHandler: ({ logger }) => logger.warn('a request was not acknowledged in time'),
  });
  const server = http.createServer((request, response) => {
    const [pathname = '/'] = (request.url ?? '/').split('?', 1);
    if (request.method === 'GET' && operations(pathname, response)) return;
    if (pathname !== '/slack/events' || request.method !== 'POST') {
      return respond(response, 404, 'not found');
    }
    const timestamp = Number(request.headers['x-slack-request-timestamp']);
    // A request without one is Bolt's to judge: it refuses all but the certificate check.
    if (timestamp > now() / 1_000 + SKEW_MAX_SECONDS) {
      log.warn({ timestamp }, 'a request from the future was refused');
      return respond(response, 401, 'timestamp refused');
    }
    if (request.headers['content-type']?.toLowerCase().startsWith(FORM)) {
      request.headers['content-type'] = FORM;
    }
    receiver.requestListener(request, response);
  });
  return {
    receiver,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          const address = server.address();
          resolve(typeof address === 'object' && address ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        // Requests are answered at once; who is still sending then would hold the end up.
        const cut = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function respond(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${text}\n`);
}
