import { ErrorCode } from '@slack/web-api';

/** What a failed Slack call asks of its caller. */
export type SlackFailure =
  | { kind: 'wait'; waitMs: number; reason: string }
  | { kind: 'retry'; reason: string }
  | { kind: 'refused'; reason: string };

/** A 429 without Retry-After is taken as one second (the header is documented, its lack was seen). */
const WAIT_DEFAULT_MS = 1_000;

const passing = ['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'request_timeout'];

/** Sorts the errors of @slack/web-api: limited, passing, or refused for good. */
export function slackFailure(error: unknown): SlackFailure {
  const { code, retryAfter, data, message } = error as {
    code?: string;
    retryAfter?: number;
    data?: { error?: string };
    message?: string;
  };
  // For a body that is not JSON the library gives the body itself as the error.
  if (data?.error !== undefined && !/^[a-z0-9_]{1,80}$/.test(data.error)) {
    return { kind: 'retry', reason: 'the answer was not Slack’s' };
  }
  const reason = data?.error ?? message ?? String(error);
  if (code === ErrorCode.RateLimitedError) {
    return { kind: 'wait', waitMs: (retryAfter ?? 1) * 1_000, reason };
  }
  if (/rate.?limit/i.test(reason)) return { kind: 'wait', waitMs: WAIT_DEFAULT_MS, reason };
  if (code === ErrorCode.PlatformError && !passing.includes(data?.error ?? '')) {
    return { kind: 'refused', reason };
  }
  return { kind: 'retry', reason };
}
