import http, { type IncomingMessage } from 'node:http';
import { HTTPReceiver, isValidSlackRequest } from '@slack/bolt';
import { CONNECTIONS_MAX, httpLimits, listenOn } from '../shared/listen-on.ts';
import type { Logger } from '../shared/logger.ts';
import { isRecord } from '../shared/record.ts';
import { boltLogger } from './bolt-logger.ts';
import { isDelivery } from './delivery-shape.ts';

/** Clocks may differ by this much. */
const SKEW_MAX_SECONDS = 300;
const CLOSE_WITHIN_MS = 1_000;
const FORM = 'application/x-www-form-urlencoded';

export interface HttpDoor {
  receiver: HTTPReceiver;
  /** Starts listening; gives the port. Rejects like `listenOn`. */
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
 * with a charset (Bolt compares the header exactly), refuses at once what Bolt would leave without an
 * answer or call a failure of ours, and answers whoever runs Seawall. What nobody has checked yet costs
 * little: the headers are looked at before the body, and all bodies together have so much room.
 */
export function openHttpDoor({ signingSecret, operations, now, log }: HttpDoorParts): HttpDoor {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger: boltLogger(log),
    unhandledRequestHandler({ logger, response }) {
      logger.warn('a request was not acknowledged in time');
      if (!response.headersSent) respond(response, 404, 'not acknowledged');
    },
    // What fails in a listener is told elsewhere: this is a body that Bolt itself trips over.
    async processEventErrorHandler({ error, response }) {
      log.warn({ error }, 'a signed request could not be read');
      if (!response.headersSent) respond(response, 400, 'not understood');
      return true;
    },
  });
  const bodies = openRequestBodies();
  const server = http.createServer(httpLimits, (request, response) => {
    const [pathname = '/'] = (request.url ?? '/').split('?', 1);
    if (request.method === 'GET' && operations(pathname, response)) return;
    if (pathname !== '/slack/events' || request.method !== 'POST') {
      return respond(response, 404, 'not found');
    }
    if (isSigned(request) && !isTimely(request, now)) {
      log.warn({}, 'a request from the past or the future was refused');
      return refuse(response, 401, 'timestamp refused');
    }
    if (request.headers['content-type']?.toLowerCase().startsWith(FORM)) {
      request.headers['content-type'] = FORM;
    }
    receive(request, response).catch((error: unknown) => {
      log.info({ error }, 'a request could not be read');
      response.destroy();
    });
  });
  async function receive(request: http.IncomingMessage, response: http.ServerResponse) {
    const closed = new Promise((resolve) => response.once('close', resolve));
    const read = await bodies.read(request, isSigned(request), closed);
    if (read.kind === 'too-large') return refuse(response, 413, 'too large');
    if (read.kind === 'no-room') return refuse(response, 503, 'too much at once');
    const { body: rawBody } = read;
    if (isSignedNonsense(request, rawBody.toString(), { signingSecret, now })) {
      log.warn({}, 'a signed request was none that Slack sends');
      return respond(response, 400, 'not understood');
    }
    // Bolt reads the body from here, and checks the signature.
    receiver.requestListener(Object.assign(request, { rawBody }), response);
  }
  server.maxConnections = CONNECTIONS_MAX;
  return {
    receiver,
    listen: (port, host) => listenOn(server, { port, host }),
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

/** Both headers are there; one without them is Bolt's to judge, which refuses all but the certificate check. */
const isSigned = ({ headers }: IncomingMessage): boolean =>
  Boolean(headers['x-slack-signature'] && headers['x-slack-request-timestamp']);

/** Not from the future, and not old: that by the clock of this machine, as Bolt has it. */
function isTimely({ headers }: IncomingMessage, now: () => number): boolean {
  const timestamp = Number(headers['x-slack-request-timestamp']);
  return (
    timestamp <= now() / 1_000 + SKEW_MAX_SECONDS &&
    timestamp >= Date.now() / 1_000 - SKEW_MAX_SECONDS
  );
}

/** Answers without the rest of the request, and ends the connection. */
function refuse(response: http.ServerResponse, status: number, text: string): void {
  response.setHeader('connection', 'close');
  respond(response, status, text);
}

function respond(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${text}\n`);
}

/**
 * True for a request that Slack signed and that is nothing a listener could take. One without a valid
 * signature is Bolt's to judge, which refuses all but the check of the certificate.
 */
function isSignedNonsense(
  { headers }: IncomingMessage,
  body: string,
  { signingSecret, now }: { signingSecret: string; now: () => number },
): boolean {
  const isSigned = isValidSlackRequest({
    signingSecret,
    body,
    headers: {
      'x-slack-signature': String(headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
    nowMilliseconds: now(),
  });
  return isSigned && !isKnown(parseBody(headers['content-type'] ?? '', body));
}

function isKnown(body: unknown): boolean {
  // Slack asks whether the address and its certificate are right; Bolt answers both.
  const isCheck = isRecord(body) && (body.ssl_check === '1' || typeof body.challenge === 'string');
  return isCheck || isDelivery(body);
}

/** What Bolt makes of it; undefined for what is no JSON. */
function parseBody(contentType: string, body: string): unknown {
  try {
    if (contentType.startsWith('application/json')) return JSON.parse(body) as unknown;
    const fields = Object.fromEntries(new URLSearchParams(body));
    return fields.payload === undefined ? fields : (JSON.parse(fields.payload) as unknown);
  } catch {
    return undefined;
  }
}

/** As Bolt's receiver: Slack's own requests are far smaller. */
const BYTES_MAX = 4_000_000;
/** Of a request without signature: the check of the certificate has some fifty. */
const UNSIGNED_BYTES_MAX = 4_096;
/** Every body may have so much; what is beyond shares the room for large ones. */
const SMALL_BYTES = 64 * 1024;
const LARGE_ROOM_BYTES = 16_000_000;

export type ReadBody = { kind: 'read'; body: Buffer } | { kind: 'too-large' } | { kind: 'no-room' };

export interface RequestBodies {
  /** Reads a body, which counts as long as `until` is not settled. Rejects when the connection breaks. */
  read(request: IncomingMessage, isSigned: boolean, until: Promise<unknown>): Promise<ReadBody>;
}

/** Reads bodies of requests that nobody has checked yet, with room for all of them together. */
export function openRequestBodies(): RequestBodies {
  let largeBytes = 0;
  return {
    async read(request, isSigned, until) {
      const most = isSigned ? BYTES_MAX : UNSIGNED_BYTES_MAX;
      // Each part by itself would take a hundred times its size where parts are small.
      let body = Buffer.alloc(0);
      let size = 0;
      let large = 0;
      const leave = () => {
        largeBytes -= large;
      };
      void until.then(leave, leave);
      // The connection stays for the answer that says so.
      const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      for await (const chunk of parts) {
        const before = size;
        size += chunk.length;
        if (size > most) return { kind: 'too-large' };
        const more = Math.max(0, size - SMALL_BYTES) - large;
        if (largeBytes + more > LARGE_ROOM_BYTES) return { kind: 'no-room' };
        large += more;
        largeBytes += more;
        if (size > body.length) body = Buffer.concat([body], Math.min(2 * size, most));
        chunk.copy(body, before);
      }
      return { kind: 'read', body: body.subarray(0, size) };
    },
  };
}
