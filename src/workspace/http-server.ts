import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { authorizeInstall } from './authorize-page.ts';
import type { Core } from './core.ts';
import { receiveUpload, sendFile } from './files-http.ts';
import type { ApiCall } from './journal.ts';
import { replyWithFaults } from './reply.ts';
import type { ResponseUrls } from './response-urls.ts';
import { answerApiCall } from './web-api/answer.ts';

const bodyLimitBytes = 50_000_000;

class BodyTooLarge extends Error {}

/** Reads a body of at most `limitBytes`; throws beyond. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

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
  journal.calls.push(call);
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
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (page(request, response, url)) return;
  const [area, first = '', second] = url.pathname.slice(1).split('/');
  if (request.method === 'GET' && area === 'files') {
    sendFile(core, first, request, response);
    return;
  }
  if (request.method === 'GET' && area === 'oauth' && second === 'authorize') {
    authorizeInstall(core, url.searchParams, response);
    return;
  }
  if (request.method !== 'POST' || first === '') {
    response.writeHead(404).end();
    return;
  }
  const body = await readBody(request, bodyLimitBytes);
  if (area === 'api') await answerApiCall(core, first, request, body, response);
  else if (area === 'response') await answerResponseUrl(core, responseUrls, first, body, response);
  else if (area === 'upload') await receiveUpload(core, first, request, body, response);
  else response.writeHead(404).end();
}

/** The HTTP side of the workspace: Web API, response addresses, uploads, OAuth and the page. */
export function createHttpServer(core: Core, responseUrls: ResponseUrls, page: PageRoutes): Server {
  return createServer((request, response) => {
    route(core, responseUrls, page, request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(error instanceof BodyTooLarge ? 413 : 500, { connection: 'close' });
      response.end(error instanceof BodyTooLarge ? 'too large' : String(error));
    });
  });
}
