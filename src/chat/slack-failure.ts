import { ErrorCode } from '@slack/web-api';

/** What a failed Slack call asks of its caller. */
export type SlackFailure =
  | { kind: 'wait'; waitMs: number; reason: string }
  | { kind: 'retry'; reason: string }
  | { kind: 'refused'; reason: string; scope: RefusalScope };

/**
 * What a refusal is about: all of the app, everything in the channel, or one message. `unknown`: a word that
 * stands in no list here, which may pass or not.
 */
export type RefusalScope = 'app' | 'channel' | 'message' | 'unknown';

/** A 429 without Retry-After is taken as one second (the header is documented, its lack was seen). */
const WAIT_DEFAULT_MS = 1_000;

const passing = [
  'external_channel_migrating',
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
  'update_failed',
];

/** Of the passing ones those that Slack also says, again and again, of a message that it cannot handle. */
const ownTrouble = ['fatal_error', 'internal_error', 'update_failed'];

/** Tries of one message that may end with such a word before it counts for more than the trouble of a minute. */
const MOMENT_TRIES = 7;

/**
 * True where a try of a message ends with a word of Slack's own trouble after so many others, the one before with such a
 * word too, that the trouble may be the message: what is left is its text alone, and where that ends so as well, it is a
 * word that nobody knows.
 */
const mayBeOfMessage = (
  { attempts, lastError }: Tried,
  { reason }: Pick<SlackFailure, 'reason'>,
): boolean => attempts > MOMENT_TRIES && isOwnTrouble(lastError) && isOwnTrouble(reason);

interface Tried {
  /** This one included. */
  attempts: number;
  /** Of the one before. */
  lastError: string | null;
}

/** What a failed try is about that is not to be taken for a moment's; null for one that may pass. */
export function refusalScope(failure: SlackFailure, tried: Tried): RefusalScope | null {
  if (failure.kind === 'refused') return failure.scope;
  return mayBeOfMessage(tried, failure) ? 'unknown' : null;
}

/** True for a word that is about Slack itself, or about a message that it cannot handle. */
const isOwnTrouble = (reason: string | null): boolean =>
  reason !== null && ownTrouble.includes(reason);

/** The token is no good for anything; it comes back when somebody puts it right. */
const ofApp = [
  'access_denied',
  'accesslimited',
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
  'team_not_found',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
];
const ofChannel = [
  'channel_is_limited_access',
  'channel_not_found',
  'is_archived',
  'is_inactive',
  'messages_tab_disabled',
  'not_in_channel',
  'posting_to_channel_denied',
  'restricted_action',
  'restricted_action_non_threadable_channel',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
];
/** What the message says, its place, or the message that it changes; no other try would help. */
const ofMessage = [
  'as_user_not_supported',
  'attachment_payload_limit_exceeded',
  'block_mismatch',
  'blocked_file_type',
  'cannot_reply_to_message',
  'cant_broadcast_message',
  'cant_update_message',
  'duplicate_channel_not_found',
  'duplicate_message_not_found',
  'edit_window_closed',
  'file_deleted',
  'file_is_deleted',
  'file_not_found',
  'file_share_limit_reached',
  'invalid_arguments',
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'markdown_text_conflict',
  'max_file_sharing_exceeded',
  'message_not_found',
  'metadata_must_be_sent_from_app',
  'metadata_too_large',
  'missing_file_data',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_dual_broadcast_content_update',
  'no_text',
  'only_one_table_allowed',
  'restricted_action_thread_locked',
  'slack_connect_blocked_file_type',
  'slack_connect_canvas_sharing_blocked',
  'slack_connect_clip_sharing_blocked',
  'slack_connect_file_link_sharing_blocked',
  'slack_connect_file_upload_sharing_blocked',
  'slack_connect_lists_sharing_blocked',
  'streaming_state_conflict',
  'thread_not_found',
  'too_many_attachments',
  'too_many_contact_cards',
  'unable_to_share_files',
];

/** Whom a message is for: no variant of it would be taken. */
const ofPerson = [
  'cannot_dm_bot',
  'user_is_bot',
  'user_is_restricted',
  'user_not_found',
  'user_not_in_channel',
  'user_not_visible',
  'users_not_found',
];

/** True for a refusal by a word that stands in no list here: what it is about nobody knows. */
export function isUnknownRefusal(error: unknown): boolean {
  const failure = slackFailure(error);
  return failure.kind === 'refused' && failure.scope === 'unknown';
}

/** Sorts the errors of @slack/web-api: limited, passing, or refused, and then by what that is about. */
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
  if (ofChannel.includes(reason)) return 'channel';
  return [...ofMessage, ...ofPerson].includes(reason) ? 'message' : 'unknown';
}
