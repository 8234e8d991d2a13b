import type { IncomingMessage } from 'node:http';
import { requireGood } from './answer-status.ts';
import type { Allowance } from './engine-traffic.ts';
import { readJson } from './read-json.ts';

/**
 * The body of a good answer, which is JSON, as its value. `what` names the call. Rejects with
 * `OutsideError` for any other status, for a body that is too large or not readable.
 */
export async function readAnswer(
  response: IncomingMessage,
  what: string,
  signal: AbortSignal,
  allowance: Allowance,
): Promise<unknown> {
  await requireGood(response, what, signal);
  return readJson(response, what, signal, allowance);
}
