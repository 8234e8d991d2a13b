import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import { findUpload, receiveUpload, sendFile } from './files-http.ts';
import type { ApiCall } from './journal.ts';
import type { OwnAddress } from './own-address.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import { replyWithFaults, send, textReply } from './reply.ts';
import type { ResponseUrls } from './response-urls.ts';
import { answerApiCall } from './web-api/answer.ts';

/** Slack names no limit; the largest that it takes, a view of 250 KB, fits whatever is escaped in it. */
const callBytesMax = 1_000_000;

/** A connection that ends just as it is used again is a failure that no fault was added for. */
const KEPT_MS = 60_000;

/** Answers what belongs to the page; false for any other path. */
export type PageRoutes = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

async function answerResponseUrl(
  core: Core,
  responseUrls: ResponseUrls,
  key: string,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const { journal, faults, scheduler } = core;
  const call: ApiCall = {
    method: 'response_url',
    arguments: parseLoosely(body),
    answer: null,
    status: null,
    at: scheduler.now(),
  };
  journal.addCall(call, body.length);
  const channel = responseUrls.findChannel(key);
  const context = { faults, scheduler, call, channel, revokeToken: () => undefined };
  await replyWithFaults(response, context, () => responseUrls.answer(key, body));
  journal.notifyChange();
}

function parseLoosely(body: Buffer): ApiCall['arguments'] {
  try {
    return JSON.parse(body.toString()) as ApiCall['arguments'];
  } catch {
    return { body: body.toString() };
  }
}

async function route(
  core: Core,
  responseUrls: ResponseUrls,
  page: PageRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(request.url ?? '/', 'http://localhost');
  if (url === null) {
    send(response, textReply('not an address', 400));
    return;
  }
  if (page(request, response, url)) return;
  const [area = '', first = ''] = url.pathname.slice(1).split('/');
  if (request.method === 'GET' && area === 'files') {
    sendFile(core, first, request, response);
    return;
  }
  const limitBytes = request.method === 'POST' ? bodyLimit(core, area, first) : null;
  if (limitBytes === null) {
    // What nobody asked for is not read.
    send(response, { ...textReply('not found', 404), headers: { connection: 'close' } });
    return;
  }
  const body = await readBody(request, limitBytes);
  if (area === 'api') await answerApiCall(core, first, request, body, response);
  else if (area === 'response') await answerResponseUrl(core, responseUrls, first, body, response);
  else await receiveUpload(core, first, request, body, response);
}

/** Bytes of the largest body that an address takes; null where there is none to send one to. */
function bodyLimit(core: Core, area: string, first: string): number | null {
  if (first === '') return null;
  if (area === 'api' || area === 'response') return callBytesMax;
  const file = area === 'upload' ? findUpload(core, first) : undefined;
  // The file, and around it what multipart takes.
  return file ? file.declaredBytes + 10_000 : null;
}

/** The HTTP side of the workspace: Web API, response addresses, uploads and the page. */
export function createHttpServer(
  core: Core,
  responseUrls: ResponseUrls,
  page: PageRoutes,
  own: () => OwnAddress,
): Server {
  return createServer({ keepAliveTimeout: KEPT_MS }, (request, response) => {
    const refusal = own().refusalOf(request);
    if (refusal !== null) {
      send(response, { ...textReply(`${refusal}\n`, 403), headers: { connection: 'close' } });
      return;
    }
    route(core, responseUrls, page, request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(error instanceof BodyTooLarge ? 413 : 500, { connection: 'close' });
      response.end(error instanceof BodyTooLarge ? 'too large' : 'the workspace failed');
    });
  });
}
