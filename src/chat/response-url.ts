import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

const TIMEOUT_MS = 10_000;
const RETRY_WAIT_MS = 1_000;
/** More at once starve acknowledgements of CPU on a small machine (measured at 200). */
const limit = pLimit(20);

/**
 * Posts to a response_url: a time limit, and one more try unless Slack says that the url is used up
 * (404 after 5 uses or 30 minutes). Null when taken, else the reason. Never rejects.
 * Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function postToResponseUrl(url: string, body: object): Promise<string | null> {
  return limit(async () => {
    const first = await tryOnce(url, body);
    if (first === null || first === 'status 404') return first;
    await sleep(RETRY_WAIT_MS);
    return tryOnce(url, body);
  });
}

async function tryOnce(url: string, body: object): Promise<string | null> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    await response.body?.cancel();
    return response.ok ? null : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'failed';
  }
}
