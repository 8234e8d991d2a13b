import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { finished } from 'node:stream/promises';
import { OutsideError } from '../shared/errors.ts';
import { foreignMessage } from '../shared/foreign-message.ts';
import { fieldsOf } from '../shared/record.ts';
import type { Finish } from './exchange.ts';
import { limits } from './limits.ts';
import { readJson } from './read-json.ts';

/** Rejects with the `OutsideError` of an answer with any status but a good one. */
export async function requireGood(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  if (!isGood(response)) throw await statusError(response, what, signal);
}

// What is made of answers; `what` names the call in errors.

/** The headers of a good answer without a body, names in lower case; rejects as `readAnswer` does. */
export const readHeaders =
  (what: string): Finish<Record<string, string>> =>
  async (response) => {
    response.resume(); // Otherwise the connection never becomes free again.
    await finished(response);
    if (!isGood(response)) throw engineStatus(response, what, '');
    const headers = Object.entries(response.headers);
    return Object.fromEntries(
      headers.map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
    );
  };

/** What an answer of any status tells without its content. */
export interface Glance {
  status: number;
  /** The header of every engine, which what stands before it has no reason to make up. */
  hasEngineHeader: boolean;
  /** Of an error in the shape of an engine's. */
  message: string | null;
}

/** Looks at an answer and hangs up; of an error its body is read, within its limit. */
export const glanceAt =
  (what: string): Finish<Glance> =>
  async (response, signal) => {
    const hasEngineHeader = response.headers['api-version'] !== undefined;
    const body = isGood(response)
      ? Buffer.alloc(0)
      : await readBody(response, what, limits.errorBytes, signal);
    response.destroy();
    const message = errorMessage(body.toString('utf8'));
    return { status: response.statusCode ?? 0, hasEngineHeader, message };
  };

const isGood = ({ statusCode = 0 }: IncomingMessage): boolean =>
  statusCode >= 200 && statusCode < 300;

/** The whole body. Rejects with `OutsideError` for one of more bytes than allowed. */
async function readBody(
  response: IncomingMessage,
  what: string,
  limitBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  addAbortSignal(signal, response);
  const chunks: Buffer[] = [];
  let bytes = Number(response.headers['content-length'] ?? 0);
  if (bytes <= limitBytes) {
    bytes = 0;
    // Leaving the loop early destroys the response and its socket.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limitBytes) break;
      chunks.push(chunk);
    }
  }
  if (bytes <= limitBytes) return Buffer.concat(chunks);
  response.destroy();
  const detail = `${what}: more than ${limitBytes / 1024} KB`;
  throw new OutsideError('engine-answer-too-large', detail);
}

async function statusError(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<OutsideError> {
  const body = await readBody(response, what, limits.errorBytes, signal);
  return engineStatus(response, what, messageIn(body.toString('utf8')));
}

function engineStatus(response: IncomingMessage, what: string, message: string): OutsideError {
  const status = response.statusCode ?? 0;
  const text = foreignMessage(message) || foreignMessage(response.statusMessage ?? '');
  return new OutsideError('engine-status', `${what}: ${status} ${text}`.trim(), {
    status,
    isRetryable: status >= 500,
    remedy: EXPECTS_TLS.test(text) ? 'This port expects TLS: set `tls` for the host.' : null,
  });
}

/** What Go, and so Docker, and servers before it say to who comes without it. */
const EXPECTS_TLS = /HTTP request (was sent )?to (an )?HTTPS (server|port)/i;

/** Engines answer `{"message": "…"}`; proxies in between anything else, which is then the message. */
const messageIn = (body: string): string =>
  errorMessage(body) ?? withoutTags(body.slice(0, PAGE_CHARACTERS));

/** Of a page that is no engine's: the message is cut to far less. */
const PAGE_CHARACTERS = 4096;

function withoutTags(page: string): string {
  const [first = '', ...rest] = page.split('<');
  return [first, ...rest.map((part) => ` ${part.slice(part.indexOf('>') + 1)}`)].join('');
}

function errorMessage(body: string): string | null {
  try {
    const { message } = fieldsOf(JSON.parse(body));
    return typeof message === 'string' ? message : null;
  } catch {
    return null; // Not JSON, and so not an engine's.
  }
}

/**
 * The body of a good answer, which is JSON, as its value. Rejects with `OutsideError` for any other status, for a body
 * that is too large or not readable.
 */
export const readAnswer =
  (what: string): Finish<unknown> =>
  async (response, signal, allowance) => {
    await requireGood(response, what, signal);
    return readJson(response, what, signal, allowance);
  };
