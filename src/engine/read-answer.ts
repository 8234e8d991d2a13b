import type { IncomingMessage } from 'node:http';
import { OutsideError } from '../shared/errors.ts';
import { readBody, requireGood } from './answer-status.ts';
import { limits } from './limits.ts';
import { readEntries } from './read-archive.ts';

/**
 * The body of a good answer: JSON as its value, a tar as `ArchiveEntry[]`. `what` names the call.
 * Rejects with `OutsideError` for any other status, for a body that is too large or not readable.
 */
export async function readAnswer(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<unknown> {
  if (contentType(response) === 'application/x-tar') return readEntries(response, what, signal);
  await requireGood(response, what, signal);
  return parseJson(await readBody(response, what, limits.jsonBytes, signal), what);
}

const contentType = (response: IncomingMessage): string =>
  (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

function parseJson(body: Buffer, what: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new OutsideError('engine-invalid-answer', `${what}: not JSON`, { cause });
  }
}
