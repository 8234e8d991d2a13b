import { ErrorCode } from '@slack/web-api';
import pLimit from 'p-limit';
import type { ChatTimings } from './timings.ts';

/** More at once starve acknowledgements of CPU on a small machine (measured at 200). */
const limit = pLimit(20);

/** The url is used up: after 5 uses or 30 minutes. */
export const isUsedUp = (error: unknown): boolean => (error as { status?: unknown }).status === 404;

/**
 * Posts once to a response_url, within a time limit. Rejects as the Web API client does, for what Slack
 * says as for a connection that fails.
 * Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function postToResponseUrl(
  url: string,
  body: object,
  { responseTimeoutMs }: ChatTimings,
): Promise<void> {
  return limit(async () => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(responseTimeoutMs),
      redirect: 'error',
    }).catch((error: unknown) => {
      // Its text may hold the address.
      throw new Error(error instanceof Error ? error.name : 'failed');
    });
    // Read to the end: an answer that is cut off says nothing about the message.
    const text = await response.text();
    if (response.ok) return;
    const { status } = response;
    const isSlacks = status < 500 && /^[a-z0-9_]{1,80}$/.test(text);
    const said = isSlacks ? { code: ErrorCode.PlatformError, data: { error: text } } : {};
    throw Object.assign(new Error(`status ${status}`), { status, ...said });
  });
}
