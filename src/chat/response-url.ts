import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ChatTimings } from './timings.ts';

/** More at once starve acknowledgements of CPU on a small machine (measured at 200). */
const limit = pLimit(20);

/**
 * Posts to a response_url: a time limit, and one more try unless Slack says that the url is used up
 * (404 after 5 uses or 30 minutes). Null when taken, else the reason. Never rejects.
 * Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function postToResponseUrl(
  url: string,
  body: object,
  { responseTimeoutMs, backoffMs }: ChatTimings,
): Promise<string | null> {
  return limit(async () => {
    const first = await tryOnce(url, body, responseTimeoutMs);
    if (first === null || first === 'status 404') return first;
    await sleep(backoffMs);
    return tryOnce(url, body, responseTimeoutMs);
  });
}

async function tryOnce(url: string, body: object, timeoutMs: number): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    // Read to the end: an answer that is cut off says nothing about the message.
    await response.text();
    return response.ok ? null : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'failed';
  }
}
