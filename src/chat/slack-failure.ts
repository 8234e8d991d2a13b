import { ErrorCode } from '@slack/web-api';

/** What a failed Slack call asks of its caller. */
export type SlackFailure =
  | { kind: 'wait'; waitMs: number; reason: string }
  | { kind: 'retry'; reason: string }
  | { kind: 'refused'; reason: string; scope: RefusalScope };

/** What a refusal is about: all of the app, everything in the channel, or one message. */
export type RefusalScope = 'app' | 'channel' | 'message';

/** A 429 without Retry-After is taken as one second (the header is documented, its lack was seen). */
const WAIT_DEFAULT_MS = 1_000;

const passing = ['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'request_timeout'];

/** The token is no good for anything; it comes back when somebody puts it right. */
const ofApp = [
  'account_inactive',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
];
const ofChannel = [
  'channel_is_limited_access',
  'channel_not_found',
  'is_archived',
  'messages_tab_disabled',
  'not_in_channel',
  'posting_to_channel_denied',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
];

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
    return { kind: 'refused', reason, scope: scopeOf(reason) };
  }
  return { kind: 'retry', reason };
}

function scopeOf(reason: string): RefusalScope {
  if (ofApp.includes(reason)) return 'app';
  return ofChannel.includes(reason) ? 'channel' : 'message';
}
