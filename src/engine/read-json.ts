import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import { OutsideError } from '../shared/errors.ts';
import { JsonMeter } from '../shared/json-meter.ts';
import { answerLimit } from './answer-limits.ts';
import type { Allowance } from './engine-traffic.ts';
import { letGo } from './held-bytes.ts';
import { limits } from './limits.ts';

/** Items of a list that are parsed at once. */
const PART_BYTES = 64 * 1024;
/** How long an answer lets others go first in all: its call has a time limit. */
const RESTED_MS_MAX = 2_000;

/**
 * The JSON of a good answer as its value, within the limit of its kind of call (`call`) and what is
 * left of `allowance`. A list is parsed in parts as it comes, so that neither its text is held nor the
 * loop. Rejects with `OutsideError` beyond the limits, and for what is no JSON.
 */
export async function readJson(
  response: IncomingMessage,
  call: string,
  signal: AbortSignal,
  allowance: Allowance,
): Promise<unknown> {
  const limit = answerLimit(call);
  const meter = new JsonMeter(limit, call);
  const items: unknown[] = [];
  let held: Buffer[] = [];
  let heldBytes = 0;
  let bytes = 0;
  let isInParts = false;
  let leave: (() => void) | null = null;
  let restedMs = 0;
  addAbortSignal(signal, response);
  try {
    const declared = Number(response.headers['content-length'] ?? 0);
    if (declared > limit.bytes) {
      const detail = `${call}: more than ${limit.bytes / 1024} KB`;
      throw new OutsideError('engine-answer-too-large', detail);
    }
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (restedMs < RESTED_MS_MAX) restedMs += await restFor(allowance, signal);
      countWhatFollows(allowance);
      const { values, lastComma } = meter.take(chunk);
      allowance.spend(chunk.length, values);
      bytes += chunk.length;
      if (bytes > limits.smallAnswerBytes && leave === null) {
        leave = await allowance.enterLarge(signal);
        countWhatFollows(allowance);
      }
      if (lastComma === -1 || heldBytes + lastComma < PART_BYTES) {
        held.push(chunk);
        heldBytes += chunk.length;
        continue;
      }
      held.push(chunk.subarray(0, lastComma));
      const text = textOf(held);
      items.push(...(parse(`${isInParts ? '[' : ''}${text}]`, call) as unknown[]));
      isInParts = true;
      held = [chunk.subarray(lastComma + 1)];
      heldBytes = chunk.length - lastComma - 1;
    }
    countWhatFollows(allowance);
    const text = textOf(held);
    if (!isInParts) return parse(text, call);
    items.push(...(parse(`[${text}`, call) as unknown[]));
    return items;
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    leave?.();
  }
}

/** Lets others go first; how long that took, in milliseconds. */
async function restFor({ share }: Allowance, signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  await share?.rest(() => signal.aborted);
  return performance.now() - startedAt;
}

/** Counts what is made of a piece, or of the answer, before anything else has its turn. */
function countWhatFollows({ share }: Allowance): void {
  if (share === undefined) return;
  const startedAt = performance.now();
  // It runs once nothing that waited for a promise is left to do.
  process.nextTick(() => share.took(performance.now() - startedAt));
}

/** What was held is let go of at once: a scan of large answers would else hold a hundred of them as garbage. */
function textOf(held: readonly Buffer[]): string {
  const whole = Buffer.concat(held);
  const text = whole.toString('utf8');
  for (const piece of [whole, ...held]) letGo(piece);
  return text;
}

function parse(text: string, call: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OutsideError('engine-invalid-answer', `${call}: not JSON`, { cause });
  }
}
