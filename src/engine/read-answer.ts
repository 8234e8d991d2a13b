import type { IncomingMessage } from 'node:http';
import { OutsideError } from '../shared/errors.ts';
import { readBody, requireGood } from './answer-status.ts';
import { limits } from './limits.ts';

/**
 * The body of a good answer, which is JSON, as its value. `what` names the call. Rejects with
 * `OutsideError` for any other status, for a body that is too large or not readable.
 */
export async function readAnswer(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
): Promise<unknown> {
  await requireGood(response, what, signal);
  return parseJson(await readBody(response, what, limits.jsonBytes, signal), what);
}

function parseJson(body: Buffer, what: string): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // What the parser complains of repeats a part of the answer.
    throw new OutsideError('engine-invalid-answer', `${what}: not JSON`);
  }
}
